import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { importsOf } from './imports.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

test('a module leads to what it imports, by the name of its own package too, and a package to nothing', async () => {
  const { files, aliases } = await importsOf(ROOT, 'db/phases/00-base/app.ts');
  expect([...aliases]).toEqual([]);
  expect(files).toContain('db/application.ts');
  expect(files).toContain('bench/core/suite.ts');
  expect([...files].filter((file) => file.includes('node_modules'))).toEqual([]);
});

test('a module that is required counts as imported', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'bench-imports-'));
  await writeFile(path.join(root, 'a.cjs'), "const { b } = require('./b.cjs');\n");
  await writeFile(path.join(root, 'b.cjs'), 'exports.b = 1;\n');
  const { files } = await importsOf(root, 'a.cjs');
  await rm(root, { recursive: true });
  expect([...files]).toEqual(['a.cjs', 'b.cjs']);
});

test('what is not there leads nowhere', async () => {
  expect(await importsOf(ROOT, 'scenarios/none.ts')).toEqual({ files: new Set(), aliases: new Set() });
});
