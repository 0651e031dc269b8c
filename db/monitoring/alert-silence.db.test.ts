import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { A_MONTH_UNREAD, ALERTS } from '../testing/alerts.ts';
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

test("a job of one's own silences no statement but itself", () =>
  withState('views', async ({ owner }) => {
    await owner.script(`
      UPDATE alert_thresholds SET warning = 0, critical = NULL WHERE alert = 'slow_query';
      INSERT INTO maintenance_jobs VALUES ('count', '0 4 * * *', 'SELECT count(*) FROM leads')`);
    for (let n = 0; n < 5; n++) {
      await owner.query('SELECT count(*) FROM leads');
      await owner.query(`SELECT count(*) FROM leads WHERE name = 'Ann'`);
    }
    const { rows } = await owner.query<{ object: string }>(ALERTS);
    const counts = rows
      .map(({ object }) => object)
      .filter((object) => object.startsWith('SELECT count(*) FROM leads'));
    expect(counts).toEqual(['SELECT count(*) FROM leads WHERE name = $1']);
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

test('what a session has set makes no month missing', () =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    const months = 'SELECT partition_name, month::text FROM monthly_partitions ORDER BY 1';
    await owner.script(`SET datestyle = 'ISO, YMD'`);
    const { rows } = await owner.query(months);
    expect(rows).toContainEqual({ partition_name: 'email_sends_y2024m07', month: '2024-07-01' });
    for (const [style, zone] of [
      ['SQL, DMY', 'Europe/Dublin'],
      ['SQL, MDY', 'Asia/Kolkata'],
      ['Postgres, DMY', 'Asia/Manila'],
    ]) {
      await owner.script(`SET datestyle = '${style}'; SET timezone = '${zone}'`);
      expect((await owner.query(ALERTS)).rows, `${style} ${zone}`).toEqual([]);
      await owner.script(`SET datestyle = 'ISO, YMD'`);
      expect((await owner.query(months)).rows, `${style} ${zone}`).toEqual(rows);
    }
  }));

test('nor does how it reads a backslash; and maintenance does its work', () =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.script('SET standard_conforming_strings = off; SET escape_string_warning = off');
    for (let n = 0; n < 5; n++)
      expect((await owner.query('SELECT task FROM perform_maintenance_tasks() WHERE failed')).rows).toEqual(
        [],
      );
    expect((await owner.query(ALERTS)).rows).toEqual([]);
    // Of a job there is no alert, however slow.
    await owner.query(`UPDATE alert_thresholds SET warning = 0, critical = NULL WHERE alert = 'slow_query'`);
    for (let n = 0; n < 5; n++) await owner.query('SELECT 8 AS of_the_application');
    const slow = (await owner.query<{ object: string }>(ALERTS)).rows.map(({ object }) => object);
    expect(slow).toEqual(expect.arrayContaining([expect.stringMatching('of_the_application')]));
    expect(slow.filter((object) => object.includes('perform_maintenance_tasks'))).toEqual([]);
  }));

const WORDS = `
  UPDATE alert_thresholds SET warning = 1000000 WHERE alert = 'index_unused';
  CREATE TABLE words AS SELECT md5(n::text) AS word FROM generate_series(1, 40000) AS n;
  CREATE INDEX words_idx ON words (word)`;
const READ = `SELECT FROM words WHERE word = 'x'`;
const UNUSED = [{ alert: 'index_unused', object: 'words_idx' }];

test.each([
  ['statistics that began anew', [READ], ['SELECT pg_stat_reset()']],
  ['statistics that began anew, of what had not been read,', [], ['SELECT pg_stat_reset()']],
  [
    'another index of its name',
    [],
    ['DROP INDEX words_idx', 'CREATE INDEX words_idx ON words (word DESC)', 'ANALYZE words'],
  ],
])('%s make no index unused', (_, before, after) =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.script(WORDS);
    for (const sql of [...before, 'SELECT pg_stat_force_next_flush()']) await owner.query(sql);
    await owner.script(A_MONTH_UNREAD);
    expect((await owner.query(ALERTS)).rows).toMatchObject(UNUSED);
    for (const sql of after) await owner.query(sql);
    expect((await owner.query(ALERTS)).rows).toEqual([]);
    await owner.query('SELECT * FROM perform_maintenance_tasks()');
    expect((await owner.query(ALERTS)).rows).toEqual([]);
    await owner.script(A_MONTH_UNREAD);
    expect((await owner.query(ALERTS)).rows).toMatchObject(UNUSED);
  }),
);

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
    `INSERT INTO workspaces (name, slug) VALUES ('first', 'first');
     INSERT INTO leads (workspace_id, email)
     SELECT id, n || '@example.com' FROM workspaces, generate_series(1, 40000) AS n`,
  ],
  [
    'an index whose newest partition nobody has read yet',
    `UPDATE alert_thresholds SET warning = 1000000 WHERE alert = 'index_unused';
     CREATE TABLE days (day integer, word text) PARTITION BY RANGE (day);
     CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM (1) TO (2);
     CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM (2) TO (3);
     CREATE INDEX words ON days (word);
     INSERT INTO days SELECT 1 + n % 2, md5(n::text) FROM generate_series(1, 40000) AS n;
     ${A_MONTH_UNREAD};
     SELECT FROM days WHERE day = 1 AND word = 'x';
     SELECT pg_stat_force_next_flush()`,
  ],
  [
    'a full index of a table whose name needs quotes',
    `CREATE TABLE "Order" (word text PRIMARY KEY);
     INSERT INTO "Order" SELECT md5(n::text) || md5(n::text) FROM generate_series(1, 40000) AS n ORDER BY 1;
     ALTER TABLE "Order" OWNER TO mailgenius_owner;
     ANALYZE "Order"`,
  ],
  [
    'a full index of a table of another role',
    `CREATE TABLE theirs (word text PRIMARY KEY);
     INSERT INTO theirs SELECT md5(n::text) || md5(n::text) FROM generate_series(1, 40000) AS n ORDER BY 1;
     ANALYZE theirs`,
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
