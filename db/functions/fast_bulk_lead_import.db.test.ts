import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import type { Budget, Database, ImportResult, LeadInput } from '../application.ts';
import { importLeads as importRowByRow } from '../phases/00-base/import-leads.ts';
import { importLeads } from '../phases/03-procedures/import-leads.ts';
import { createTenant, only, type Tenant } from '../testing/tenant.ts';
import { untilBlocked } from '../testing/until-blocked.ts';

const UNLIMITED: Budget = { spent: () => false };

const LEADS = `
  SELECT email::text, name, phone, company, position, source, status, tags, custom_fields
  FROM leads WHERE workspace_id = $1 ORDER BY lower(email::text)`;

type Import = (db: Database, workspaceId: string, leads: readonly LeadInput[]) => Promise<ImportResult>;

const rowByRow: Import = (db, workspaceId, leads) => importRowByRow(db, workspaceId, leads, UNLIMITED);

describe.each([
  ['one upsert per lead', rowByRow],
  ['fast_bulk_lead_import', importLeads],
] as const)('%s', (_, run) => {
  const inState = (check: (tools: Tools) => Promise<void>) => withTenant(run, check);

  test('repeats of an e-mail collapse to the last, whatever case and blanks', () =>
    inState(async ({ load, leads }) => {
      const result = await load([
        { email: 'ann@example.com', name: 'First' },
        { email: ' ANN@example.com\n', name: 'Second', tags: ['a', 'b', 'a'] },
      ]);
      expect(result).toEqual({ imported: 1, updated: 0, errors: [], done: 1 });
      expect(await leads()).toMatchObject([
        { email: 'ANN@example.com', name: 'Second', tags: ['a', 'b'], source: 'import', status: 'active' },
      ]);
    }));

  test('invalid rows come back with position and reason, and a valid repeat before one counts', () =>
    inState(async ({ load, leads }) => {
      const result = await load([
        { email: 'ann@example.com', name: 'Kept' },
        { email: 'ann@example.com', name: 7 },
        { name: 'Nobody' },
        { email: 'no address' },
        { email: 'bob@example.com', status: 'sleeping' },
      ]);
      expect(result.errors).toEqual([
        { position: 2, reason: 'name is not text' },
        { position: 3, reason: 'email is missing' },
        { position: 4, reason: 'email is not an address' },
        { position: 5, reason: 'status is not one of active, unsubscribed, bounced, complained' },
      ]);
      expect(result).toMatchObject({ imported: 1, updated: 0, done: 1 });
      expect(await leads()).toMatchObject([{ name: 'Kept' }]);
    }));

  test('of more than 100,000 errors the first come back, and what is done counts none of them', () =>
    inState(async ({ load, leads }) => {
      const batch = [{ email: 'ann@example.com' }, ...Array(100_001).fill({}), { email: 'bob@example.com' }];
      const { errors, ...counts } = await load(batch);
      expect(counts).toEqual({ imported: 2, updated: 0, done: 2 });
      expect([errors.length, errors.at(-1)?.position]).toEqual([100_000, 100_001]);
      expect(await leads()).toHaveLength(2);
    }));

  test('a thousand tags go in, of one more none does', () =>
    inState(async ({ load, leads }) => {
      const tags = Array.from({ length: 1_001 }, (_, n) => `t${n}`);
      const lead = { email: 'ann@example.com', tags: tags.slice(1) };
      expect(await load([lead, { email: 'bob@example.com', tags }])).toEqual({
        imported: 1,
        updated: 0,
        errors: [{ position: 2, reason: 'tags has more than 1,000' }],
        done: 1,
      });
      expect(await leads()).toMatchObject([lead]);
      expect(await load([lead])).toMatchObject({ imported: 0, updated: 0, done: 1 });
      expect(await load([{ ...lead, tags: ['t0', ...tags.slice(2)] }])).toMatchObject({ updated: 1 });
      expect(await leads()).toMatchObject([{ tags: [...tags.slice(1), 't0'] }]);
    }));

  test.each(['unsubscribed', 'bounced', 'complained'])('an import does not bring back who is %s', (status) =>
    inState(async ({ load, leads }) => {
      await load([{ email: 'ann@example.com', status }]);
      const again = await load([{ email: 'ann@example.com', status: 'active' }]);
      expect(again).toMatchObject({ imported: 0, updated: 0 });
      expect(await leads()).toMatchObject([{ status }]);
    }),
  );

  test('what an import leaves out or gives as null is kept', () =>
    inState(async ({ load, leads }) => {
      await load([
        { email: 'ann@example.com', name: 'Ann', tags: ['a'], custom_fields: { plan: 'pro', n: 1 } },
      ]);
      const again = await load([
        { email: 'ann@example.com', name: null, tags: null, custom_fields: null, source: 'api' },
      ]);
      expect(again).toMatchObject({ imported: 0, updated: 0, done: 1 });
      await load([{ email: 'ann@example.com', tags: ['b', 'a'], custom_fields: { n: 2 } }]);
      expect(await leads()).toMatchObject([
        { name: 'Ann', tags: ['a', 'b'], custom_fields: { plan: 'pro', n: 2 }, source: 'import' },
      ]);
    }));

  test('an identical import changes nothing', () =>
    inState(async ({ load }) => {
      const batch = [
        { email: 'ann@example.com', name: 'Ann', tags: ['a'], custom_fields: { n: 1 } },
        { email: "o'brien@example.com", name: "O'Brien" },
      ];
      expect(await load(batch)).toMatchObject({ imported: 2, updated: 0 });
      expect(await load(batch)).toMatchObject({ imported: 0, updated: 0, done: 2 });
    }));

  test('text that PostgreSQL cannot hold is replaced, not fatal', () =>
    inState(async ({ load, leads }) => {
      await load([
        { email: 'ann@example.com', name: 'A\0n\ud800n', custom_fields: { 'k\0': '\udc00\\u0000' } },
      ]);
      expect(await leads()).toMatchObject([
        { name: 'A\ufffdn\ufffdn', custom_fields: { 'k\ufffd': '\ufffd\\u0000' } },
      ]);
    }));
});

test('both imports give the same answer and the same leads for any batches', { timeout: 60_000 }, () =>
  withState('procedures', async ({ owner, app }) => {
    const one = await createTenant(owner, 'one');
    const two = await createTenant(owner, 'two');
    const sessionOne = await app(one.workspaceId, one.userId);
    const sessionTwo = await app(two.workspaceId, two.userId);
    await fc.assert(
      fc.asyncProperty(BATCH, BATCH, async (first, second) => {
        await owner.query('DELETE FROM leads');
        for (const batch of [first, second]) {
          const expected = await rowByRow(sessionOne, one.workspaceId, batch);
          expect(await importLeads(sessionTwo, two.workspaceId, batch)).toEqual(expected);
        }
        const wanted = await owner.query(LEADS, [one.workspaceId]);
        expect((await owner.query(LEADS, [two.workspaceId])).rows).toEqual(wanted.rows);
      }),
      { numRuns: 200 },
    );
  }),
);

test('two imports in one transaction both count', () =>
  withTenant(importLeads, async ({ session, load }) => {
    await session.transaction(async () => {
      expect(await load([{ email: 'ann@example.com' }])).toMatchObject({ imported: 1 });
      expect(await load([{ email: 'ann@example.com', name: 'Ann' }])).toMatchObject({
        imported: 0,
        updated: 1,
      });
    });
  }));

test('overlapping imports in opposite order do not deadlock', () =>
  withTenant(importLeads, async ({ state, tenant, session }) => {
    const other = await state.app(tenant.workspaceId, tenant.userId);
    const batch = Array.from({ length: 2_000 }, (_, n) => ({ email: `lead${n}@example.com` }));
    for (const name of ['first', 'second', 'third']) {
      const there = batch.map((lead) => ({ ...lead, name: `${name} there` }));
      const back = batch.toReversed().map((lead) => ({ ...lead, name: `${name} back` }));
      const [a, b] = await Promise.all([
        importLeads(session, tenant.workspaceId, there),
        importLeads(other, tenant.workspaceId, back),
      ]);
      expect(a.done + b.done).toBe(4_000);
    }
    const { rows } = await state.owner.query('SELECT count(*)::int AS leads FROM leads');
    expect(rows).toEqual([{ leads: 2_000 }]);
  }));

test('a lead that is there has nothing an import cannot merge with', () =>
  withTenant(importLeads, async ({ state, tenant, session, load }) => {
    const shapes = [
      ['tags', '{{a,b},{c,d}}'],
      ['tags', '{NULL,a}'],
      ['custom_fields', '5'],
      ['custom_fields', '[]'],
      ['custom_fields', 'null'],
    ] as const;
    for (const db of [session, state.owner]) {
      for (const [column, value] of shapes) {
        const sql = `INSERT INTO leads (workspace_id, email, ${column}) VALUES ($1, 'ann@example.com', $2)`;
        const insert = db.query(sql, [tenant.workspaceId, value]);
        await expect(insert, `${column} ${value}`).rejects.toMatchObject({ code: '23514' });
      }
    }
    const sql = `INSERT INTO leads (workspace_id, email, tags) VALUES ($1, 'ann@example.com', '[5:6]={a,"NULL"}')`;
    await session.query(sql, [tenant.workspaceId]);
    const batch = [{ email: 'fresh@example.com' }, { email: 'ann@example.com', tags: ['z', 'a'] }];
    expect(await load(batch)).toMatchObject({ imported: 1, updated: 1 });
    expect(await load(batch)).toMatchObject({ imported: 0, updated: 0 });
  }));

test('an import that a deadlock ended is done again', () =>
  withTenant(importLeads, async ({ state, tenant, session, leads }) => {
    const { owner, connect } = state;
    const names = ['ann@example.com', 'zoe@example.com'];
    await importLeads(
      session,
      tenant.workspaceId,
      names.map((email) => ({ email })),
    );
    const rename = `UPDATE leads SET phone = '1' WHERE email = $1`;
    const batch = names.map((email) => ({ email, name: 'New' }));
    const meet = async <T>(importing: () => Promise<T>) => {
      // The one that looks first is ended: the import, after its usual second.
      const other = await connect();
      await other.query(`SET deadlock_timeout = '20s'`);
      await other.query('BEGIN');
      await other.query(rename, ['zoe@example.com']);
      const outcome = importing().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      await untilBlocked(owner);
      await other.query(rename, ['ann@example.com']);
      await other.query('COMMIT');
      return outcome;
    };
    expect(await meet(() => importLeads(session, tenant.workspaceId, batch))).toMatchObject({
      value: { imported: 0, updated: 2, done: 2 },
    });
    expect(await leads()).toMatchObject(names.map((email) => ({ email, name: 'New', phone: '1' })));

    // In a transaction of the caller's, what it did before is lost too: that is the caller's to repeat.
    const again = batch.map((lead) => ({ ...lead, name: 'Newer' }));
    const within = () => session.transaction(() => importLeads(session, tenant.workspaceId, again));
    expect(await meet(within)).toMatchObject({ error: { code: '40P01' } });
  }));

test('another workspace is refused, and so is a session without one', () =>
  withState('procedures', async ({ owner, app }) => {
    const one = await createTenant(owner, 'one');
    const two = await createTenant(owner, 'two');
    const session = await app(one.workspaceId, one.userId);
    await expect(importLeads(session, two.workspaceId, [])).rejects.toMatchObject({ code: '42501' });
    const stranger = await app(two.workspaceId, one.userId);
    await expect(importLeads(stranger, two.workspaceId, [])).rejects.toMatchObject({ code: '42501' });
    await stranger.query(
      `SELECT set_config('app.workspace_id', '', false), set_config('app.user_id', '', false)`,
    );
    await expect(importLeads(stranger, two.workspaceId, [])).rejects.toMatchObject({ code: '42501' });
  }));

test('the audit log says who imported how much', () =>
  withTenant(importLeads, async ({ state, tenant, load }) => {
    await load([{ email: 'ann@example.com' }, {}]);
    const { rows } = await state.owner.query('SELECT user_id, action, details FROM audit_logs');
    const details = { given: 2, imported: 1, updated: 0, refused: 1 };
    expect(only(rows)).toEqual({ user_id: tenant.userId, action: 'import', details });
  }));

test('a second import of the same file writes its line in the audit log, and nothing else', () =>
  withTenant(importLeads, async ({ session, tenant, state }) => {
    const leads = Array.from({ length: 2_000 }, (_, n) => ({
      email: `lead${n}@example.com`,
      tags: ['a', 'b'],
    }));
    // Not bytes: after a checkpoint, and others cause them, even reading a row for the first time logs its page.
    const changes = async () => {
      const { rows } = await session.query<{ 'QUERY PLAN': readonly { Plan: Record<string, number> }[] }>(
        'EXPLAIN (ANALYZE, WAL, FORMAT JSON) SELECT * FROM fast_bulk_lead_import($1, $2::jsonb)',
        [tenant.workspaceId, JSON.stringify(leads)],
      );
      const plan = rows[0]?.['QUERY PLAN'][0]?.Plan ?? {};
      return (plan['WAL Records'] ?? 0) - (plan['WAL FPI'] ?? 0);
    };
    expect(await changes()).toBeGreaterThan(5_000);
    expect(await changes()).toBeLessThan(50);
    const { rows } = await state.owner.query(
      `SELECT details -> 'imported' AS imported FROM audit_logs ORDER BY ctid`,
    );
    expect(rows).toEqual([{ imported: 2_000 }, { imported: 0 }]);
  }));

test('a large import leaves nothing in the pending lists that searches would have to read', () =>
  withTenant(importLeads, async ({ state, load }) => {
    const leads = (count: number, name: string) =>
      Array.from({ length: count }, (_, n) => ({ email: `${name}${n}@example.com`, tags: [`t${n}`] }));
    const pending = async () =>
      only((await state.owner.query<{ pages: number }>(`SELECT clean_pending_lists('leads') AS pages`)).rows)
        .pages;
    await load(leads(1_000, 'large'));
    expect(await pending()).toBe(0);
    await load(leads(999, 'small'));
    expect(await pending()).toBeGreaterThan(0);
  }));

interface Tools {
  readonly state: StateUnderTest;
  readonly tenant: Tenant;
  readonly session: Database;
  load(leads: readonly LeadInput[]): Promise<ImportResult>;
  leads(): Promise<readonly unknown[]>;
}

function withTenant(run: Import, check: (tools: Tools) => Promise<void>): Promise<void> {
  return withState('procedures', async (state) => {
    const tenant = await createTenant(state.owner, 'tenant');
    const session = await state.app(tenant.workspaceId, tenant.userId);
    await check({
      state,
      tenant,
      session,
      load: (leads) => run(session, tenant.workspaceId, leads),
      leads: async () => (await state.owner.query(LEADS, [tenant.workspaceId])).rows,
    });
  });
}

const anything = fc.constantFrom<unknown>(null, 7, true, '', 'x', [], {}, ['a', 1], [['a']]);
const or = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: anything });
const text = or(
  fc.oneof(fc.constantFrom('Ann', 'Élan 🦉', "O'Brien"), fc.string({ maxLength: 6, unit: 'binary' })),
);
const tag = fc.constantFrom(
  'a',
  'b',
  'A',
  '',
  'x'.repeat(100),
  '🦉'.repeat(100),
  '🦉'.repeat(101),
  'line\nbreak',
);

const LEAD = fc.record(
  {
    email: or(
      fc
        .tuple(
          fc.constantFrom('', ' ', '\t', '\u00a0'),
          fc.constantFrom('ann', 'ANN', 'bob', 'cy d', 'Ünal'),
          fc.constantFrom('', ' \n'),
        )
        .map(([before, name, after]) => `${before}${name}@example.com${after}`),
    ),
    name: text,
    phone: or(fc.constantFrom('1', '5'.repeat(50), '5'.repeat(51))),
    company: or(fc.constantFrom('Acme', '🦉'.repeat(200), '🦉'.repeat(201))),
    position: text,
    source: or(fc.constantFrom('form', 'api', 'FORM')),
    status: or(fc.constantFrom('active', 'active', 'unsubscribed', 'bounced', 'complained')),
    tags: or(
      fc.oneof(
        { weight: 30, arbitrary: fc.array(tag, { maxLength: 4 }) },
        { weight: 1, arbitrary: fc.constantFrom(1_000, 1_001).map((count) => Array(count).fill('a')) },
      ),
    ),
    custom_fields: or(
      fc.dictionary(fc.constantFrom('k', 'l', '__proto__'), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }),
    ),
  },
  { requiredKeys: [] },
);
const BATCH = fc.array(LEAD, { maxLength: 8 });
