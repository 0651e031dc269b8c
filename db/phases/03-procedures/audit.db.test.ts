import { expect, test } from 'vitest';
import { withState } from '../../../test/database.ts';
import type { Database } from '../../application.ts';
import { createCampaign, createLeads, createTenant } from '../../testing/tenant.ts';

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

async function linesOf(owner: Database): Promise<readonly unknown[]> {
  return (await owner.query(LOG)).rows;
}
