import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Imports, importsOf } from './imports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

test('a module leads to what it imports, by the name of its own package too, and a package to nothing', async () => {
  const { files, aliases } = await importsOf(ROOT, 'db/phases/00-base/app.ts');
  expect([...aliases]).toEqual([]);
  expect(files).toContain('db/application.ts');
  expect(files).toContain('bench/core/suite.ts');
  expect([...files].filter((file) => file.includes('node_modules'))).toEqual([]);
});

/** What `a.ts` with this text leads to, beside a module `b.ts`. */
async function importsOfText(text: string): Promise<Imports> {
  const root = await mkdtemp(path.join(tmpdir(), 'bench-imports-'));
  await writeFile(path.join(root, 'a.ts'), text);
  await writeFile(path.join(root, 'b.ts'), 'export const b = 1;\n');
  return importsOf(root, 'a.ts').finally(() => rm(root, { recursive: true }));
}

test.each([
  "const { b } = require('./b.ts');",
  "import { b } from './b.ts';",
  "export * from\n  './b.ts';",
  "import './b.ts';",
  "const { b } = await import('./b.ts');",
  'const { b } = await import(`./b.ts`);',
  "const { b } = await import(\n  './b.ts'\n);",
  "const { b } = await import('./b.ts', { with: {} });",
])('a module leads to another by %j', async (text) => {
  const { files, aliases } = await importsOfText(text);
  expect([[...files], [...aliases]]).toEqual([['a.ts', 'b.ts'], []]);
});

test.each([
  'await import(`./$' + '{name}.ts`);',
  "await import('./' + name);",
  'await import(name);',
  'require(name);',
  "await import(/* late */ './b.ts');",
  "import { b } from '#b';",
])('nothing is known of the files behind %j', async (text) => {
  const { aliases } = await importsOfText(text);
  expect(aliases.size).toBe(1);
});

test.each([
  ["import { readFileSync } from 'node:fs';", true],
  ["import { readFile } from 'fs/promises';", true],
  ["import { Worker } from 'node:worker_threads';", true],
  ["import { createRequire } from 'module';", true],
  ["import path from 'node:path';", false],
])('whether files can be opened by %j: %j', async (text, opensFiles) => {
  expect((await importsOfText(text)).opensFiles).toBe(opensFiles);
});

test('what is not there leads nowhere', async () => {
  const nothing = { files: new Set(), aliases: new Set(), opensFiles: false };
  expect(await importsOf(ROOT, 'scenarios/none.ts')).toEqual(nothing);
});
