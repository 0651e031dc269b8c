import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Imports, importsOf } from './imports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

test('a module leads to what it imports in turn, and a package to nothing', async () => {
  const { files, aliases } = await importsOf(ROOT, 'db/phases/00-base/app.ts');
  expect([...aliases]).toEqual([]);
  expect(files).toContain('db/phases/00-base/lower-case.ts');
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
  "const { b } = await import(/* late */ './b.ts');",
  "import { b } from /* near */ './b.ts';",
  "import { b } from './\\u0062.ts';",
])('a module leads to another by %j', async (text) => {
  const { files, aliases } = await importsOfText(text);
  expect([[...files], [...aliases]]).toEqual([['a.ts', 'b.ts'], []]);
});

test('a module leads to those of odd names, of a folder, of its own package, and of a workspace to whatever changed', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'bench-imports-'));
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), text);
  };
  await write('.git', '');
  await write('package.json', '{ "name": "own", "exports": { "./c": "./lib/c.ts" } }');
  await write('lib/c.ts', 'export const c = 1;');
  await write('row number (new), or not.ts', "export const text = 'from ' + './none.ts';");
  await write('index.ts', '');
  await write('packages/shared/index.ts', '');
  await write('node_modules/installed/index.js', '');
  await symlink(path.join(root, 'packages/shared'), path.join(root, 'node_modules/shared'));
  const a = `import '../row number (new), or not.ts'; import '..'; import 'own/c'; import 'installed'; import 'shared';`;
  await write('scenarios/a.ts', a);
  const { files, aliases } = await importsOf(root, 'scenarios/a.ts').finally(() =>
    rm(root, { recursive: true }),
  );
  expect([...files].sort()).toEqual([
    'index.ts',
    'lib/c.ts',
    'row number (new), or not.ts',
    'scenarios/a.ts',
  ]);
  expect([...aliases]).toEqual(['shared']);
});

test('what cannot be read as code may import anything', async () => {
  expect((await importsOfText('import {')).aliases.size).toBe(1);
});

test.each([
  'await import(`./$' + '{name}.ts`);',
  "await import('./' + name);",
  'await import(name);',
  'require(name);',
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
