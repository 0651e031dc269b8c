import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { A_MONTH_UNREAD, ALERTS } from '../testing/alerts.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../testing/tenant.ts';

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

test('of the indexes of partitions the one that can be dropped is named, with the bytes of all', () =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.script(`
      UPDATE alert_thresholds SET warning = 1000000 WHERE alert = 'index_unused';
      CREATE TABLE days (day integer, n integer) PARTITION BY RANGE (day);
      CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM (1) TO (2);
      CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM (2) TO (3);
      INSERT INTO days SELECT 1 + n % 2, n FROM generate_series(1, 60000) AS n;
      CREATE INDEX numbers ON days (n);
      CREATE INDEX twin ON days (n)`);
    await owner.script(A_MONTH_UNREAD);
    const bytes = `SELECT sum(pg_relation_size(relid))::float8 AS value FROM pg_partition_tree('numbers')`;
    const [size] = (await owner.query<{ value: number }>(bytes)).rows;
    expect((await owner.query(ALERTS)).rows).toMatchObject([
      { alert: 'index_duplicate', object: 'twin', ...size },
      { alert: 'index_unused', object: 'numbers', ...size },
      { alert: 'index_unused', object: 'twin', ...size },
    ]);
    await owner.script('DROP INDEX twin, numbers');
    expect((await owner.query(ALERTS)).rows).toEqual([]);
  }));

test('an index that nobody reads stays unused when it is rebuilt, its old months go and new ones come', () =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT refresh_analytics_views()');
    await owner.script(`
      UPDATE alert_thresholds SET warning = 1000000 WHERE alert = 'index_unused';
      CREATE TABLE days (day integer, n integer) PARTITION BY RANGE (day);
      CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM (1) TO (2);
      CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM (2) TO (3);
      INSERT INTO days SELECT 1 + n % 2, n FROM generate_series(1, 120000) AS n;
      CREATE INDEX numbers ON days (n)`);
    await owner.query('SELECT FROM days WHERE day = 1 AND n = 1');
    await owner.query('SELECT pg_stat_force_next_flush()');
    await owner.script(A_MONTH_UNREAD);
    const unused = [{ alert: 'index_unused', object: 'numbers' }];
    for (const sql of [
      'REINDEX INDEX CONCURRENTLY numbers',
      'DROP TABLE days_1',
      'CREATE TABLE days_3 PARTITION OF days FOR VALUES FROM (3) TO (4)',
    ]) {
      await owner.query(sql);
      expect((await owner.query(ALERTS)).rows, sql).toMatchObject(unused);
      await owner.query('SELECT sample_index_reads()');
      expect((await owner.query(ALERTS)).rows, sql).toMatchObject(unused);
    }
    await owner.query('SELECT FROM days WHERE day = 2 AND n = 1');
    await owner.query('SELECT pg_stat_force_next_flush()');
    expect((await owner.query(ALERTS)).rows).toEqual([]);
  }));

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

const NOW = 'SELECT create_monthly_partitions() -- its warnings say what it leaves';
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
  ['2025-03-03Z', NOW],
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
      if (moment.startsWith('2025')) expect(advice).toBe(NOW);
      else
        expect(advice).toBe(`correct created_at of the rows in email_sends_default; those that are ${OLDER}`);
      await owner.script(remedy);
      expect((await owner.query(alert)).rows).toEqual([]);
      expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(1);
    }),
);
