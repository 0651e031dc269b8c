import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../testing/tenant.ts';

/** s(elect), i(nsert), u(pdate), d(elete): what each role may do with each table and view of the last state. */
const RELATIONS: Readonly<Record<string, readonly [app: string, readonly: string]>> = {
  alert_thresholds: ['', 's'],
  analytics_refreshes: ['s', 's'],
  api_keys: ['siud', 's'],
  audit_logs: ['si', 's'],
  automation_executions: ['siud', 's'],
  automation_flows: ['siud', 's'],
  campaign_metric_changes: ['s', 's'],
  campaign_metrics: ['s', 's'],
  campaign_performance: ['', ''],
  campaigns: ['siud', 's'],
  current_table_sizes: ['', 's'],
  email_sends: ['siud', 's'],
  email_sends_default: ['', ''],
  email_sends_partitioned: ['siud', 's'],
  email_templates: ['siud', 's'],
  index_faults: ['', 's'],
  index_usage: ['', 's'],
  lead_activities: ['siud', 's'],
  lead_activities_default: ['', ''],
  lead_activities_partitioned: ['siud', 's'],
  lead_analytics: ['', ''],
  lead_segments: ['siud', 's'],
  leads: ['siud', 's'],
  maintenance_jobs: ['', 's'],
  maintenance_runs: ['', 's'],
  migration_changes: ['', ''],
  migration_progress: ['', 's'],
  monthly_partitions: ['', 's'],
  partition_health: ['', 's'],
  retention_policies: ['', 's'],
  table_growth: ['', 's'],
  table_sizes: ['', 's'],
  users: ['s', 's'],
  webhook_logs: ['siud', 's'],
  webhooks: ['siud', 's'],
  workspace_campaign_performance: ['s', 's'],
  workspace_lead_analytics: ['s', 's'],
  workspace_members: ['s', 's'],
  workspaces: ['s', 's'],
};

/** Functions that somebody but their owner may call. */
const FUNCTIONS: Readonly<Record<'mailgenius_app' | 'mailgenius_readonly', readonly string[]>> = {
  mailgenius_app: [
    'batch_update_campaign_metrics',
    'batch_update_email_status',
    'bulk_insert_leads',
    'bulk_schedule_email_sends',
    'count_leads_optimized',
    'count_segmented_leads',
    'current_workspace_id',
    'export_segmented_leads',
    'fast_bulk_lead_import',
    'find_lead_by_email',
    'get_campaign_analytics',
    'get_lead_growth_analytics',
    'get_segmented_leads',
    'search_leads_optimized',
  ],
  mailgenius_readonly: [
    'check_alerts',
    'current_workspace_id',
    'get_connection_pool_status',
    'get_database_performance_metrics',
    'get_query_performance_stats',
  ],
};

const PRIVILEGES = `
  SELECT relname AS relation,
         concat(CASE WHEN has_table_privilege($1, oid, 'SELECT') THEN 's' END,
                CASE WHEN has_table_privilege($1, oid, 'INSERT') THEN 'i' END,
                CASE WHEN has_table_privilege($1, oid, 'UPDATE') THEN 'u' END,
                CASE WHEN has_table_privilege($1, oid, 'DELETE') THEN 'd' END) AS privileges
  FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm') AND (NOT relispartition OR relname ~ '_default$')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
  ORDER BY relname`;

const EXECUTABLE = `
  SELECT DISTINCT proname AS name FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace AND has_function_privilege($1, oid, 'EXECUTE')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
  ORDER BY 1`;

/** Functions of the application that take a workspace, called for somebody else's. */
const CALLS: Readonly<Record<string, string>> = {
  batch_update_campaign_metrics: `batch_update_campaign_metrics($1, '[]')`,
  batch_update_email_status: `batch_update_email_status($1, '[]')`,
  bulk_insert_leads: `bulk_insert_leads($1, '[]')`,
  bulk_schedule_email_sends: 'bulk_schedule_email_sends(gen_random_uuid(), $1, ARRAY[]::uuid[])',
  count_leads_optimized: 'count_leads_optimized($1)',
  count_segmented_leads: `count_segmented_leads($1, '{"and": []}')`,
  export_segmented_leads: 'export_segmented_leads($1)',
  fast_bulk_lead_import: `fast_bulk_lead_import($1, '[]')`,
  find_lead_by_email: `find_lead_by_email($1, 'ann@example.com')`,
  get_campaign_analytics: 'get_campaign_analytics($1)',
  get_lead_growth_analytics: 'get_lead_growth_analytics($1)',
  get_segmented_leads: `get_segmented_leads($1, '{"and": []}')`,
  search_leads_optimized: 'search_leads_optimized($1)',
};

test.each(['mailgenius_app', 'mailgenius_readonly'] as const)(
  '%s may do with each table what the matrix says',
  (role) =>
    withState('views', async ({ owner }) => {
      const { rows } = await owner.query<{ relation: string; privileges: string }>(PRIVILEGES, [role]);
      const column = role === 'mailgenius_app' ? 0 : 1;
      const expected = Object.entries(RELATIONS).map(([relation, cells]) => ({
        relation,
        privileges: cells[column],
      }));
      expect(rows).toEqual(expected);
      expect((await owner.query<{ name: string }>(EXECUTABLE, [role])).rows.map(({ name }) => name)).toEqual(
        FUNCTIONS[role],
      );
    }),
);

test('nobody may do anything with a partition itself', () =>
  withState('views', async ({ owner }) => {
    const { rows } = await owner.query(`
      SELECT inhrelid::regclass::text FROM pg_inherits, (VALUES ('mailgenius_app'), ('mailgenius_readonly')) AS role (name)
      WHERE inhparent IN ('email_sends_partitioned'::regclass, 'lead_activities_partitioned'::regclass)
        AND has_table_privilege(role.name, inhrelid, 'SELECT, INSERT, UPDATE, DELETE')`);
    expect(rows).toEqual([]);
  }));

test("each function refuses another's workspace, an unknown one and none", () =>
  withState('views', async ({ owner, app }) => {
    const mine = await createTenant(owner, 'mine');
    const theirs = await createTenant(owner, 'theirs');
    const session = await app(mine.workspaceId, mine.userId);
    expect(Object.keys(CALLS)).toEqual(
      FUNCTIONS.mailgenius_app.filter((name) => name !== 'current_workspace_id'),
    );
    for (const [name, call] of Object.entries(CALLS)) {
      for (const workspace of [theirs.workspaceId, '00000000-0000-0000-0000-000000000000', null]) {
        const sql = `SELECT * FROM ${call.replace('$1', '$1::uuid')}`;
        await expect(session.query(sql, [workspace]), `${name} ${workspace}`).rejects.toMatchObject({
          code: '42501',
        });
      }
    }
  }));

test("a session changes its own workspace's rows and no others", () =>
  withState('views', async ({ owner, app }) => {
    const tenants = [await createTenant(owner, 'mine'), await createTenant(owner, 'theirs')] as const;
    for (const tenant of tenants) await fill(owner, tenant);
    const [mine, theirs] = tenants;
    const session = await app(mine.workspaceId, mine.userId);
    const writable = Object.entries(RELATIONS).filter(
      ([name, [cells]]) => cells === 'siud' && !(name in VIEWS),
    );
    for (const [table] of writable) {
      const move = session.query(`UPDATE ${table} SET workspace_id = $1`, [theirs.workspaceId]);
      await expect(move, table).rejects.toMatchObject({ code: '42501' });
      const { rows } = await owner.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM ${table} WHERE workspace_id = $1`,
        [theirs.workspaceId],
      );
      await session.query('BEGIN');
      expect((await session.query(`DELETE FROM ${table}`)).rowCount, table).toBe(rows[0]?.n);
      await session.query('ROLLBACK');
      expect(rows[0]?.n, table).toBe(1);
    }
  }));

const VIEWS = { email_sends: true, lead_activities: true };

/** A row in every table that the application may write to. */
async function fill(
  owner: Parameters<typeof createTenant>[0],
  tenant: Awaited<ReturnType<typeof createTenant>>,
) {
  const leadIds = await createLeads(owner, tenant, ['ann']);
  await createSends(owner, tenant, await createCampaign(owner, tenant), leadIds);
  const { workspaceId } = tenant;
  const rows: readonly (readonly [string, readonly unknown[]])[] = [
    ['api_keys (workspace_id, name, key_hash) VALUES ($1, $2, $2)', [workspaceId, workspaceId]],
    [`automation_flows (workspace_id, name, trigger_type) VALUES ($1, 'f', 't')`, [workspaceId]],
    [
      `automation_executions (workspace_id, flow_id, lead_id)
       SELECT $1, id, $2 FROM automation_flows WHERE workspace_id = $1`,
      [workspaceId, leadIds[0]],
    ],
    [`email_templates (workspace_id, name, subject) VALUES ($1, 't', 's')`, [workspaceId]],
    [
      `lead_activities (workspace_id, lead_id, activity_type) VALUES ($1, $2, 'a')`,
      [workspaceId, leadIds[0]],
    ],
    [`lead_segments (workspace_id, name) VALUES ($1, 's')`, [workspaceId]],
    [`webhooks (workspace_id, url) VALUES ($1, 'u')`, [workspaceId]],
    [
      `webhook_logs (workspace_id, webhook_id, event) SELECT $1, id, 'e' FROM webhooks WHERE workspace_id = $1`,
      [workspaceId],
    ],
  ];
  for (const [sql, values] of rows) await owner.query(`INSERT INTO ${sql}`, values);
}
