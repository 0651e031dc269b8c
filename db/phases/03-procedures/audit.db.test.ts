import { expect, test } from 'vitest';
import { withState } from '../../../test/database.ts';
import type { Database } from '../../application.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../../testing/tenant.ts';

const LOG = `
  SELECT action, object_type AS object, details, workspace_id IS NULL AS "ofTheServer", user_id AS user
  FROM audit_logs ORDER BY ctid`;

test('an import, a schedule, an export and a deletion each leave a line that says who and how many', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(owner, tenant, ['ann', 'bob']);
    const campaignId = await createCampaign(owner, tenant);
    const session = await app(tenant.workspaceId, tenant.userId);
    const { workspaceId } = tenant;
    await session.query(`SELECT fast_bulk_lead_import($1, '[{"email": "cyd@example.com"}, 7]')`, [
      workspaceId,
    ]);
    await session.query('SELECT bulk_schedule_email_sends($1, $2, $3)', [campaignId, workspaceId, leadIds]);
    const segment = { field: 'email', operator: 'starts_with', value: 'a' };
    const exported = await session.query('SELECT * FROM export_segmented_leads($1, $2)', [
      workspaceId,
      JSON.stringify(segment),
    ]);
    expect(exported.rows).toMatchObject([{ email: 'ann@example.com', workspace_id: workspaceId }]);
    await session.query('DELETE FROM leads');
    expect(await linesOf(owner)).toMatchObject([
      { action: 'import', object: 'lead', details: { given: 2, imported: 1, refused: 1 } },
      { action: 'schedule', object: 'campaign', details: { given: 2, scheduled: 2 } },
      { action: 'export', object: 'lead', details: { segment, rows: 1 } },
      { action: 'delete', object: 'lead', details: { rows: 3 } },
    ]);
    for (const line of await linesOf(owner))
      expect(line).toMatchObject({ ofTheServer: false, user: tenant.userId });
  }));

/** Tables that the application may delete from; of partitioned ones the old name is a view. */
const DELETABLE = `
  SELECT relname AS table FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    AND has_table_privilege('mailgenius_app', oid, 'DELETE')
  ORDER BY relname`;

test('whatever the application deletes leaves a line; what goes with it leaves none of its own', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const { workspaceId } = tenant;
    const objects = {
      api_keys: ['api_key', `(workspace_id, name, key_hash) VALUES ($1, 'k', 'h')`],
      automation_flows: ['automation_flow', `(workspace_id, name, trigger_type) VALUES ($1, 'f', 't')`],
      campaigns: ['campaign', `(workspace_id, name) VALUES ($1, 'c')`],
      email_templates: ['email_template', `(workspace_id, name, subject) VALUES ($1, 't', 's')`],
      lead_segments: ['lead_segment', `(workspace_id, name) VALUES ($1, 's')`],
      leads: ['lead', `(workspace_id, email) VALUES ($1, 'ann@example.com')`],
      webhooks: ['webhook', `(workspace_id, url) VALUES ($1, 'u')`],
      automation_executions: [
        'automation_execution',
        `(workspace_id, flow_id, lead_id) SELECT $1, flow.id, lead.id FROM automation_flows AS flow, leads AS lead`,
      ],
      email_sends_partitioned: [
        'email_send',
        `(workspace_id, campaign_id, lead_id, email) SELECT $1, campaign.id, lead.id, lead.email
         FROM campaigns AS campaign, leads AS lead`,
      ],
      lead_activities_partitioned: [
        'lead_activity',
        `(workspace_id, lead_id, activity_type) SELECT $1, id, 'a' FROM leads`,
      ],
      webhook_logs: ['webhook_log', `(workspace_id, webhook_id, event) SELECT $1, id, 'e' FROM webhooks`],
    } as const;
    const fill = async (isWanted: (object: string) => boolean) => {
      for (const [table, [object, values]] of Object.entries(objects)) {
        if (isWanted(object)) await owner.query(`INSERT INTO ${table} ${values}`, [workspaceId]);
      }
    };
    const { rows } = await owner.query<{ table: string }>(DELETABLE);
    expect(rows.map(({ table }) => table)).toEqual(Object.keys(objects).toSorted());

    const session = await app(workspaceId, tenant.userId);
    const deleted = async (tables: readonly string[]) => {
      await owner.query('DELETE FROM audit_logs');
      for (const table of tables) expect((await session.query(`DELETE FROM ${table}`)).rowCount).toBe(1);
      return linesOf(owner);
    };
    const line = (object: string) => ({
      action: 'delete',
      object,
      user: tenant.userId,
      details: { rows: 1 },
    });
    const children = ['automation_execution', 'email_send', 'lead_activity', 'webhook_log'];
    await fill(() => true);
    const tables = ['automation_executions', 'email_sends', 'lead_activities', 'webhook_logs'];
    expect(await deleted(tables)).toMatchObject(children.map(line));
    await fill((object) => children.includes(object));
    expect(await deleted(['leads', 'campaigns', 'automation_flows', 'webhooks'])).toMatchObject(
      ['lead', 'campaign', 'automation_flow', 'webhook'].map(line),
    );
    for (const table of tables) expect((await owner.query(`SELECT FROM ${table}`)).rowCount, table).toBe(0);
    expect(await deleted(['api_keys', 'email_templates', 'lead_segments'])).toMatchObject(
      ['api_key', 'email_template', 'lead_segment'].map(line),
    );
  }));

test('retention leaves its one line and none for each batch', () =>
  withState('procedures', async ({ owner }) => {
    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(owner, tenant, ['ann', 'bob']);
    const campaignId = await createCampaign(owner, tenant);
    await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date('2019-01-01Z') });
    await owner.query('SELECT cleanup_old_email_sends(365)');
    expect(await linesOf(owner)).toMatchObject([{ object: 'email_sends', details: { rows: 2 } }]);
  }));

test('the application writes no line itself', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const session = await app(tenant.workspaceId, tenant.userId);
    const forged = session.query(
      `INSERT INTO audit_logs (workspace_id, user_id, action, object_type) VALUES ($1, $2, 'export', 'lead')`,
      [tenant.workspaceId, tenant.userId],
    );
    await expect(forged).rejects.toMatchObject({ code: '42501' });
  }));

test('a workspace that goes leaves a line of the server, and a change of policy does', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const other = await createTenant(owner, 'other');
    await createLeads(owner, tenant, ['ann', 'bob']);
    await owner.query('DELETE FROM workspaces WHERE id = $1', [tenant.workspaceId]);
    await owner.query('CREATE POLICY open ON leads USING (true)');
    expect(await linesOf(owner)).toMatchObject([
      { action: 'delete', ofTheServer: true, details: { workspace_id: tenant.workspaceId, rows: 2 } },
      {
        action: 'policy',
        ofTheServer: true,
        details: { command: 'CREATE POLICY', statement: expect.stringMatching('open') },
      },
    ]);
    const session = await app(other.workspaceId, other.userId);
    expect((await session.query('SELECT FROM audit_logs')).rowCount).toBe(0);
  }));

test('switching policies off, on or over to the owner leaves a line, and so does what is altered while they are off', () =>
  withState('procedures', async ({ owner }) => {
    await owner.query('SELECT create_monthly_partitions(9)');
    await owner.query('ALTER TABLE leads ADD COLUMN note text');
    await owner.query('ALTER TABLE email_sends_y2025m03 SET (fillfactor = 90)');
    await owner.query('CREATE TABLE unrelated (a integer)');
    await owner.query('ALTER TABLE unrelated DISABLE ROW LEVEL SECURITY');
    expect(await linesOf(owner)).toEqual([]);
    await owner.query('ALTER TABLE leads DISABLE ROW LEVEL SECURITY');
    await owner.query('ALTER TABLE leads DROP COLUMN note');
    await owner.query('ALTER TABLE leads ENABLE ROW LEVEL SECURITY');
    await owner.query('ALTER TABLE leads FORCE row  level security');
    await owner.query('ALTER TABLE leads ADD COLUMN note text');
    await owner.query('ALTER TABLE leads NO FORCE ROW LEVEL SECURITY');
    await owner.query('ALTER TABLE email_sends_partitioned DISABLE ROW LEVEL SECURITY');
    const line = (statement: string) => ({
      action: 'policy',
      ofTheServer: true,
      details: { command: 'ALTER TABLE', statement: expect.stringMatching(statement) },
    });
    const statements = [
      'leads DISABLE',
      'leads DROP COLUMN',
      'leads ENABLE',
      'leads FORCE',
      'leads NO FORCE',
    ];
    expect(await linesOf(owner)).toMatchObject([...statements, 'email_sends_partitioned DISABLE'].map(line));
  }));

test('policies that change inside a function, in other words or with the owner leave a line', () =>
  withState('procedures', async ({ owner }) => {
    await owner.script(`
      CREATE FUNCTION run(p_sql text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE p_sql; END';
      CREATE TABLE unrelated (a integer)`);
    await owner.query('ALTER TABLE leads FORCE ROW/**/LEVEL SECURITY');
    for (const words of ['no force', 'disable', 'enable'])
      await owner.query(`SELECT run(format('ALTER TABLE leads ${words} %s level security', 'row'))`);
    await owner.query('ALTER TABLE leads OWNER TO mailgenius_app');
    await owner.query('ALTER TABLE leads OWNER TO mailgenius_owner');
    await owner.query('ALTER TABLE leads ENABLE ROW LEVEL SECURITY');
    await owner.query('ALTER TABLE unrelated OWNER TO mailgenius_app');
    const leads = { table_name: 'leads', is_on: true, is_forced: false, owner: 'mailgenius_owner' };
    const states = [{ is_forced: true }, {}, { is_on: false }, {}, { owner: 'mailgenius_app' }, {}];
    expect(await linesOf(owner)).toMatchObject(
      states.map((state) => ({ action: 'policy', details: { tables: [{ ...leads, ...state }] } })),
    );
  }));

/** How policies go or change without a word about policies, and which go. */
const SIDEWAYS: readonly (readonly [statement: string, lost: readonly string[]])[] = [
  [
    'ALTER TABLE partition_ranges DROP COLUMN removed_before CASCADE',
    ['parents on public.email_sends_partitioned'],
  ],
  ['DROP TABLE partition_ranges CASCADE', ['parents on public.email_sends_partitioned']],
  ['DROP TABLE lead_segments CASCADE', ['parents on public.campaigns', 'workspace on public.lead_segments']],
  [
    `SELECT run('DROP TABLE webhook_logs')`,
    ['parents on public.webhook_logs', 'workspace on public.webhook_logs'],
  ],
  [
    `CREATE OR REPLACE FUNCTION current_workspace_id() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid'`,
    [],
  ],
  ['ALTER FUNCTION current_workspace_id() SECURITY INVOKER', []],
  ['ALTER ROUTINE current_workspace_id() RENAME TO my_workspace_id', []],
  ['DROP OWNED BY mailgenius_readonly', []],
];

test.each(SIDEWAYS)('%s leaves a line, with the policies that went', (statement, lost) =>
  withState('procedures', async ({ owner }) => {
    await owner.query(
      `CREATE FUNCTION run(p_sql text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE p_sql; END'`,
    );
    await owner.query('CREATE TABLE unrelated (a integer)');
    await owner.query('DROP TABLE unrelated');
    await owner.query('ALTER FUNCTION run(text) STRICT');
    expect(await linesOf(owner)).toEqual([]);
    await owner.query(statement);
    const details = { statement, ...(lost.length > 0 ? { lost } : {}) };
    expect(await linesOf(owner)).toMatchObject([{ action: 'policy', ofTheServer: true, details }]);
  }),
);

test('policies that go with the function they call are all named; what drops the log itself is let through', () =>
  withState('procedures', async ({ owner }) => {
    const policies = `SELECT format('%s on public.%s', polname, polrelid::regclass) AS name FROM pg_policy ORDER BY 1`;
    const names = async () => (await owner.query<{ name: string }>(policies)).rows.map(({ name }) => name);
    const before = await names();
    await owner.query('DROP FUNCTION current_workspace_id() CASCADE');
    const after = await names();
    const lost = before.filter((name) => !after.includes(name));
    expect(lost.length).toBeGreaterThan(10);
    expect(await linesOf(owner)).toMatchObject([{ details: { command: 'DROP FUNCTION', lost } }]);
    await owner.query('CREATE POLICY open ON audit_logs USING (true)');
    await owner.query('DROP TABLE audit_logs');
  }));

test('a change of policies waits for none of another table', () =>
  withState('procedures', async ({ owner, connect }) => {
    const other = await connect();
    await other.script(`SET lock_timeout = '5s'; BEGIN; ALTER TABLE campaigns FORCE ROW LEVEL SECURITY`);
    await owner.script(`SET lock_timeout = '5s'; ALTER TABLE leads FORCE ROW LEVEL SECURITY`);
    await other.script('COMMIT');
    expect(await linesOf(owner)).toHaveLength(2);
  }));

test('TRUNCATE leaves a line for every table that it empties', () =>
  withState('procedures', async ({ owner }) => {
    await owner.query('TRUNCATE leads CASCADE');
    const { rows } = await owner.query(
      `SELECT object_type AS object FROM audit_logs WHERE action = 'delete' ORDER BY 1`,
    );
    const objects = [
      'automation_executions',
      'email_sends_partitioned',
      'lead_activities_partitioned',
      'leads',
    ];
    expect(rows).toEqual(objects.map((object) => ({ object })));
    await owner.query('DELETE FROM audit_logs');
    const { rows: tables } = await owner.query<{ table: string }>(DELETABLE);
    for (const { table } of tables) await owner.query(`TRUNCATE ${table} CASCADE`);
    const emptied = await owner.query('SELECT DISTINCT object_type AS table FROM audit_logs ORDER BY 1');
    expect(emptied.rows).toEqual(tables);
  }));

async function linesOf(owner: Database): Promise<readonly unknown[]> {
  return (await owner.query(LOG)).rows;
}
