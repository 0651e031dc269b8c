import { expect, inject, test } from 'vitest';
import { withState } from '../../../test/database.ts';
import { installedBinaries } from './installed.ts';
import { pgbenchOf } from './pgbench.ts';

const opening = [{ sql: "SELECT set_config('app.note', $1, false)", values: ['a b'] }];

test('pgbench does the same work, with the same values, in a session set up once', () =>
  withState('base', async ({ owner }) => {
    const { endpoint } = inject('server');
    const client = await pgbenchOf((await installedBinaries([])).bin, endpoint);
    const [facts] = (await owner.query<{ database: string }>('SELECT current_database() AS database')).rows;
    await owner.script('CREATE TABLE seen (note text, number int, nothing text, n int)');
    const statement = {
      sql: `INSERT INTO seen SELECT current_setting('app.note')::text, $1::int, $2, count(*) FROM seen`,
      values: [7, null],
    };
    const times = await client?.({
      ...{ database: facts?.database ?? '', user: endpoint.user },
      ...{ opening, statement, executions: 50 },
    });
    expect(times).toHaveLength(49);
    expect(times?.every((ms) => ms > 0 && ms < 10_000)).toBe(true);
    const { rows } = await owner.query(
      'SELECT count(*)::int AS rows, count(DISTINCT n)::int AS turns, min(note) AS note, max(number) AS number, max(nothing) AS nothing FROM seen',
    );
    expect(rows).toEqual([{ rows: 50, turns: 50, note: 'a b', number: 7, nothing: null }]);
  }));

test('what pgbench cannot do gives no times', () =>
  withState('base', async ({ owner }) => {
    const { endpoint } = inject('server');
    const client = await pgbenchOf((await installedBinaries([])).bin, endpoint);
    const [facts] = (await owner.query<{ database: string }>('SELECT current_database() AS database')).rows;
    const statement = { sql: 'SELECT nonsense', values: [] };
    const work = { database: facts?.database ?? '', user: endpoint.user, opening, statement, executions: 5 };
    expect(await client?.(work)).toBeNull();
    expect(await pgbenchOf('/nowhere', endpoint)).toBeNull();
  }));
