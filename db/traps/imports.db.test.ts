import { expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createTenant, type Tenant } from '../testing/tenant.ts';

/** The import as it is often published: one merge, and whatever the file says wins. */
const NAIVE_MERGE = `
  INSERT INTO leads AS lead (workspace_id, email, status, custom_fields)
  SELECT $1, value ->> 'email', coalesce(value ->> 'status', 'active'), value -> 'custom_fields'
  FROM jsonb_array_elements($2::jsonb)
  ON CONFLICT (workspace_id, email) DO UPDATE
  SET status = excluded.status, custom_fields = lead.custom_fields || excluded.custom_fields`;

const IMPORT = 'SELECT imported_count, updated_count, error_count FROM fast_bulk_lead_import($1, $2::jsonb)';

test('trap 5: repeats in a batch, also by case and blanks, abort a plain merge', () =>
  withTenant(async ({ app }, { workspaceId }) => {
    const twice = batch(
      ...['ann@example.com', 'ANN@example.com', ' ann@example.com '].map((email) => ({
        email,
        custom_fields: {},
      })),
    );
    await expect(app.query(NAIVE_MERGE, [workspaceId, twice])).rejects.toMatchObject({ code: '21000' });
    expect((await app.query(IMPORT, [workspaceId, twice])).rows).toEqual([
      { imported_count: 1, updated_count: 0, error_count: 0 },
    ]);
  }));

test('trap 6: overlapping imports in opposite order deadlock, sorted ones wait', () =>
  withTenant(async ({ app, other }, { workspaceId }) => {
    const leads = Array.from({ length: 2_000 }, (_, n) => ({
      email: `lead${n}@example.com`,
      custom_fields: {},
    }));
    const both = (sql: string, one: readonly object[], two: readonly object[]) =>
      Promise.allSettled([
        app.query(sql, [workspaceId, batch(...one)]),
        other.query(sql, [workspaceId, batch(...two)]),
      ]);
    // Two sessions that hold one lead each and want the other's: what unsorted batches come to.
    for (const session of [app, other]) await session.query('BEGIN');
    await app.query(NAIVE_MERGE, [workspaceId, batch({ email: 'a@example.com', custom_fields: {} })]);
    await other.query(NAIVE_MERGE, [workspaceId, batch({ email: 'b@example.com', custom_fields: {} })]);
    const crossed = await both(
      NAIVE_MERGE,
      [{ email: 'b@example.com', custom_fields: {} }],
      [{ email: 'a@example.com', custom_fields: {} }],
    );
    expect(crossed.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: '40P01' } },
    ]);
    for (const session of [app, other]) await session.query('ROLLBACK');

    const sorted = await both(IMPORT, leads, leads.toReversed());
    expect(sorted.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  }));

test('trap 7: an exception block per row is a subtransaction per row', () =>
  withTenant(async ({ owner, app }, { workspaceId }) => {
    await owner.script(`
      CREATE FUNCTION naive_import(p_workspace_id uuid, p_leads jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
      DECLARE lead jsonb;
      BEGIN
        FOR lead IN SELECT * FROM jsonb_array_elements(p_leads) LOOP
          BEGIN
            INSERT INTO leads (workspace_id, email) VALUES (p_workspace_id, lead ->> 'email');
          EXCEPTION WHEN OTHERS THEN NULL;
          END;
        END LOOP;
      END $$;
      GRANT EXECUTE ON FUNCTION naive_import TO mailgenius_app`);
    const leads = (name: string) =>
      batch(...Array.from({ length: 100 }, (_, n) => ({ email: `${name}${n}@example.com` })));
    // Each subtransaction that writes takes a transaction id of its own, which its rows keep.
    const idsOf = async (sql: string, name: string) => {
      await app.query(sql, [workspaceId, leads(name)]);
      const ids = `SELECT count(DISTINCT xmin::text)::int AS ids FROM leads WHERE starts_with(email, $1)`;
      return (await owner.query<{ ids: number }>(ids, [name])).rows[0]?.ids;
    };
    expect(await idsOf('SELECT naive_import($1, $2)', 'naive')).toBe(100);
    expect(await idsOf(IMPORT, 'ours')).toBe(1);
  }));

test('trap 8: an import resurrects who unsubscribed, and a NULL takes the custom fields along', () =>
  withTenant(async ({ owner, app }, { workspaceId }) => {
    const reset = `
      INSERT INTO leads AS lead (workspace_id, email, status, custom_fields)
      VALUES ($1, 'ann@example.com', 'unsubscribed', '{"plan": "pro"}')
      ON CONFLICT (workspace_id, email) DO UPDATE SET status = 'unsubscribed', custom_fields = excluded.custom_fields`;
    const lead = 'SELECT status, custom_fields FROM leads';
    await owner.query(reset, [workspaceId]);
    const again = batch({ email: 'ann@example.com', status: 'active', custom_fields: null });
    await app.query(
      NAIVE_MERGE.replace(`lead.custom_fields || excluded.custom_fields`, `'{}'`).replace(
        `value -> 'custom_fields'`,
        `'{}'`,
      ),
      [workspaceId, again],
    );
    expect((await owner.query(lead)).rows).toEqual([{ status: 'active', custom_fields: {} }]);
    expect((await owner.query(`SELECT '{"plan": "pro"}'::jsonb || NULL AS merged`)).rows).toEqual([
      { merged: null },
    ]);
    await owner.query(reset, [workspaceId]);
    await app.query(IMPORT, [workspaceId, again]);
    expect((await owner.query(lead)).rows).toEqual([
      { status: 'unsubscribed', custom_fields: { plan: 'pro' } },
    ]);
  }));

test('trap 23: a statement takes 65,535 parameters at most, an import is one', () =>
  withTenant(async ({ app }, { workspaceId }) => {
    const emails = Array.from({ length: 66_000 }, (_, n) => `lead${n}@example.com`);
    const naive = `INSERT INTO leads (workspace_id, email) VALUES ${emails.map((_, n) => `($1, $${n + 2})`).join()}`;
    await expect(app.query(naive, [workspaceId, ...emails])).rejects.toThrow();
    const all = batch(...emails.map((email) => ({ email })));
    expect((await app.query(IMPORT, [workspaceId, all])).rows).toMatchObject([{ imported_count: 66_000 }]);
  }));

test('trap 25: a GIN index hides its cost in a pending list until somebody cleans up', () =>
  withTenant(async ({ owner, app }, { workspaceId }) => {
    const rows = `INSERT INTO leads (workspace_id, email, tags) SELECT $1, 'naive' || n || '@example.com', ARRAY['x']
                  FROM generate_series(1, 1000) AS n`;
    const pending = async () =>
      (await owner.query<{ pages: number }>(`SELECT clean_pending_lists('leads') AS pages`)).rows[0]?.pages;
    await owner.query(rows, [workspaceId]);
    expect(await pending()).toBeGreaterThan(0);
    const leads = Array.from({ length: 1_000 }, (_, n) => ({ email: `ours${n}@example.com`, tags: ['x'] }));
    await app.query(IMPORT, [workspaceId, batch(...leads)]);
    expect(await pending()).toBe(0);
  }));

function batch(...leads: readonly object[]): string {
  return JSON.stringify(leads);
}

interface Sessions {
  readonly owner: StateUnderTest['owner'];
  readonly app: Database;
  readonly other: Database;
}

function withTenant(check: (sessions: Sessions, tenant: Tenant) => Promise<void>): Promise<void> {
  return withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const open = () => app(tenant.workspaceId, tenant.userId);
    await check({ owner, app: await open(), other: await open() }, tenant);
  });
}
