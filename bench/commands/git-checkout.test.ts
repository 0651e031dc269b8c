import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Repository } from '../../test/repository.ts';
import { withCheckout } from './git-checkout.ts';

let repository: Repository;

beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-checkout-'));
  repository = await Repository.create(folder, 'planted-suite');
});

afterEach(() => repository.reset());
afterAll(() => repository.remove());

function changedUnless(...unless: readonly string[]): Promise<readonly string[]> {
  return withCheckout(repository.folder, 'main', unless, async ({ changed }) => changed);
}

test('what makes up a suite comes first among its changed files', async () => {
  for (const file of ['a.md', 'src/b.ts', 'scenarios/new.ts', 'db/phases/09-new/up.sql'])
    await repository.write(file, 'new\n');
  await repository.edit('package.json', (text) => text.replace('{', '{ "private": true,'));
  const changed = await changedUnless();
  expect(changed).toEqual([
    'A\tdb/phases/09-new/up.sql',
    'A\tscenarios/new.ts',
    'M\tpackage.json',
    'A\ta.md',
    'A\tsrc/b.ts',
  ]);
});

test('what the gate itself keeps in the working tree is no change', async () => {
  await repository.write('.cache/cluster/data/1', 'new\n');
  await repository.write('.cache-of-another/1', 'new\n');
  const changed = await changedUnless(path.join(repository.folder, '.cache'));
  expect(changed).toEqual(['A\t.cache-of-another/1']);
});

test('a checkout that a killed gate left a day ago is removed, and no younger one', async () => {
  const [old, young] = await Promise.all(
    ['old', 'young'].map((name) => mkdtemp(path.join(tmpdir(), `bench-base-${name}-`))),
  );
  await utimes(old as string, 0, 0);
  await changedUnless();
  const left = await readdir(tmpdir());
  expect([old, young].map((folder) => left.includes(path.basename(folder as string)))).toEqual([false, true]);
  await rm(young as string, { recursive: true });
});
