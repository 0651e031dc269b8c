import { expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import { A_MONTH_UNREAD, ALERTS } from '../testing/alerts.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../testing/tenant.ts';

type Owner = StateUnderTest['owner'];
type Connect = StateUnderTest['connect'];

/** Each plants a cause in a healthy database, and names the alert it must raise and no other. */
const CAUSES: readonly {
  alert: string;
  object: RegExp;
  plant(owner: Owner, connect: Connect): Promise<void>;
}[] = [
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
    async plant(owner, connect) {
      await owner.query(`UPDATE alert_thresholds SET warning = 50 WHERE alert = 'connection_usage'`);
      expect((await owner.query(ALERTS)).rows).toEqual([]);
      // Of a hundred.
      for (let n = 0; n < 50; n++) await connect();
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
      // More than the indexes of empty partitions take.
      await owner.query(`UPDATE alert_thresholds SET warning = 1000000 WHERE alert = 'index_unused'`);
      const { workspaceId } = await createTenant(owner, 'tenant');
      await owner.query('CREATE INDEX nobody_reads_this ON webhooks (url)');
      await owner.query(
        `INSERT INTO webhooks (workspace_id, url) SELECT $1, repeat(md5(n::text), 3) FROM generate_series(1, 10000) AS n`,
        [workspaceId],
      );
      await owner.script(A_MONTH_UNREAD);
    },
  },
  {
    alert: 'index_bloated',
    object: /^swollen$/,
    async plant(owner) {
      await owner.script(`
        CREATE TABLE swelling AS SELECT md5(n::text) AS word FROM generate_series(1, 40000) AS n;
        ALTER TABLE swelling OWNER TO mailgenius_owner;
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
    alert: 'partition_open',
    object: /^email_sends_y2025m03$/,
    async plant(owner) {
      await owner.script(`
        ALTER TABLE email_sends_y2025m03 OWNER TO CURRENT_USER;
        ALTER TABLE email_sends_y2025m03 DISABLE ROW LEVEL SECURITY`);
      // Of another role: left alone.
      expect((await owner.query('SELECT create_monthly_partitions()')).rowCount).toBe(0);
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
    withState('views', async ({ owner, connect }) => {
      await owner.query('SELECT refresh_analytics_views()');
      await plant(owner, connect);
      const { rows } = await owner.query<{ alert: string; object: string; severity: string }>(ALERTS);
      expect(rows).toMatchObject([{ alert, object: expect.stringMatching(object) }]);
    }),
);

test('every alert has a threshold, and every threshold an alert that is proven', () =>
  withState('views', async ({ owner }) => {
    const { rows } = await owner.query<{ alert: string }>('SELECT alert FROM alert_thresholds');
    expect(rows.map((row) => row.alert).sort()).toEqual(CAUSES.map((cause) => cause.alert).sort());
  }));
