import { describe, expect, test } from 'vitest';
import { type StateName, type StateUnderTest, withState } from '../../test/database.ts';
import type { Cursor, Database, LeadFilter, LeadRow } from '../application.ts';
import { SEGMENT_LEADS } from '../testing/segment-leads.ts';
import { createTenant, type Tenant } from '../testing/tenant.ts';

const STATES = ['base', 'indexes', 'procedures'] as const;

/** 250 leads of two bulk imports: two values of created_at, to the microsecond. */
const LEADS = `
  INSERT INTO leads (workspace_id, email, name, company, status, source, created_at)
  SELECT $1, 'lead' || n || '@example.com', CASE WHEN n % 5 = 0 THEN 'Zoë 100%_' || n END,
         CASE WHEN n % 3 = 0 THEN 'Acme' END, CASE WHEN n % 2 = 0 THEN 'active' ELSE 'bounced' END,
         CASE WHEN n % 7 = 0 THEN 'api' ELSE 'import' END,
         timestamptz '2025-01-01 10:00:00.123456Z' + CASE WHEN n > 200 THEN interval '1 day' ELSE '0' END
  FROM generate_series(1, 250) AS n`;

const FILTERS: readonly (readonly [Omit<LeadFilter, 'workspaceId'>, number])[] = [
  [{}, 250],
  [{ status: 'active' }, 125],
  [{ source: 'api' }, 35],
  [{ status: 'active', source: 'api' }, 17],
  [{ term: 'ACME' }, 83],
  [{ term: 'zoë' }, 50],
  [{ term: '%' }, 50],
  [{ term: '%_5' }, 3],
  [{ term: 'lead_' }, 0],
  [{ term: '\\' }, 0],
  [{ term: "o'brien" }, 0],
  [{ term: 'LEAD25', status: 'active' }, 1],
  [{ term: '' }, 250],
];

describe.each(STATES)('lists in state %s', (name) => {
  test('pages over equal created_at neither lose nor repeat a lead', () =>
    withLeads(name, async ({ application }, session, { workspaceId }) => {
      const seen: LeadRow[] = [];
      let after: Cursor | null = null;
      for (let page = 1; page <= 7; page += 1) {
        const rows = await application.listLeads(session, { workspaceId, limit: 40, page, after });
        seen.push(...rows);
        const last = rows.at(-1);
        after = last === undefined ? null : { createdAt: last.created_at, id: last.id };
      }
      expect(seen.length).toBe(250);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(250);
      const keys = seen.map(({ created_at, id }) => `${created_at.toISOString()} ${id}`);
      expect(keys).toEqual(keys.toSorted().reverse());
    }));

  test('any filters list and count the same leads', () =>
    withLeads(name, async ({ application }, session, { workspaceId }) => {
      for (const [filter, wanted] of FILTERS) {
        const title = JSON.stringify(filter);
        const page = { workspaceId, ...filter, limit: 1_000, page: 1, after: null };
        expect(await application.searchLeads(session, page), title).toHaveLength(wanted);
        for (const total of ['exact', 'capped'] as const) {
          expect(await application.countSearch(session, page, total), title).toBe(wanted);
        }
        expect(await application.countSearch(session, page, 'estimated'), title).toBeGreaterThanOrEqual(0);
      }
    }));

  test('a term longer than 1,000 characters is refused', () =>
    withLeads(name, async ({ application }, session, { workspaceId }) => {
      const page = { workspaceId, limit: 10, page: 1, after: null };
      const long = { ...page, term: 'x'.repeat(1_001) };
      const refusal = { code: '22023', message: 'p_term: longer than 1,000 characters' };
      await expect(application.searchLeads(session, long)).rejects.toMatchObject(refusal);
      await expect(application.countSearch(session, long, 'exact')).rejects.toMatchObject(refusal);
      expect(await application.searchLeads(session, { ...page, term: '🦉'.repeat(1_000) })).toEqual([]);
    }));

  test('a lead is found by its e-mail in any case', () =>
    withLeads(name, async ({ application }, session, { workspaceId }) => {
      const found = await application.findLead(session, workspaceId, 'LEAD7@Example.com');
      expect(found).toMatchObject({ email: 'lead7@example.com', source: 'api', tags: [] });
      expect(await application.findLead(session, workspaceId, 'lead7@example.org')).toBeNull();
    }));
});

test('half a cursor and a page of no rows are refused', () =>
  withLeads('procedures', async (_, session, { workspaceId }) => {
    for (const half of [
      'p_after_id => $1',
      'p_after_created_at => now()',
      'p_limit => 0',
      'p_limit => NULL',
    ]) {
      const call = session.query(`SELECT search_leads_optimized($1, ${half})`, [workspaceId]);
      await expect(call).rejects.toMatchObject({ code: '22023' });
    }
  }));

test('tags are found in any case, all of them', () =>
  withState('procedures', async ({ owner, app }) => {
    const { workspaceId, userId } = await createTenant(owner, 'tenant');
    await owner.query(SEGMENT_LEADS, [workspaceId]);
    const session = await app(workspaceId, userId);
    const search = `SELECT email::text FROM search_leads_optimized($1, p_tags => $2)`;
    const count = 'SELECT count_leads_optimized($1, p_tags => $2)::int AS n';
    for (const [tags, wanted] of [
      [['A'], ['O_Brien@example.com', 'percent@example.com']],
      [['vip', 'b'], ['caps@example.org']],
      [['vip', 'c'], []],
      [[['vip'], ['b']], ['caps@example.org']],
    ] as const) {
      const { rows } = await session.query<{ email: string }>(search, [workspaceId, tags]);
      expect(rows.map(({ email }) => email)).toEqual(wanted);
      expect((await session.query(count, [workspaceId, tags])).rows).toEqual([{ n: wanted.length }]);
    }
  }));

function withLeads(
  name: StateName,
  check: (state: StateUnderTest, session: Database, tenant: Tenant) => Promise<void>,
): Promise<void> {
  return withState(name, async (state) => {
    const tenant = await createTenant(state.owner, 'tenant');
    await state.owner.query(LEADS, [tenant.workspaceId]);
    await check(state, await state.app(tenant.workspaceId, tenant.userId), tenant);
  });
}

const MANY = `
  INSERT INTO leads (workspace_id, email, status, created_at)
  SELECT $1, 'lead' || n || '@example.com', 'active', timestamptz '2025-01-01Z' + n * interval '1 minute'
  FROM generate_series(1, 20000) AS n`;

describe('a page by the function', () => {
  test.each([
    ['the list', 'search_leads_optimized($1, p_limit => 50)'],
    ['one status', `search_leads_optimized($1, p_status => 'active', p_limit => 50)`],
    ['a segment', `get_segmented_leads($1, '{"and": []}', 50)`],
  ])('%s reads its own rows, not the workspace', (_, call) =>
    withState('procedures', async ({ owner }) => {
      const { workspaceId } = await createTenant(owner, 'many');
      await owner.query(MANY, [workspaceId]);
      await owner.script('VACUUM (ANALYZE) leads');
      const blocks = async () => {
        const { rows } = await owner.query<{ 'QUERY PLAN': readonly Explained[] }>(
          `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM ${call}`,
          [workspaceId],
        );
        const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
        return (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
      };
      // The first call also reads what planning needs.
      await blocks();
      expect(await blocks()).toBeLessThan(200);
      const { rows } = await owner.query<{ pages: number }>(
        `SELECT relpages AS pages FROM pg_class WHERE relname = 'leads'`,
      );
      expect(rows[0]?.pages).toBeGreaterThan(250);
    }),
  );
});

interface Explained {
  readonly Plan: { readonly 'Shared Hit Blocks': number; readonly 'Shared Read Blocks': number };
}
