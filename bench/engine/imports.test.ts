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

test('what is not there leads nowhere', async () => {
  expect(await importsOf(ROOT, 'scenarios/none.ts')).toEqual({ files: new Set(), aliases: new Set() });
});
