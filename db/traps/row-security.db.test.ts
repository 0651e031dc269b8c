import { expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createLeads, createTenant, type Tenant } from '../testing/tenant.ts';
import { blocksOf, hearPlans, indexesOf, planOf } from './plan.ts';

const MANY = `
  INSERT INTO leads (workspace_id, email, tags, custom_fields)
  SELECT $1, 'lead' || n || '@example.com', ARRAY['t' || n % 100], jsonb_build_object('n', n)
  FROM generate_series(1, 20000) AS n`;

const EXACT = 'SELECT FROM leads WHERE workspace_id = $1 AND email = $2';
const TAGGED = 'SELECT FROM leads WHERE workspace_id = $1 AND tags::citext[] @> ARRAY[$2]::citext[]';

test('trap 1: under row level security an operator that is not leakproof is no index condition', () =>
  withMany(async (owner, app, { workspaceId }) => {
    const exact = [workspaceId, 'lead7@example.com'];
    const asOwner = await blocksOf(owner, EXACT, exact);
    const asApp = await blocksOf(app, EXACT, exact);
    const byFunction = await blocksOf(app, 'SELECT * FROM find_lead_by_email($1, $2)', exact);
    // The application's own statement reads the workspace; the function, as the same role, what the owner would.
    expect(asApp).toBeGreaterThan(20 * asOwner);
    expect(byFunction).toBeLessThan(asApp / 20);

    const tagged = [workspaceId, 't7'];
    expect(indexesOf(await planOf(owner, TAGGED, tagged))).toContain('idx_leads_tags');
    expect(indexesOf(await planOf(app, TAGGED, tagged))).not.toContain('idx_leads_tags');
    const segment = `SELECT * FROM count_segmented_leads($1, '{"field": "tags", "operator": "contains", "value": "t7"}')`;
    expect(await blocksOf(app, segment, [workspaceId])).toBeLessThan(await blocksOf(app, TAGGED, tagged));
  }));

test('trap 2: a function that skips row level security without asking who calls shows everything', () =>
  withMany(async (owner, app, tenant) => {
    const stranger = await createTenant(owner, 'stranger');
    await createLeads(owner, stranger, ['eve']);
    await owner.script(`
      CREATE FUNCTION naive_count(p_workspace_id uuid) RETURNS bigint LANGUAGE sql SECURITY DEFINER
      AS 'SELECT count(*) FROM leads WHERE workspace_id = p_workspace_id';
      GRANT EXECUTE ON FUNCTION naive_count TO mailgenius_app`);
    const naive = await app.query('SELECT naive_count($1) AS n', [stranger.workspaceId]);
    expect(naive.rows).toEqual([{ n: 1 }]);
    const ours = app.query('SELECT count_leads_optimized($1)', [stranger.workspaceId]);
    await expect(ours).rejects.toMatchObject({ code: '42501' });
    expect((await app.query('SELECT count_leads_optimized($1) AS n', [tenant.workspaceId])).rows).toEqual([
      { n: 20_000 },
    ]);
  }));

test('trap 3: who connects as a superuser measures no row level security', () =>
  withMany(async (owner, app) => {
    const active = `SELECT row_security_active('leads') AS active`;
    expect((await owner.query(active)).rows).toEqual([{ active: false }]);
    expect((await app.query(active)).rows).toEqual([{ active: true }]);
  }));

test('trap 4: a trigram index on citext is not used by ILIKE, the one on text is', () =>
  withMany(async (owner, _, tenant, { connect }) => {
    const { workspaceId } = tenant;
    // The operator class takes citext for the text that it is made of, so it can be built.
    await owner.query('CREATE INDEX naive_search ON leads USING gin (email gin_trgm_ops)');
    const rare = [workspaceId, '%lead12345%'];
    const naive = 'SELECT FROM leads WHERE workspace_id = $1 AND email ILIKE $2';
    expect(indexesOf(await planOf(owner, naive, rare))).not.toContain('naive_search');
    await owner.query('DROP INDEX naive_search');
    const ours = 'SELECT FROM leads WHERE workspace_id = $1 AND email::text ILIKE $2';
    expect(indexesOf(await planOf(owner, ours, rare))).toContain('idx_leads_search');

    const { db, planWith } = await hearPlans(connect, tenant);
    const segment = (operator: string) => JSON.stringify({ field: 'email', operator, value: 'lead12345' });
    for (const [call, value] of [
      ['search_leads_optimized($1, p_term => $2)', 'lead12345'],
      ['count_leads_optimized($1, p_term => $2)', 'lead12345'],
      ['get_segmented_leads($1, $2)', segment('contains')],
      ['count_segmented_leads($1, $2)', segment('contains')],
      ['count_segmented_leads($1, $2)', segment('starts_with')],
    ] as const) {
      await db.query(`SELECT FROM ${call}`, [workspaceId, value]);
      expect(new Set(indexesOf(planWith('FROM leads WHERE'))), `${call} ${value}`).toEqual(
        new Set(['idx_leads_search']),
      );
    }
  }));

test('trap 18: a materialized view has no row level security; its filtered view has', () =>
  withMany(async (owner, app, tenant) => {
    await createLeads(owner, await createTenant(owner, 'stranger'), ['eve']);
    await owner.query('SELECT refresh_analytics_views()');
    const count = (relation: string) => `SELECT count(DISTINCT workspace_id)::int AS n FROM ${relation}`;
    await expect(app.query(count('lead_analytics'))).rejects.toMatchObject({ code: '42501' });
    await owner.query('GRANT SELECT ON lead_analytics TO mailgenius_app');
    expect((await app.query(count('lead_analytics'))).rows).toEqual([{ n: 2 }]);
    const ours = 'SELECT DISTINCT workspace_id FROM workspace_lead_analytics';
    expect((await app.query(ours)).rows).toEqual([{ workspace_id: tenant.workspaceId }]);
  }));

type Owner = Database & { script(sql: string): Promise<void> };

function withMany(
  check: (owner: Owner, app: Database, tenant: Tenant, state: StateUnderTest) => Promise<void>,
): Promise<void> {
  return withState('views', async (state) => {
    const { owner, app } = state;
    const tenant = await createTenant(owner, 'tenant');
    await owner.query(MANY, [tenant.workspaceId]);
    await owner.script('VACUUM (ANALYZE) leads');
    await check(owner, await app(tenant.workspaceId, tenant.userId), tenant, state);
  });
}
