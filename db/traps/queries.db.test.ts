import { expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createCampaign, createLeads, createTenant, type Tenant } from '../testing/tenant.ts';
import { hearPlans, indexesOf, planOf } from './plan.ts';

/** A bulk import: one created_at for all. */
const BULK = `
  INSERT INTO leads (workspace_id, email, name, source, tags, custom_fields, created_at)
  SELECT $1, 'lead' || n || '@example.com', CASE WHEN n % 2 = 0 THEN 'O''Brien' END, 'import', ARRAY['t' || n % 50],
         jsonb_build_object('n', n), '2026-01-01 23:30Z'
  FROM generate_series(1, 5000) AS n`;

const COUNT = 'SELECT count_segmented_leads($1, $2::jsonb)::int AS n';

test('trap 13: pages over equal created_at lose and repeat rows without a tie-break', () =>
  withBulk(async (app, { workspaceId }) => {
    // A page that starts after the last row's created_at loses every other row that has it.
    const naive = await app.query(
      `SELECT FROM leads WHERE workspace_id = $1 AND created_at < (SELECT max(created_at) FROM leads)`,
      [workspaceId],
    );
    expect(naive.rowCount).toBe(0);
    const seen = new Set<string>();
    let after: readonly unknown[] = [null, null];
    for (let page = 0; page < 5; page++) {
      const { rows } = await app.query<{ id: string; created_at: Date }>(
        `SELECT id, created_at FROM search_leads_optimized($1, p_after_created_at => $2, p_after_id => $3, p_limit => 1000)`,
        [workspaceId, ...after],
      );
      for (const { id } of rows) seen.add(id);
      after = [rows.at(-1)?.created_at, rows.at(-1)?.id];
    }
    expect(seen.size).toBe(5_000);

    const paged: string[] = [];
    for (let offset = 0; offset < 5_000; offset += 1_000) {
      const { rows } = await app.query<{ lead_id: string }>(
        `SELECT lead_id FROM get_segmented_leads($1, '{"and": []}', 1000, $2)`,
        [workspaceId, offset],
      );
      paged.push(...rows.map(({ lead_id }) => lead_id));
    }
    expect(paged).toEqual([...seen].sort().reverse());
  }));

test('trap 14: a value or a key with a quote breaks a query that was put together, or walks through it', () =>
  withBulk(async (app, { workspaceId }) => {
    const naive = (name: string) => app.query(`SELECT FROM leads WHERE name = '${name}'`);
    await expect(naive("O'Brien")).rejects.toMatchObject({ code: '42601' });
    expect((await naive("' OR true OR name = '")).rowCount).toBe(5_000);
    const count = async (field: string, operator: string, value: unknown) =>
      (await app.query(COUNT, [workspaceId, JSON.stringify({ field, operator, value })])).rows[0];
    expect(await count('name', 'equals', "O'Brien")).toEqual({ n: 2_500 });
    expect(await count('name', 'equals', "' OR true OR name = '")).toEqual({ n: 0 });
    expect(await count("custom_fields.x' OR true --", 'equals', 'y')).toEqual({ n: 0 });
    expect(await count('custom_fields."; DROP TABLE leads; --', 'exists', true)).toEqual({ n: 0 });
  }));

/** Every text that a function which reads leads takes. */
const TEXTS = `
  SELECT proname AS function, name, type::text
  FROM pg_proc, unnest(proargnames[1:pronargs], proargtypes::regtype[]) AS argument (name, type)
  WHERE pronamespace = 'public'::regnamespace AND has_function_privilege('mailgenius_app', pg_proc.oid, 'EXECUTE')
    AND proname ~ '^(search|count|find)_.*lead' AND type IN ('text', 'text[]', 'citext')
  ORDER BY proname, name`;

const INJECTIONS = [
  "O'Brien",
  "x' OR true --",
  "'x' OR true --",
  "x') OR true --",
  "\\' OR true --",
  "x}' OR true --",
  'x" OR true --',
  '$1',
  '%L',
];

test('trap 14: no text of a search, list or count walks through the query', () =>
  withBulk(async (app, { workspaceId }, { owner }) => {
    const stranger = await createTenant(owner, 'stranger');
    await createLeads(owner, stranger, ['eve']);
    await owner.query(`UPDATE leads SET name = 'Nobody'`);
    const { rows: texts } = await owner.query<{ function: string; name: string; type: string }>(TEXTS);
    expect(texts.map(({ name, ...text }) => `${text.function} ${name}`)).toEqual([
      'count_leads_optimized p_source',
      'count_leads_optimized p_status',
      'count_leads_optimized p_tags',
      'count_leads_optimized p_term',
      'count_leads_optimized p_total',
      'find_lead_by_email p_email',
      'search_leads_optimized p_source',
      'search_leads_optimized p_status',
      'search_leads_optimized p_tags',
      'search_leads_optimized p_term',
    ]);
    for (const { name, type, ...text } of texts) {
      for (const value of INJECTIONS) {
        const given = `p_workspace_id => $1, ${name} => $2::${type}`;
        const call = `SELECT count(*)::int AS n FROM ${text.function}(${given}) AS found WHERE found::text NOT IN ('0', '(0)')`;
        const answer = await app.query(call, [workspaceId, type === 'text[]' ? [value] : value]).then(
          ({ rows }) => rows[0]?.['n'],
          (error: { code: string }) => error.code,
        );
        const isOfAList = ['p_source', 'p_status', 'p_total'].includes(name);
        expect(answer, `${text.function} ${name} ${value}`).toBe(isOfAList ? '22023' : 0);
      }
    }
  }));

test('trap 15: <> is not true for a missing value, not_equals is', () =>
  withBulk(async (app, { workspaceId }, { owner }) => {
    // The fields that have not_equals are never missing here; the operator must not count on it.
    await owner.script('ALTER TABLE leads ALTER source DROP NOT NULL');
    await app.query('UPDATE leads SET source = NULL WHERE name IS NULL');
    const count = async (segment: unknown) =>
      (await app.query(COUNT, [workspaceId, JSON.stringify(segment)])).rows;
    expect((await app.query(`SELECT FROM leads WHERE source <> 'api'`)).rowCount).toBe(2_500);
    expect(await count({ field: 'source', operator: 'not_equals', value: 'api' })).toEqual([{ n: 5_000 }]);
    expect((await app.query(`SELECT FROM leads WHERE name <> 'Nobody'`)).rowCount).toBe(2_500);
    const nobody = { field: 'name', operator: 'equals', value: 'Nobody' };
    expect(await count({ not: nobody })).toEqual([{ n: 5_000 }]);
  }));

test("trap 16: a date compared in the session's time zone is another day", () =>
  withBulk(async (app, { workspaceId }) => {
    const naive = `SELECT count(*)::int AS n FROM leads WHERE created_at::date = '2026-01-01'`;
    const day = { field: 'created_at', operator: 'between', value: ['2026-01-01', '2026-01-01'] };
    const both = async (zone: string) => {
      await app.query(`SELECT set_config('timezone', $1, false)`, [zone]);
      const ours = await app.query<{ n: number }>(COUNT, [workspaceId, JSON.stringify(day)]);
      return [(await app.query<{ n: number }>(naive)).rows[0]?.n, ours.rows[0]?.n];
    };
    expect(await both('UTC')).toEqual([5_000, 5_000]);
    expect(await both('Europe/Berlin')).toEqual([0, 5_000]);
  }));

test('trap 22: after five calls a generic plan takes an array for ten rows', () =>
  withBulk(async (app, tenant, { connect }) => {
    const { rows } = await app.query<{ ids: string[] }>('SELECT array_agg(id) AS ids FROM leads');
    const ids = rows[0]?.ids ?? [];
    await app.query('PREPARE naive (uuid[]) AS SELECT FROM unnest($1) AS id JOIN leads USING (id)');
    const array = `{${ids.join()}}`;
    const estimate = async () => {
      const plan = await planOf(app, `EXECUTE naive ('${array}')`);
      return plan.find((node) => node['Node Type'] === 'Function Scan')?.['Plan Rows'];
    };
    await app.query(`SET plan_cache_mode = force_custom_plan`);
    expect(await estimate()).toBe(5_000);
    await app.query(`SET plan_cache_mode = force_generic_plan`);
    expect(await estimate()).toBe(10);
    await app.query('RESET plan_cache_mode');
    // Ours plans for the array at hand: the seventh call joins as the first.
    const { db, planWith } = await hearPlans(connect, tenant);
    for (let call = 1; call <= 7; call++) {
      const id = await createCampaign(db, tenant);
      const sql = 'SELECT total_scheduled AS n FROM bulk_schedule_email_sends($1, $2, $3)';
      expect((await db.query(sql, [id, tenant.workspaceId, array])).rows).toEqual([{ n: 5_000 }]);
      const plan = planWith('INSERT INTO email_sends_partitioned');
      const ids = plan.find((node) => node['Node Type'] === 'ProjectSet');
      expect(ids?.['Plan Rows'], `call ${call}`).toBe(5_000);
    }
  }));

test('trap 26: = ANY(tags) and ->> do not use GIN, @> does', () =>
  withState('procedures', async ({ owner, connect }) => {
    const tenant = await createTenant(owner, 'tenant');
    const { workspaceId } = tenant;
    await owner.query(BULK, [workspaceId]);
    await owner.script('VACUUM (ANALYZE) leads');
    const indexes = async (condition: string) =>
      indexesOf(
        await planOf(owner, `SELECT FROM leads WHERE workspace_id = $1 AND ${condition}`, [workspaceId]),
      );
    expect(await indexes(`'t7' = ANY (tags)`)).not.toContain('idx_leads_tags');
    expect(await indexes(`tags::citext[] @> '{T7}'`)).toContain('idx_leads_tags');
    expect(await indexes(`custom_fields ->> 'n' = '7'`)).not.toContain('idx_leads_custom_fields');
    expect(await indexes(`field_terms(custom_fields) @> field_terms('{"n": 7}')`)).toContain(
      'idx_leads_custom_fields',
    );
    const { db, planWith } = await hearPlans(connect, tenant);
    for (const [field, operator, value, index] of [
      ['tags', 'contains', 't7', 'idx_leads_tags'],
      ['custom_fields.n', 'equals', 7, 'idx_leads_custom_fields'],
    ] as const) {
      for (const name of ['count_segmented_leads', 'get_segmented_leads', 'export_segmented_leads']) {
        const segment = JSON.stringify({ field, operator, value });
        await db.query(`SELECT FROM ${name}($1, $2)`, [workspaceId, segment]);
        expect(indexesOf(planWith('FROM leads WHERE')), `${name} ${field}`).toEqual([index]);
      }
    }
  }));

function withBulk(
  check: (app: Database, tenant: Tenant, state: StateUnderTest) => Promise<void>,
): Promise<void> {
  return withState('procedures', async (state) => {
    const { owner, app } = state;
    const tenant = await createTenant(owner, 'tenant');
    await owner.query(BULK, [tenant.workspaceId]);
    await owner.script('VACUUM (ANALYZE) leads');
    await check(await app(tenant.workspaceId, tenant.userId), tenant, state);
  });
}
