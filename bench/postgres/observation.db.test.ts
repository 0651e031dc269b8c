import { describe, expect, inject, test } from 'vitest';
import { createLeads, createTenant } from '../../db/testing/tenant.ts';
import { withState } from '../../test/database.ts';
import type { Database } from '../core/database.ts';
import { planNodes } from '../core/plan-tree.ts';
import {
  flushCounters,
  hasStatementCounters,
  resetStatementCounters,
  statementCounters,
  tableCounters,
} from './counters.ts';
import { withPlans } from './plans.ts';
import type { Session } from './session.ts';
import { Sessions } from './sessions.ts';

const sessions = () => new Sessions(inject('server').endpoint, 'bench-test');
const nameOf = async (session: Session) =>
  (await session.query<{ name: string }>('SELECT current_database() AS name')).rows[0]?.name ?? '';

const OPEN = `SELECT set_config('app.workspace_id', $1, false), set_config('app.user_id', $2, false)`;

describe('plans', () => {
  test('are told of statements inside functions, with the rights of the role', () =>
    withState('procedures', async ({ owner }) => {
      const { workspaceId, userId } = await createTenant(owner, 'tenant');
      await createLeads(owner, { workspaceId, userId }, ['anna']);
      const options = { database: await nameOf(owner), role: 'mailgenius_app', leastMs: 0, readOnly: true };
      await withPlans(sessions(), options, async ({ db, take }) => {
        await db.query(OPEN, [workspaceId, userId]);
        expect((await db.query(`SELECT row_security_active('leads') AS active`)).rows).toEqual([
          { active: true },
        ]);
        take();
        await db.query('SELECT * FROM find_lead_by_email($1, $2)', [workspaceId, 'anna@example.com']);
        const plans = take();
        const relations = plans.flatMap(({ root }) => planNodes(root).map(({ node }) => node.relation));
        expect(relations).toContain('leads');
        expect(plans.at(-1)?.root.node).toBe('Function Scan find_lead_by_email');
        expect(plans.at(-1)?.root).toMatchObject({ rows: 1 });
        expect(take()).toEqual([]);
      });
    }));

  test('are of a session like those that are timed: with the user and the settings of a login', () =>
    withState('base', async ({ owner, connections }) => {
      const database = await nameOf(owner);
      await owner.script(`
        ALTER DATABASE ${database} SET enable_seqscan = off;
        ALTER ROLE mailgenius_app IN DATABASE ${database} SET enable_seqscan = on;
        ALTER ROLE mailgenius_app IN DATABASE ${database} SET work_mem = '9MB';
        ALTER ROLE mailgenius_app IN DATABASE ${database} SET search_path = "$user", public;
        ALTER ROLE mailgenius_app IN DATABASE ${database} SET client_min_messages = 'warning'`);
      const ask = (db: Database) =>
        db.query(`
          SELECT session_user, current_user, current_setting('is_superuser'), current_setting('role') AS role,
                 (SELECT json_object_agg(name, setting) FROM pg_settings
                  WHERE name IN ('enable_seqscan', 'work_mem', 'search_path')) AS settings`);
      const timed = await ask(await connections.open());
      const options = { database, role: 'mailgenius_app', leastMs: 0, readOnly: true };
      await withPlans(sessions(), options, async ({ db, take }) => {
        take();
        expect((await ask(db)).rows).toEqual(timed.rows);
        expect(take()).toHaveLength(1);
      });
    }));

  test('of equal statements are told once, and counted', () =>
    withState('base', async ({ owner }) => {
      const options = { database: await nameOf(owner), role: 'mailgenius_app', leastMs: 0, readOnly: true };
      await withPlans(sessions(), options, async ({ db, take }) => {
        take();
        for (const name of ['a', 'b', 'c']) await db.query('SELECT FROM leads WHERE name = $1', [name]);
        expect(take()).toMatchObject([{ statement: 'SELECT FROM leads WHERE name = $1', executions: 3 }]);
      });
    }));

  test('of equal statements have the mean of their figures, and a spill of any execution', () =>
    withState('base', async ({ owner }) => {
      const options = { database: await nameOf(owner), role: 'mailgenius_app', leastMs: 0, readOnly: true };
      await withPlans(sessions(), options, async ({ db, take }) => {
        await db.script(`SET work_mem = '64kB'`);
        take();
        for (const rows of [10, 20_000])
          await db.query('SELECT n FROM generate_series(1, $1::int) AS n ORDER BY n DESC', [rows]);
        const [plan, ...more] = take();
        expect(more).toEqual([]);
        expect(plan).toMatchObject({ executions: 2, root: { node: 'Sort', rows: 10_005, loops: 1 } });
        expect(plan?.root.tempBlocks).toBeGreaterThan(0);
      });
    }));

  test('of quick statements are not told when only slow ones are asked for', () =>
    withState('base', async ({ owner }) => {
      const options = { database: await nameOf(owner), role: 'bench', leastMs: 60_000, readOnly: true };
      await withPlans(sessions(), options, async ({ db, take }) => {
        await db.query('SELECT FROM leads');
        expect(take()).toEqual([]);
      });
    }));
});

describe('counters', () => {
  const counting = async <T>(owner: Session, work: () => Promise<T>) => {
    const database = await nameOf(owner);
    return sessions().admin(async (admin) => {
      expect(await hasStatementCounters(admin)).toBe(true);
      await resetStatementCounters(admin, database);
      await work();
      return statementCounters(admin, database);
    });
  };

  test('are those of the statements in between, and the same every time', () =>
    withState('indexes', async ({ owner }) => {
      await owner.script(`CREATE TABLE numbers AS SELECT n FROM generate_series(1, 10000) AS n`);
      await owner.script('VACUUM (ANALYZE) numbers');
      const read = () => owner.query('SELECT n FROM numbers WHERE n % 10 = 0');
      await read();
      const first = await counting(owner, read);
      expect(first).toMatchObject({ statements: 1, rows: 1000, tempBlocks: 0, walRecords: 0, walBytes: 0 });
      expect(first.sharedBlocks).toBe(45);
      expect(await counting(owner, read)).toEqual(first);
      const twice = await counting(owner, async () => [await read(), await read()]);
      expect(twice).toMatchObject({ statements: 2, rows: 2000, sharedBlocks: 90 });
    }));

  test('see a spill and the WAL of a write', () =>
    withState('base', async ({ owner }) => {
      await owner.script(`SET work_mem = '64kB'; CREATE TABLE numbers (n integer)`);
      const write = () =>
        owner.query('INSERT INTO numbers SELECT n FROM generate_series(1, 20000) AS n ORDER BY n % 7, n');
      const counters = await counting(owner, write);
      expect(counters.tempBlocks).toBeGreaterThan(10);
      expect(counters.rows).toBe(20_000);
      expect(counters.walRecords).toBeGreaterThanOrEqual(20_000);
      expect(counters.walBytes).toBeGreaterThan(20_000 * 30);
    }));

  test('of tables tell HOT updates from others, dead rows and growth', () =>
    withState('base', async ({ owner, connect }) => {
      await owner.script(`
        CREATE TABLE things (id integer PRIMARY KEY, marked boolean, note text) WITH (fillfactor = 50, autovacuum_enabled = off);
        CREATE INDEX ON things (marked);
        INSERT INTO things SELECT n, false, 'x' FROM generate_series(1, 100) AS n`);
      await flushCounters(owner);
      const before = await tableCounters(owner);
      const writer = await connect();
      await writer.query(`UPDATE things SET note = 'y' WHERE id <= 40`);
      await writer.query(`UPDATE things SET marked = true WHERE id <= 10`);
      await writer.query(
        `INSERT INTO things SELECT n, false, repeat('z', 200) FROM generate_series(101, 1100) AS n`,
      );
      await flushCounters(writer);
      const after = await tableCounters(owner);
      expect(after.updated - before.updated).toBe(50);
      expect(after.hotUpdated - before.hotUpdated).toBe(40);
      expect(after.inserted - before.inserted).toBe(1000);
      // Those of HOT updates may be pruned by the next update that comes by, where no snapshot needs them.
      const dead = after.deadRows - before.deadRows;
      expect(dead === 10 || dead === 50, `${dead} dead rows`).toBe(true);
      expect(after.heapBytes).toBeGreaterThan(before.heapBytes + 200_000);
      expect(after.indexBytes).toBeGreaterThan(before.indexBytes);
      expect(after.ginPendingPages).toBe(0);
    }));
});
