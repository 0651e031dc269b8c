import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { createLeads, createTenant } from '../testing/tenant.ts';
import { untilBlocked } from '../testing/until-blocked.ts';

const EXPORT = 'SELECT email::text FROM export_segmented_leads($1)';
const LINES = `SELECT details -> 'rows' AS rows FROM audit_logs WHERE action = 'export' ORDER BY ctid`;

/** Holds an export where it writes its line, until the lock is free. */
const WAIT = `
  CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN NEW; END';
  CREATE TRIGGER wait BEFORE INSERT ON audit_logs FOR EACH ROW EXECUTE FUNCTION wait()`;

test('the line says how many leads were exported, though others come in meanwhile', () =>
  withState('procedures', async ({ owner, app, connect }) => {
    const tenant = await createTenant(owner, 'tenant');
    await createLeads(owner, tenant, ['ann', 'bob']);
    await owner.script(WAIT);
    const session = await app(tenant.workspaceId, tenant.userId);
    const other = await connect();
    await other.query('SELECT pg_advisory_lock(7)');
    const exporting = session.query(EXPORT, [tenant.workspaceId]);
    await untilBlocked(owner);
    await createLeads(other, tenant, ['cyd']);
    await other.query('SELECT pg_advisory_unlock(7)');
    const { rowCount } = await exporting;
    expect((await owner.query(LINES)).rows).toEqual([{ rows: rowCount }]);
    expect((await session.query(EXPORT, [tenant.workspaceId])).rowCount).toBe(3);
  }));

test('who fetches one lead of an export has exported all of them', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    await createLeads(owner, tenant, ['ann', 'bob']);
    const session = await app(tenant.workspaceId, tenant.userId);
    const { rows } = await session.query(`${EXPORT} LIMIT 1`, [tenant.workspaceId]);
    expect(rows).toEqual([{ email: 'ann@example.com' }]);
    expect((await owner.query(LINES)).rows).toEqual([{ rows: 2 }]);
  }));
