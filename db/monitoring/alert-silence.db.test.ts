import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { ALERTS } from '../testing/alerts.ts';
import { createLeads, createTenant } from '../testing/tenant.ts';

test('a healthy database raises no alert', () =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.query('SELECT * FROM perform_maintenance_tasks()');
    expect((await owner.query(ALERTS)).rows).toEqual([]);
  }));

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
