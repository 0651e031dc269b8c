import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { dropDatabase } from '../postgres/databases.ts';
import { Sessions } from '../postgres/sessions.ts';
import { planRun } from './plan.ts';
import { haveStates } from './states.ts';
import { loadSuite } from './suite-folder.ts';

const TABLES = `
  SELECT relname AS table, relallvisible = relpages AND relpages > 0 AS visible, reltuples > 0 AS counted,
         EXISTS (SELECT FROM pg_stats WHERE tablename = relname) AS analyzed
  FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`;

test('every state that is measured has been vacuumed and analyzed since its rows were loaded (trap 24)', async () => {
  const sessions = new Sessions(inject('server').endpoint, 'bench-test');
  const suite = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));
  const wishes = { scenarios: [], states: null, profile: 'smoke', contacts: 2_000, seed: 1, orderSeed: 1 };
  const { fixtures, tables, chain } = planRun(suite, wishes);
  const request = { suite, fixtures, tables, chain, build: `rest ${process.pid}` };
  const { states } = await haveStates(sessions, request, () => undefined);
  const databases = new Set(states.map(({ database }) => database));
  try {
    for (const database of databases) {
      const { rows } = await sessions.with({ database }, (owner) => owner.query(TABLES));
      expect(rows).toEqual([{ table: 'items', visible: true, counted: true, analyzed: true }]);
    }
  } finally {
    await sessions.admin(async (admin) => {
      for (const database of databases) await dropDatabase(admin, database);
    });
  }
});
