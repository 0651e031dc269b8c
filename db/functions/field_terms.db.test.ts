import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type StateName, withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { lowerCase } from '../phases/00-base/lower-case.ts';
import { chooseTenant } from '../phases/00-base/request.ts';
import { createTenant } from '../testing/tenant.ts';

const TERMS = 'SELECT field_terms(fields) AS terms FROM jsonb_array_elements($1::jsonb) AS fields';

async function termsOf(db: Database, json: string): Promise<readonly (readonly string[])[]> {
  const { rows } = await db.query<{ terms: readonly string[] }>(TERMS, [json]);
  return rows.map(({ terms }) => terms);
}

test('every text, number and boolean at the top has a term, nothing else has', () =>
  withState('indexes', async ({ owner }) => {
    const fields = `{"Plan": "Pro \\"A\\"", "n": 1.50, "big": 1e3, "yes": true, "none": null, "list": ["x"], "deep": {"k": 1}}`;
    const [terms, ...others] = await termsOf(owner, `[${fields}, {}, [1], "x", 1, null]`);
    expect(terms?.toSorted()).toEqual(['Plan:"pro \\"a\\""', 'big:1000', 'n:1.5', 'yes:true']);
    expect(others).toEqual([[], [], [], [], []]);
    expect((await owner.query('SELECT field_terms(NULL) AS terms')).rows).toEqual([{ terms: null }]);
  }));

/** What could be taken for the end of a key or of a value, letters in both cases, and what is longer than a term may be. */
const letters = fc.constantFrom(':', '"', '\\', '1', 'a', 'A', 'é', 'É', 'true', '\n', 'x'.repeat(600));
const texts = fc.array(letters, { maxLength: 4 }).map((list) => list.join(''));
const values = fc.oneof(texts, fc.constantFrom<unknown>(true, false, 1, 1.5, -1e30));
const FIELDS = fc.array(fc.tuple(texts, values), { minLength: 2, maxLength: 40 });

test('fields share a term exactly when they have the same key, type and value', () =>
  withState('indexes', ({ owner }) =>
    fc.assert(
      fc.asyncProperty(FIELDS, async (fields) => {
        const json = JSON.stringify(fields.map(([key, value]) => ({ [key]: value })));
        const terms = (await termsOf(owner, json)).map(([term = ''] = []) => term);
        const same = fields.map(([key, value]) =>
          JSON.stringify([key, typeof value === 'string' ? lowerCase(value) : value]),
        );
        expect(terms.map((term) => terms.indexOf(term))).toEqual(same.map((field) => same.indexOf(field)));
        expect(Math.max(...terms.map((term) => Buffer.byteLength(term)))).toBeLessThanOrEqual(500);
      }),
      { numRuns: 500 },
    ),
  ));

test.each(['base', 'indexes', 'procedures'] as const)(
  'in state %s a text too long for an index is stored, and found in any case',
  (name) =>
    withState(name, async ({ owner, app, application }) => {
      const { workspaceId, userId } = await createTenant(owner, 'tenant');
      const session = await app(workspaceId, userId);
      // As long as a segment takes, 2,950 bytes; each letter its own, or it would be compressed.
      const letters = Array.from({ length: 980 }, (_, n) => 0x4e00 + ((n * 7919) % 20_011));
      const note = `Note ${String.fromCodePoint(...letters)}`;
      // As the application: the index calls its function with the rights of who writes.
      await session.query('INSERT INTO leads (workspace_id, email, custom_fields) VALUES ($1, $2, $3)', [
        workspaceId,
        'ann@example.com',
        { note },
      ]);
      const count = (value: string) =>
        application.countSegment(session, workspaceId, {
          field: 'custom_fields.note',
          operator: 'equals',
          value,
        });
      expect(await count(note.toUpperCase())).toBe(1);
      expect(await count(`${note}!`)).toBe(0);
    }),
);

const ROWS = 20_000;
const MANY = `
  INSERT INTO leads (workspace_id, email, tags, custom_fields)
  SELECT $1, 'lead' || n || '@example.com', ARRAY['T' || n % 50], jsonb_build_object('Plan', 'P' || n % 100, 'n', n % 2)
  FROM generate_series(1, ${ROWS}) AS n`;
const BY_TERM = `SELECT count(*) FROM leads WHERE field_terms(custom_fields) @> field_terms('{"Plan": "p7"}')`;
const CALLS = `SELECT coalesce(sum(calls), 0)::int AS n FROM pg_stat_xact_user_functions WHERE funcname = 'field_terms'`;
/** Of the value alone: by who builds the statement, by the planner. */
const FEW = 10;

test('the index answers without a look at the terms of a row; under row level security every row has to show them', () =>
  withMany('indexes', async (owner) => {
    expect(await callsOf(owner, BY_TERM)).toBeLessThan(FEW);
    await owner.query('SET ROLE mailgenius_app');
    expect(await callsOf(owner, BY_TERM)).toBeGreaterThanOrEqual(ROWS);
  }));

test('no segment looks at the terms of a row for naught', () =>
  withMany('procedures', async (owner, workspaceId) => {
    const is = (field: string, value: unknown, operator = 'equals') => ({ field, operator, value });
    const seven = is('custom_fields.Plan', 'p7');
    const half = is('custom_fields.n', 1);
    const count = (segment: unknown) =>
      callsOf(owner, 'SELECT count_segmented_leads($1, $2)', [workspaceId, JSON.stringify(segment)]);
    expect(await count(seven)).toBeLessThan(FEW);
    expect(
      await count({ or: [seven, is('custom_fields.Plan', 'P8'), is('tags', 't7', 'contains')] }),
    ).toBeLessThan(FEW);
    // No index answers these: the field itself is looked at.
    expect(await count({ not: half })).toBeLessThan(FEW);
    expect(await count({ or: [half, is('custom_fields.n', 7, 'gt')] })).toBeLessThan(FEW);
    // A page of what half of them have is read from the newest on; a rare value comes from the index.
    const page = (segment: unknown) =>
      callsOf(owner, 'SELECT FROM get_segmented_leads($1, $2, 1000)', [workspaceId, JSON.stringify(segment)]);
    expect(await page(half)).toBeLessThan(FEW);
    expect(await page(seven)).toBeLessThan(FEW);
  }));

/** How often field_terms runs for a statement. */
async function callsOf(owner: Database, sql: string, values: readonly unknown[] = []): Promise<number> {
  await owner.query('BEGIN');
  await owner.query(sql, values);
  const { rows } = await owner.query<{ n: number }>(CALLS);
  await owner.query('ROLLBACK');
  return rows[0]?.n ?? 0;
}

function withMany(
  name: StateName,
  check: (owner: Database, workspaceId: string) => Promise<void>,
): Promise<void> {
  return withState(name, async ({ owner }) => {
    const tenant = await createTenant(owner, 'tenant');
    await owner.query(MANY, [tenant.workspaceId]);
    await owner.script('VACUUM (ANALYZE) leads');
    await owner.query(`SET track_functions = 'all'`);
    await chooseTenant(owner, tenant);
    await check(owner, tenant.workspaceId);
  });
}
