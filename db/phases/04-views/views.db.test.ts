import { expect, test } from 'vitest';
import { withState } from '../../../test/database.ts';
import { createCampaign, createLeads, createTenant } from '../../testing/tenant.ts';

const LIVE = `
  SELECT source, status, date_trunc('month', created_at, 'UTC') AS month, count(*) AS lead_count,
         count(DISTINCT company) AS unique_companies, count(*) FILTER (WHERE status = 'active') AS active_leads
  FROM leads GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;

const VIEW = `
  SELECT source, status, month, lead_count, unique_companies, active_leads
  FROM workspace_lead_analytics ORDER BY 1, 2, 3`;

test('after a refresh the analytics are what the leads say', () =>
  withState('views', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    await owner.query(
      `INSERT INTO leads (workspace_id, email, company, status, source, created_at)
       SELECT $1, 'lead' || n || '@example.com', CASE WHEN n % 4 > 0 THEN 'Company ' || n % 7 END,
              CASE WHEN n % 5 = 0 THEN 'bounced' ELSE 'active' END, CASE WHEN n % 2 = 0 THEN 'api' ELSE 'form' END,
              timestamptz '2025-01-31 20:00Z' + n * interval '1 hour'
       FROM generate_series(1, 200) AS n`,
      [tenant.workspaceId],
    );
    const session = await app(tenant.workspaceId, tenant.userId);
    expect((await session.query(VIEW)).rows).toEqual([]);
    await owner.query('SELECT refresh_analytics_views()');
    const { rows } = await owner.query(LIVE);
    expect(rows.length).toBe(6);
    expect((await session.query(VIEW)).rows).toEqual(rows);
  }));

test('a refresh writes only the lines that changed', () =>
  withState('views', async ({ owner }) => {
    const { workspaceId } = await createTenant(owner, 'tenant');
    await owner.query(`INSERT INTO leads (workspace_id, email) VALUES ($1, 'ann@example.com')`, [
      workspaceId,
    ]);
    await owner.query('SELECT refresh_analytics_views()');
    const versions = 'SELECT ctid, xmin::text FROM lead_analytics';
    const before = await owner.query(versions);
    await owner.query('SELECT refresh_analytics_views()');
    expect((await owner.query(versions)).rows).toEqual(before.rows);
  }));

test('what was committed by refreshed_at is in the view, also where the transaction began before', () =>
  withState('views', async ({ owner, connect }) => {
    const { workspaceId } = await createTenant(owner, 'tenant');
    const refreshed = `SELECT clock_timestamp() >= refreshed_at + took AS is_over, refreshed_at > $1 AS has_it,
                              (SELECT coalesce(sum(lead_count), 0)::int FROM lead_analytics) AS leads
                       FROM analytics_refreshes WHERE view_name = 'lead_analytics'`;
    const reader = await connect();
    for (const [isolation, answer] of [
      ['REPEATABLE READ', { has_it: false, leads: 0 }],
      ['READ COMMITTED', { has_it: true, leads: 1 }],
    ] as const) {
      await owner.script('DELETE FROM leads');
      await reader.script(`BEGIN ISOLATION LEVEL ${isolation}`);
      await reader.query('SELECT count(*) FROM leads');
      const { rows } = await owner.query<{ at: Date }>(
        `INSERT INTO leads (workspace_id, email) VALUES ($1, 'ann@example.com') RETURNING clock_timestamp() AS at`,
        [workspaceId],
      );
      await reader.query('SELECT refresh_analytics_views()');
      await reader.script('COMMIT');
      expect((await owner.query(refreshed, [rows[0]?.at])).rows).toEqual([{ is_over: true, ...answer }]);
    }
  }));

test('readers do not wait for a refresh, and see the figures before or after it', () =>
  withState('views', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const add = `INSERT INTO leads (workspace_id, email, company)
                 SELECT $1, gen_random_uuid() || '@example.com', 'c' || n FROM generate_series(1, 20000) AS n`;
    const reader = await app(tenant.workspaceId, tenant.userId);
    await reader.query(`SET lock_timeout = '50ms'`);
    await owner.query('SELECT refresh_analytics_views()');
    const seen = new Set<number>();
    for (let round = 0; round < 3; round++) {
      await owner.query(add, [tenant.workspaceId]);
      let isDone = false;
      const refreshing = owner.query('SELECT refresh_analytics_views()').finally(() => {
        isDone = true;
      });
      while (!isDone) {
        const sql = 'SELECT coalesce(sum(lead_count), 0)::int AS n FROM workspace_lead_analytics';
        seen.add((await reader.query<{ n: number }>(sql)).rows[0]?.n ?? -1);
      }
      await refreshing;
    }
    expect([0, 20_000, 40_000, 60_000]).toEqual(expect.arrayContaining([...seen]));
    expect(seen.size).toBeGreaterThan(1);
  }));

test('no moment that a lead may have keeps the refresh from working', () =>
  withState('views', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const session = await app(tenant.workspaceId, tenant.userId);
    await session.query(
      `INSERT INTO leads (workspace_id, email, created_at)
       SELECT $1, moment || '@example.com', moment
       FROM unnest('{-infinity,4714-11-24 00:00:00+00 BC,0001-01-01Z,infinity}'::timestamptz[]) AS moment`,
      [tenant.workspaceId],
    );
    await owner.query('SELECT refresh_analytics_views()');
    const { rows } = await session.query(
      'SELECT month::text, lead_count FROM workspace_lead_analytics ORDER BY workspace_lead_analytics.month',
    );
    expect(rows).toEqual([
      { month: '0001-01-01 00:00:00+00', lead_count: 3 },
      { month: 'infinity', lead_count: 1 },
    ]);
  }));

test('rates of a campaign nobody received are zero', () =>
  withState('views', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    await owner.query(
      `INSERT INTO campaigns (workspace_id, name, status, total_recipients, delivered, opened)
       VALUES ($1, 'empty', 'sent', 0, 0, 0), ($1, 'full', 'completed', 3, 2, 1), ($1, 'draft', 'draft', 1, 1, 1)`,
      [tenant.workspaceId],
    );
    await owner.query('SELECT refresh_analytics_views()');
    const session = await app(tenant.workspaceId, tenant.userId);
    const { rows } = await session.query(
      `SELECT campaign_name, delivery_rate::text, open_rate::text FROM workspace_campaign_performance ORDER BY 1`,
    );
    expect(rows).toEqual([
      { campaign_name: 'empty', delivery_rate: '0', open_rate: '0' },
      { campaign_name: 'full', delivery_rate: '66.67', open_rate: '50.00' },
    ]);
  }));

test('a refresh shows changes that are not folded in yet, and lets a campaign be written meanwhile', () =>
  withState('views', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(owner, tenant, ['ann']);
    const draft = await createCampaign(owner, tenant);
    const sent = await createCampaign(owner, tenant, 'sent');
    for (const campaignId of [draft, sent])
      await owner.query(
        'INSERT INTO campaign_metric_changes (workspace_id, campaign_id, delivered, opened) VALUES ($1, $2, 4, 3)',
        [tenant.workspaceId, campaignId],
      );
    const session = await app(tenant.workspaceId, tenant.userId);
    await session.query(`SET lock_timeout = '2s'`);
    await owner.transaction(async () => {
      await owner.query('SELECT refresh_analytics_views()');
      const schedule = 'SELECT total_scheduled AS n FROM bulk_schedule_email_sends($1, $2, $3)';
      expect((await session.query(schedule, [draft, tenant.workspaceId, leadIds])).rows).toEqual([{ n: 1 }]);
    });
    const shown = 'SELECT campaign_id AS id, opened, open_rate::text FROM workspace_campaign_performance';
    expect((await session.query(shown)).rows).toEqual([{ id: sent, opened: 3, open_rate: '75.00' }]);
  }));
