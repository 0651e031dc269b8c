import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readSqlFile, runSqlFile } from '../../bench/postgres/sql-file.ts';
import { type StateUnderTest, withState } from '../../test/database.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../testing/tenant.ts';

interface Metric {
  readonly metric_name: string;
  readonly metric_value: string | null;
  readonly metric_unit: string;
}

const ALERTS = 'SELECT alert, severity, value::float8, threshold::float8, object FROM check_alerts()';

test('every metric has a unit, and a value once the database has been used', () =>
  withState('views', async ({ owner }) => {
    const tenant = await createTenant(owner, 'tenant');
    await createLeads(owner, tenant, ['ann']);
    await owner.query(`UPDATE leads SET name = 'Ann'`);
    await owner.query(
      `INSERT INTO table_sizes SELECT table_name, now() - interval '2 days', bytes / 2 FROM current_table_sizes`,
    );
    const { rows } = await owner.query<Metric>('SELECT * FROM get_database_performance_metrics()');
    const values = new Map(rows.map((row) => [row.metric_name, row.metric_value]));
    for (const row of rows) expect(row.metric_unit, row.metric_name).not.toBe('');
    expect(Number(values.get('database_size'))).toBeGreaterThan(1e6);
    expect(Number(values.get('tables_growth'))).toBeGreaterThan(0);
    expect(Number(values.get('connection_usage'))).toBeGreaterThan(0);
    expect(Number(values.get('wal_written'))).toBeGreaterThan(0);
    expect(Number(values.get('months_ahead'))).toBeGreaterThanOrEqual(3);
    expect(Number(values.get('missing_months'))).toBe(0);
  }));

test('statements of this database, and of no other, are listed with their times', () =>
  withState('procedures', async ({ owner }) => {
    await owner.query('SELECT 7 AS only_here');
    const { rows } = await owner.query<{ query_text: string; calls: number }>(
      'SELECT * FROM get_query_performance_stats()',
    );
    expect(rows.filter((row) => row.query_text.includes('only_here'))).toMatchObject([{ calls: 1 }]);
    expect(rows.filter((row) => row.query_text.includes('CREATE DATABASE'))).toEqual([]);
  }));

test('who reads the statements reads no password', () =>
  withState('procedures', async ({ owner }) => {
    await owner.query(`UPDATE alert_thresholds SET warning = 0, critical = NULL WHERE alert = 'slow_query'`);
    for (let n = 0; n < 5; n++) await owner.query(`ALTER ROLE mailgenius_owner PASSWORD 's3cret'`);
    await owner.query('ALTER ROLE mailgenius_owner PASSWORD NULL');
    await owner.query('SET ROLE mailgenius_readonly');
    const known = await owner.query('SELECT query_text FROM get_query_performance_stats()');
    const alerts = await owner.query('SELECT object FROM check_alerts()');
    for (const { rows } of [known, alerts]) {
      expect(JSON.stringify(rows)).toMatch('(a statement that names a password)');
      expect(JSON.stringify(rows)).not.toMatch('s3cret');
    }
  }));

test('a slow statement raises its alert however much time a hundred others took in all', () =>
  withState('views', async ({ owner, connect }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.query(`UPDATE alert_thresholds SET warning = 40 WHERE alert = 'slow_query'`);
    for (let n = 0; n < 5; n++) await owner.query('SELECT pg_sleep(0.05) AS slow');
    // Each of its own shape, and not one of them called often enough to count.
    const others = await Promise.all(Array.from({ length: 10 }, () => connect()));
    const longer = others.map(async (session, place) => {
      for (let n = 1; n <= 10; n++)
        await session.query(`SELECT pg_sleep(0.3)${', 1'.repeat(10 * place + n)}`);
    });
    await Promise.all(longer);
    const { rows } = await owner.query<{ query_text: string }>(
      'SELECT query_text FROM get_query_performance_stats()',
    );
    expect(rows.filter(({ query_text }) => query_text.includes('AS slow'))).toEqual([]);
    expect((await owner.query(ALERTS)).rows).toMatchObject([
      { alert: 'slow_query', object: expect.stringMatching('AS slow') },
    ]);
  }));

test('the pool counts every connection, whoever holds it', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const sql =
      'SELECT total_connections AS total, active_connections AS active, max_connections AS most FROM get_connection_pool_status()';
    const before = (await owner.query<{ total: number }>(sql)).rows[0];
    await app(tenant.workspaceId, tenant.userId);
    const after = (await owner.query<{ total: number; active: number; most: number }>(sql)).rows[0];
    expect(after?.total).toBeGreaterThan(before?.total ?? 0);
    expect(after?.active).toBeGreaterThanOrEqual(1);
    expect(after?.most).toBe(100);
  }));

test('a healthy database raises no alert', () =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.query('SELECT * FROM perform_maintenance_tasks()');
    expect((await owner.query(ALERTS)).rows).toEqual([]);
  }));

type Owner = StateUnderTest['owner'];

test('our own jobs are no slow queries, however they are called', () =>
  withState('views', async ({ owner }) => {
    await owner.query(`UPDATE alert_thresholds SET warning = 0, critical = NULL WHERE alert = 'slow_query'`);
    const { rows: jobs } = await owner.query<{ command: string }>('SELECT command FROM maintenance_jobs');
    const commands = [...jobs.map(({ command }) => command), 'select * from Perform_maintenance_tasks()'];
    for (const command of commands) for (let n = 0; n < 5; n++) await owner.query(command);
    for (let n = 0; n < 5; n++) await owner.query('SELECT 7 AS of_the_application');
    const { rows } = await owner.query<{ object: string }>(ALERTS);
    const slow = rows.map(({ object }) => object);
    expect(slow).toEqual(expect.arrayContaining([expect.stringMatching('of_the_application')]));
    for (const { command } of jobs) expect(slow).not.toContain(command);
    expect(
      slow.filter((object) => /perform_maintenance_tasks|refresh_analytics_views/i.test(object)),
    ).toEqual([]);
  }));

test('no moment that a row may have keeps the others from being watched, or partitions from being made', () =>
  withState('views', async ({ owner, app }) => {
    await owner.query('SELECT refresh_analytics_views()');
    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(owner, tenant, ['ann']);
    const session = await app(tenant.workspaceId, tenant.userId);
    for (const moment of ['-infinity', '4714-11-24 00:00:00+00 BC', 'infinity'])
      await session.query(
        `INSERT INTO lead_activities (workspace_id, lead_id, activity_type, created_at) VALUES ($1, $2, 'open', $3)`,
        [tenant.workspaceId, leadIds[0], moment],
      );
    await owner.query('DROP TABLE lead_activities_y2025m03');
    const made = await owner.query('SELECT create_monthly_partitions() AS name');
    expect(made.rows).toEqual([{ name: 'lead_activities_y2025m03' }]);
    expect((await owner.query(ALERTS)).rows).toMatchObject([
      { alert: 'default_partition_rows', object: 'lead_activities_partitioned', value: 3 },
    ]);
  }));

/** What looks like the cause of an alert and is none. */
test.each([
  [
    'an hour of growth',
    `INSERT INTO table_sizes SELECT table_name, now() - interval '61 minutes', bytes / 2 FROM current_table_sizes;
     UPDATE alert_thresholds SET warning = 1 WHERE alert = 'table_growth';
     INSERT INTO workspaces (name, slug) VALUES ('growing', 'growing');
     INSERT INTO lead_segments (workspace_id, name)
     SELECT id, repeat(md5(n::text), 20) FROM workspaces, generate_series(1, 20000) AS n`,
  ],
  [
    'the first import into an empty database, before any ANALYZE,',
    `UPDATE alert_thresholds SET warning = NULL, critical = NULL WHERE alert = 'index_unused';
     INSERT INTO workspaces (name, slug) VALUES ('first', 'first');
     INSERT INTO leads (workspace_id, email)
     SELECT id, n || '@example.com' FROM workspaces, generate_series(1, 40000) AS n`,
  ],
  ['a materialized view of somebody else', 'CREATE MATERIALIZED VIEW theirs AS SELECT 1 AS one'],
  ['a unique key beside its columns in another order', 'CREATE UNIQUE INDEX other ON campaigns (id DESC)'],
  [
    'a key that is checked at the end beside one that is checked at once',
    `CREATE TABLE pairs (a integer, UNIQUE (a) DEFERRABLE);
     CREATE UNIQUE INDEX at_once ON pairs (a)`,
  ],
])('%s raises no alert', (_, sql) =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.script(sql);
    expect((await owner.query(ALERTS)).rows).toEqual([]);
  }),
);

test.each([
  ['index_duplicate', 'dup', 'CREATE UNIQUE INDEX dup ON campaigns (id)'],
  ['index_invalid', 'alone', 'CREATE INDEX alone ON ONLY email_sends_partitioned (status)'],
  ['partition_missing', 'email_sends_partitioned', 'DROP TABLE email_sends_y2024m01'],
  [
    'view_stale',
    'campaign_performance',
    `DELETE FROM analytics_refreshes WHERE view_name = 'campaign_performance'`,
  ],
])('%s names %s', (alert, object, sql) =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.query(sql);
    expect((await owner.query(ALERTS)).rows).toMatchObject([{ alert, object }]);
  }),
);

test('an index that is emptied, with nothing left to count, is bloated', () =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.script(`
      CREATE TABLE emptied AS SELECT n FROM generate_series(1, 100000) AS n;
      CREATE UNIQUE INDEX emptied_idx ON emptied (n);
      DELETE FROM emptied`);
    await owner.query('VACUUM emptied');
    expect((await owner.query(ALERTS)).rows).toMatchObject([
      { alert: 'index_bloated', object: 'emptied_idx', value: 100 },
    ]);
  }));

test('every view that is refreshed is watched', () =>
  withState('views', async ({ owner }) => {
    const { rows } = await owner.query('SELECT view_name FROM analytics_refreshes ORDER BY 1');
    expect((await owner.query('SELECT view_name FROM alert_stale_views() ORDER BY 1')).rows).toEqual(rows);
    expect(rows).toHaveLength(2);
  }));

const OLDER = `older than 2024-01-01 and right get their months by UPDATE partition_ranges SET first_month, then SELECT create_monthly_partitions()`;

test.each([
  [
    '2019-01-01Z',
    `UPDATE partition_ranges SET first_month = '2019-01-01' WHERE table_name = 'email_sends_partitioned';
     SELECT create_monthly_partitions()`,
  ],
  [
    '2099-05-05Z',
    `UPDATE email_sends_partitioned SET created_at = '2025-03-03Z'; SELECT create_monthly_partitions()`,
  ],
  ['2025-03-03Z', 'SELECT create_monthly_partitions()'],
])(
  'what the alert advises for a row of %s in the default partition ends the alert, and the row stays',
  (moment, remedy) =>
    withState('views', async ({ owner }) => {
      await owner.query('SELECT refresh_analytics_views()');
      const tenant = await createTenant(owner, 'tenant');
      const campaignId = await createCampaign(owner, tenant);
      const leadIds = await createLeads(owner, tenant, ['ann']);
      await owner.query('DROP TABLE email_sends_y2025m03');
      await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date(moment) });
      const alert = `SELECT advice FROM check_alerts() WHERE alert = 'default_partition_rows'`;
      const advice = String((await owner.query(alert)).rows[0]?.['advice']);
      if (moment.startsWith('2025')) expect(advice).toBe('SELECT create_monthly_partitions()');
      else
        expect(advice).toBe(`correct created_at of the rows in email_sends_default; those that are ${OLDER}`);
      await owner.script(remedy);
      expect((await owner.query(alert)).rows).toEqual([]);
      expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(1);
    }),
);

test('every file can be run again, and holds one function or view with what it promises', () =>
  withState('views', async ({ owner }) => {
    const root = path.resolve(import.meta.dirname, '../..');
    for (const folder of ['db/monitoring', 'db/jobs']) {
      const names = (await readdir(path.join(root, folder))).filter((name) => name.endsWith('.sql'));
      expect(names.length).toBeGreaterThan(2);
      for (const name of names) {
        const file = await readSqlFile(root, path.join(folder, name));
        await runSqlFile(owner, file);
        const functions = file.text.match(/^CREATE OR REPLACE FUNCTION/gm) ?? [];
        expect(functions.length, name).toBeLessThanOrEqual(1);
        if (functions.length === 1)
          expect(file.text, name).toMatch(/^--! title: .*\n-- Contract: .*\n-- Errors: .*\n-- Cost: /s);
      }
    }
    await owner.query('SELECT refresh_analytics_views()');
    expect((await owner.query(ALERTS)).rows).toEqual([]);
  }));

/** Each plants a cause in a healthy database, and names the alert it must raise and no other. */
const CAUSES: readonly { alert: string; object: RegExp; plant(owner: Owner): Promise<void> }[] = [
  {
    alert: 'slow_query',
    object: /pg_sleep/,
    async plant(owner) {
      await owner.query(`UPDATE alert_thresholds SET warning = 40 WHERE alert = 'slow_query'`);
      for (let n = 0; n < 5; n++) await owner.query('SELECT pg_sleep(0.05) AS slow');
    },
  },
  {
    alert: 'connection_usage',
    object: /^server$/,
    async plant(owner) {
      await owner.query(
        `UPDATE alert_thresholds SET warning = 0.5, critical = 99 WHERE alert = 'connection_usage'`,
      );
    },
  },
  {
    alert: 'table_growth',
    object: /^lead_segments$/,
    async plant(owner) {
      await owner.query(
        `INSERT INTO table_sizes SELECT table_name, now() - interval '1 day', bytes FROM current_table_sizes`,
      );
      const { workspaceId } = await createTenant(owner, 'growing');
      await owner.query(
        `INSERT INTO lead_segments (workspace_id, name) SELECT $1, repeat(md5(n::text), 20) FROM generate_series(1, 20000) AS n`,
        [workspaceId],
      );
    },
  },
  {
    alert: 'index_invalid',
    object: /^broken$/,
    async plant(owner) {
      const { workspaceId } = await createTenant(owner, 'tenant');
      await owner.query(
        `INSERT INTO lead_segments (workspace_id, name) VALUES ($1, 'twice'), ($1, 'twice')`,
        [workspaceId],
      );
      const build = owner.query('CREATE UNIQUE INDEX CONCURRENTLY broken ON lead_segments (name)');
      await expect(build).rejects.toMatchObject({ code: '23505' });
    },
  },
  {
    alert: 'index_duplicate',
    object: /^twin$/,
    async plant(owner) {
      await owner.query('CREATE INDEX twin ON leads (workspace_id, status)');
    },
  },
  {
    alert: 'index_unused',
    object: /^nobody_reads_this$/,
    async plant(owner) {
      await owner.query(`UPDATE alert_thresholds SET warning = 100000 WHERE alert = 'index_unused'`);
      const { workspaceId } = await createTenant(owner, 'tenant');
      await owner.query('CREATE INDEX nobody_reads_this ON webhooks (url)');
      await owner.query(
        `INSERT INTO webhooks (workspace_id, url) SELECT $1, repeat(md5(n::text), 3) FROM generate_series(1, 2000) AS n`,
        [workspaceId],
      );
      await owner.query('SELECT FROM webhooks WHERE workspace_id = $1', [workspaceId]);
    },
  },
  {
    alert: 'index_bloated',
    object: /^swollen$/,
    async plant(owner) {
      await owner.script(`
        CREATE TABLE swelling AS SELECT md5(n::text) AS word FROM generate_series(1, 40000) AS n;
        CREATE INDEX swollen ON swelling (word);
        DELETE FROM swelling WHERE word NOT LIKE 'a%' AND word NOT LIKE 'b%' AND word NOT LIKE 'c%' AND word NOT LIKE 'd%'`);
      await owner.query('VACUUM (ANALYZE) swelling');
      await owner.query(`SELECT FROM swelling WHERE word = 'x'`);
    },
  },
  {
    alert: 'partition_missing',
    object: /^email_sends_partitioned$/,
    async plant(owner) {
      await owner.query('DROP TABLE email_sends_y2025m03');
    },
  },
  {
    alert: 'default_partition_rows',
    object: /^email_sends_partitioned$/,
    async plant(owner) {
      const tenant = await createTenant(owner, 'tenant');
      const campaignId = await createCampaign(owner, tenant);
      const leadIds = await createLeads(owner, tenant, ['ann']);
      await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date('2019-01-01Z') });
    },
  },
  {
    alert: 'view_stale',
    object: /^lead_analytics$/,
    async plant(owner) {
      await owner.query(
        `UPDATE analytics_refreshes SET refreshed_at = now() - interval '2 hours' WHERE view_name = 'lead_analytics'`,
      );
    },
  },
  {
    alert: 'job_failed',
    object: /^remove old sends$/,
    async plant(owner) {
      await owner.query('DROP FUNCTION cleanup_old_email_sends(integer)');
      const { rows } = await owner.query('SELECT task FROM perform_maintenance_tasks() WHERE failed');
      expect(rows).toEqual([{ task: 'remove old sends' }]);
    },
  },
];

test.each(CAUSES)(
  '$alert fires when its cause is planted, and nothing else does',
  ({ alert, object, plant }) =>
    withState('views', async ({ owner }) => {
      await owner.query('SELECT refresh_analytics_views()');
      await plant(owner);
      const { rows } = await owner.query<{ alert: string; object: string; severity: string }>(ALERTS);
      expect(rows).toMatchObject([{ alert, object: expect.stringMatching(object) }]);
    }),
);

test('every alert has a threshold, and every threshold an alert that is proven', () =>
  withState('views', async ({ owner }) => {
    const { rows } = await owner.query<{ alert: string }>('SELECT alert FROM alert_thresholds');
    expect(rows.map((row) => row.alert).sort()).toEqual(CAUSES.map((cause) => cause.alert).sort());
  }));

test('dashboards may read all of it, the application none of it', () =>
  withState('views', async ({ owner, app }) => {
    const calls = [
      'check_alerts()',
      'get_database_performance_metrics()',
      'get_query_performance_stats()',
      'get_connection_pool_status()',
    ];
    const tenant = await createTenant(owner, 'tenant');
    const session = await app(tenant.workspaceId, tenant.userId);
    for (const call of calls) {
      await expect(session.query(`SELECT * FROM ${call}`)).rejects.toMatchObject({ code: '42501' });
    }
    await owner.query('SET ROLE mailgenius_readonly');
    for (const call of calls) await owner.query(`SELECT * FROM ${call}`);
  }));
