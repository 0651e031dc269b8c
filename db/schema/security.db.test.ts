import { expect, test } from 'vitest';
import { type StateName, withState } from '../../test/database.ts';
import { createCampaign, createLeads, createTenant } from '../testing/tenant.ts';

const TENANT_RELATIONS = `
  SELECT DISTINCT relation.oid::regclass::text AS name
  FROM pg_class AS relation
  JOIN pg_attribute ON attrelid = relation.oid AND attname = 'workspace_id' AND NOT attisdropped
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v')
    AND has_table_privilege('mailgenius_app', relation.oid, 'SELECT')`;

test.each(['base', 'views'] as const)('in state %s a session sees its workspace and no other', (name) =>
  withState(name, async ({ owner, app }) => {
    const one = await createTenant(owner, 'one');
    const two = await createTenant(owner, 'two');
    await fill(owner, name, [one, two]);
    const session = await app(one.workspaceId, one.userId);
    const nobody = await app('', '');
    const outsider = await app(two.workspaceId, one.userId);
    const { rows } = await owner.query<{ name: string }>(TENANT_RELATIONS);
    expect(rows.length).toBeGreaterThan(12);
    for (const { name: relation } of rows) {
      const sql = `SELECT count(*)::int AS n, count(*) FILTER (WHERE workspace_id <> $1)::int AS foreign FROM ${relation}`;
      const seen = (await session.query<{ n: number; foreign: number }>(sql, [one.workspaceId])).rows[0];
      expect(seen?.foreign, relation).toBe(0);
      if (FILLED.has(relation)) expect(seen?.n, relation).toBe(1);
      for (const stranger of [nobody, outsider]) {
        expect((await stranger.query(`SELECT FROM ${relation}`)).rowCount, relation).toBe(0);
      }
    }
  }),
);

test('the application is subject to row level security and cannot get around it', () =>
  withState('views', async ({ owner, app }) => {
    const one = await createTenant(owner, 'one');
    const two = await createTenant(owner, 'two');
    const session = await app(one.workspaceId, one.userId);
    const active = `SELECT row_security_active('leads') AS leads, row_security_active('email_sends_partitioned') AS sends`;
    expect((await session.query(active)).rows).toEqual([{ leads: true, sends: true }]);
    const refused = [
      [`INSERT INTO leads (workspace_id, email) VALUES ('${two.workspaceId}', 'x@example.com')`, '42501'],
      [
        `INSERT INTO workspace_members (workspace_id, user_id) VALUES ('${two.workspaceId}', '${one.userId}')`,
        '42501',
      ],
      [`UPDATE workspaces SET plan = 'enterprise'`, '42501'],
      ['DELETE FROM audit_logs', '42501'],
      ['SELECT * FROM email_sends_default', '42501'],
      ['SELECT * FROM lead_analytics', '42501'],
      ['SET ROLE mailgenius_owner', '42501'],
      ['ALTER TABLE leads DISABLE ROW LEVEL SECURITY', '42501'],
      ['SELECT refresh_analytics_views()', '42501'],
      ['SELECT create_monthly_partitions()', '42501'],
    ] as const;
    for (const [sql, code] of refused) {
      await expect(session.query(sql), sql).rejects.toMatchObject({ code });
    }
    // Off does not mean without: it means an error instead of fewer rows.
    await session.query('SET row_security = off');
    await expect(session.query('SELECT FROM leads')).rejects.toMatchObject({ code: '42501' });
  }));

test('a suspended member sees nothing', () =>
  withState('base', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    await createLeads(owner, tenant, ['ann']);
    await owner.query(`UPDATE workspace_members SET status = 'suspended'`);
    const session = await app(tenant.workspaceId, tenant.userId);
    expect((await session.query('SELECT FROM leads')).rowCount).toBe(0);
  }));

test('functions that skip row level security pin their search_path and are for nobody by default', () =>
  withState('views', async ({ owner }) => {
    const { rows } = await owner.query(`
      SELECT oid::regprocedure::text AS function FROM pg_proc AS function
      WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND (proconfig IS NULL OR NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting LIKE 'search_path=%')
             OR pg_get_userbyid(proowner) <> 'mailgenius_owner'
             OR EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0))`);
    expect(rows).toEqual([]);
  }));

test('SET ROLE does not lend a function the rights of the session behind it', () =>
  withState('procedures', async ({ owner }) => {
    const { workspaceId } = await createTenant(owner, 'tenant');
    const count = () => owner.query('SELECT count_leads_optimized($1)', [workspaceId]);
    await expect(count()).resolves.toMatchObject({ rowCount: 1 });
    await owner.query('SET ROLE mailgenius_app');
    await expect(count()).rejects.toMatchObject({ code: '42501' });
  }));

const FILLED = new Set([
  'workspace_members',
  'leads',
  'campaigns',
  'email_sends',
  'lead_activities',
  'workspace_lead_analytics',
]);

async function fill(
  owner: Parameters<typeof createLeads>[0],
  name: StateName,
  tenants: readonly { readonly workspaceId: string; readonly userId: string }[],
): Promise<void> {
  for (const tenant of tenants) {
    const [leadId] = await createLeads(owner, tenant, ['ann']);
    const campaignId = await createCampaign(owner, tenant);
    await owner.query(
      `INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email) VALUES ($1, $2, $3, 'ann@example.com')`,
      [tenant.workspaceId, campaignId, leadId],
    );
    await owner.query(
      `INSERT INTO lead_activities (workspace_id, lead_id, activity_type) VALUES ($1, $2, 'opened')`,
      [tenant.workspaceId, leadId],
    );
  }
  if (name === 'views') await owner.query('SELECT refresh_analytics_views()');
}
