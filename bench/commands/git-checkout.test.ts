import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Repository } from '../../test/repository.ts';
import { withCheckout } from './git-checkout.ts';

let repository: Repository;

beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'bench-checkout-'));
  repository = await Repository.create(folder, 'planted-suite');
});

afterAll(() => repository.remove());

test('what makes up a suite comes first among its changed files', async () => {
  for (const file of ['a.md', 'src/b.ts', 'scenarios/new.ts', 'db/phases/09-new/up.sql'])
    await repository.write(file, 'new\n');
  await repository.edit('package.json', (text) => text.replace('{', '{ "private": true,'));
  const changed = await withCheckout(repository.folder, 'main', async (checkout) => checkout.changed);
  expect(changed).toEqual([
    'A\tdb/phases/09-new/up.sql',
    'A\tscenarios/new.ts',
    'M\tpackage.json',
    'A\ta.md',
    'A\tsrc/b.ts',
  ]);
});
