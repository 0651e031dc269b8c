import { expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import { createCampaign, createLeads, createTenant, only } from '../testing/tenant.ts';
import { indexesOf, planOf } from './plan.ts';

/** Every materialized view, and the columns of its unique keys. */
const KEYS = `
  SELECT relname AS view, string_agg(attname, ', ') AS columns
  FROM pg_class
  LEFT JOIN pg_index ON indrelid = pg_class.oid AND indisunique
  LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
  WHERE relkind = 'm'
  GROUP BY relname
  ORDER BY relname`;

test('trap 17: a concurrent refresh rewrites every row whose unique key has a NULL', () =>
  withState('views', async ({ owner }) => {
    await owner.script(`
      CREATE TABLE fact (k text, n int);
      INSERT INTO fact SELECT NULL, n FROM generate_series(1, 50) AS n;
      CREATE MATERIALIZED VIEW naive AS SELECT k, n FROM fact;
      CREATE UNIQUE INDEX ON naive (k, n);
      CREATE MATERIALIZED VIEW ours AS SELECT coalesce(k, '') AS k, n FROM fact;
      CREATE UNIQUE INDEX ON ours (k, n)`);
    const versions = async (view: string) =>
      (await owner.query<{ version: string }>(`SELECT ctid || ' ' || xmin AS version FROM ${view}`)).rows;
    const rewritten = async (view: string, refresh = `REFRESH MATERIALIZED VIEW CONCURRENTLY ${view}`) => {
      const before = new Set((await versions(view)).map(({ version }) => version));
      await owner.query(refresh);
      return (await versions(view)).filter(({ version }) => !before.has(version)).length;
    };
    expect(await rewritten('naive')).toBe(50);
    expect(await rewritten('ours')).toBe(0);
    await owner.script('DROP MATERIALIZED VIEW naive, ours');

    // Those that ship, with whatever could be missing missing.
    const tenant = await createTenant(owner, 'tenant');
    await owner.script('ALTER TABLE leads ALTER source DROP NOT NULL, ALTER status DROP NOT NULL');
    const lead = `INSERT INTO leads (workspace_id, email, source, status) VALUES ($1, 'ann@example.com', NULL, NULL)`;
    await owner.query(lead, [tenant.workspaceId]);
    await createCampaign(owner, tenant, 'sent');
    const refresh = 'SELECT refresh_analytics_views()';
    await owner.query(refresh);
    const { rows: keys } = await owner.query<{ view: string; columns: string }>(KEYS);
    expect(keys.map(({ view }) => view)).toEqual(['campaign_performance', 'lead_analytics']);
    for (const { view, columns } of keys) {
      const nulls = await owner.query(`SELECT num_nulls(${columns}) AS nulls FROM ${view}`);
      expect(nulls.rows, view).toEqual([{ nulls: 0 }]);
      expect(await rewritten(view, refresh), view).toBe(0);
    }
  }));

test.each([
  'VACUUM leads',
  'REINDEX INDEX CONCURRENTLY idx_leads_search',
  'CREATE INDEX CONCURRENTLY ON leads (phone)',
  `ALTER SYSTEM SET work_mem = '8MB'`,
])('trap 19: %s cannot run in a function; maintenance says what it does instead', (command) =>
  withState('views', async ({ owner }) => {
    const naive = `DO $$ BEGIN EXECUTE '${command.replaceAll("'", "''")}'; END $$`;
    await expect(owner.query(naive)).rejects.toMatchObject({ code: '25001' });
    const { rows } = await owner.query('SELECT task FROM perform_maintenance_tasks() WHERE failed');
    expect(rows).toEqual([]);
    const jobs = await owner.query(
      `SELECT command FROM maintenance_jobs WHERE command ~ '^(VACUUM|REINDEX)'`,
    );
    expect(jobs.rowCount).toBe(3);
  }),
);

test('trap 20: updated_at in an index ends HOT updates for every row', () =>
  withState('views', async ({ owner }) => {
    const share = async () => {
      await owner.query('SELECT pg_stat_reset()');
      for (let round = 0; round < 5; round++) {
        // updated_at holds milliseconds: two updates of one would leave it as it is.
        await owner.query('SELECT pg_sleep(0.005)');
        await owner.query(`UPDATE leads SET phone = '${round}'`);
      }
      await owner.query('SELECT pg_stat_force_next_flush()');
      const sql = `SELECT n_tup_hot_upd::float8 / n_tup_upd AS share FROM pg_stat_user_tables WHERE relname = 'leads'`;
      return (await owner.query<{ share: number }>(sql)).rows[0]?.share;
    };
    await createLeads(owner, await createTenant(owner, 'tenant'), ['ann']);
    const ours = await share();
    await owner.query('CREATE INDEX naive ON leads (workspace_id, updated_at)');
    expect(await share()).toBe(0);
    expect(ours).toBe(1);
  }));

test('trap 21: a hash index is redundant beside the unique key', () =>
  withState('views', async ({ owner }) => {
    const { workspaceId } = await createTenant(owner, 'tenant');
    await owner.query(
      `INSERT INTO leads (workspace_id, email) SELECT $1, 'lead' || n || '@example.com' FROM generate_series(1, 5000) AS n`,
      [workspaceId],
    );
    await owner.query('VACUUM (ANALYZE) leads');
    const sql = 'SELECT FROM leads WHERE workspace_id = $1 AND email = $2';
    const used = async () => indexesOf(await planOf(owner, sql, [workspaceId, 'lead7@example.com']));
    const both = await used();
    await owner.query('DROP INDEX idx_leads_email_hash');
    const without = await used();
    expect(['idx_leads_email_hash', 'leads_workspace_id_email_key']).toEqual(
      expect.arrayContaining([...both]),
    );
    expect(without).toEqual(['leads_workspace_id_email_key']);
  }));

test('trap 24: after a bulk load neither VACUUM nor ANALYZE has run, and the planner guesses', () =>
  withState('views', async ({ owner }) => {
    const estimate = async (source: string) =>
      (await planOf(owner, `SELECT FROM leads WHERE source = '${source}'`))[0]?.['Plan Rows'] ?? 0;
    const visible = async () =>
      (await owner.query(`SELECT relallvisible > 0 AS some FROM pg_class WHERE relname = 'leads'`)).rows;
    // It would run sooner or later.
    await owner.query('ALTER TABLE leads SET (autovacuum_enabled = off)');
    await bulk(owner, 'api');
    expect(await estimate('api')).toBeLessThan(1_000);
    await owner.query('SELECT perform_maintenance_tasks()');
    expect(await estimate('api')).toBe(5_000);
    expect(await visible()).toEqual([{ some: false }]);

    await bulk(owner, 'form');
    expect(await estimate('form')).toBeLessThan(1_000);
    const { rows } = await owner.query<{ command: string }>(
      `SELECT command FROM maintenance_jobs WHERE job_name = 'vacuum-leads'`,
    );
    await owner.query(only(rows).command);
    expect(Math.abs((await estimate('form')) - 5_000)).toBeLessThan(250);
    expect(await visible()).toEqual([{ some: true }]);
  }));

async function bulk(owner: StateUnderTest['owner'], source: string): Promise<void> {
  const { workspaceId } = await createTenant(owner, source);
  await owner.query(
    `INSERT INTO leads (workspace_id, email, source)
     SELECT $1, 'lead' || n || '@example.com', $2 FROM generate_series(1, 5000) AS n`,
    [workspaceId, source],
  );
}
