import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { FOLDER, snapshots } from '../../scripts/snapshot.ts';

test('the snapshots are the schema; after a change of db/ run: npx tsx scripts/snapshot.ts', async () => {
  for (const [state, sql] of Object.entries(await snapshots(inject('server')))) {
    expect(sql, state).toBe(await readFile(path.join(FOLDER, `${state}.sql`), 'utf8'));
  }
});
