import { describe, expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createCampaign, createLeads, createTenant, type Tenant } from '../testing/tenant.ts';

const MB = 1024 * 1024;
const IMPORT =
  'SELECT imported_count AS imported, error_count AS refused, errors FROM fast_bulk_lead_import($1, $2::jsonb)';
const COUNT = 'SELECT count_segmented_leads($1, $2::jsonb)::int AS n';
const ANALYZED = `
  INSERT INTO leads (workspace_id, email, name, company, tags)
  SELECT $1, 'lead' || n || '@example.com', 'Lead ' || n, 'Company ' || n % 500, ARRAY['t' || n % 50]
  FROM generate_series(1, 5000) AS n`;

describe('an import', () => {
  test.each([
    ['nothing', null],
    ['an object', '{}'],
    ['a text', '"x"'],
    ['a number', '7'],
  ])('that is %s is refused', (_, leads) =>
    withTenant(async ({ app }, { workspaceId }) => {
      await expect(app.query(IMPORT, [workspaceId, leads])).rejects.toMatchObject({
        code: '22023',
        message: 'p_leads_json must be an array',
      });
    }),
  );

  test('of nobody imports nobody', () =>
    withTenant(async ({ app }, { workspaceId }) => {
      expect((await app.query(IMPORT, [workspaceId, '[]'])).rows).toEqual([
        { imported: 0, refused: 0, errors: [] },
      ]);
    }));

  test('of broken JSON is refused, and a control character comes in as one', () =>
    withTenant(async ({ app, owner }, { workspaceId }) => {
      await expect(app.query(IMPORT, [workspaceId, '[{"email": '])).rejects.toMatchObject({ code: '22P02' });
      const leads = [{ email: 'ann@example.com', name: 'a\u0007\u001bb' }, { email: 'b\u0000b@example.com' }];
      const nul = app.query(IMPORT, [workspaceId, JSON.stringify(leads)]);
      await expect(nul).rejects.toMatchObject({ code: '22P05' });
      await app.query(IMPORT, [workspaceId, JSON.stringify(leads.slice(0, 1))]);
      expect((await owner.query('SELECT name FROM leads')).rows).toEqual([{ name: 'a\u0007\u001bb' }]);
    }));

  test('of texts of 10 MB, and of deep nesting, refuses those rows and takes the others', () =>
    withTenant(async ({ app }, { workspaceId }) => {
      const long = 'x'.repeat(10 * MB);
      let deep: unknown = 1;
      for (let level = 0; level < 2_000; level++) deep = [deep];
      const leads = [
        { email: `${long}@example.com` },
        { email: 'ann@example.com', name: long },
        { email: 'bob@example.com', tags: [long] },
        { email: 'cyd@example.com', tags: deep },
        { email: 'dan@example.com', custom_fields: { deep } },
      ];
      const { rows } = await app.query(IMPORT, [workspaceId, JSON.stringify(leads)]);
      expect(rows).toMatchObject([
        {
          imported: 1,
          refused: 4,
          errors: [
            { position: 1, reason: 'email is longer than 254 characters' },
            { position: 2, reason: 'name is longer than 200 characters' },
            { position: 3, reason: 'tags has one longer than 100 characters' },
            { position: 4, reason: 'tags is not a list of texts' },
          ],
        },
      ]);
    }));

  test('of 300 MB is refused by the server before anything is written', () =>
    withTenant(async ({ app, owner }, { workspaceId }) => {
      const lead = `{"email": "lead@example.com", "name": "${'x'.repeat(MB)}"}`;
      const huge = `[${Array.from({ length: 300 }, () => lead).join()}]`;
      await expect(app.query(IMPORT, [workspaceId, huge])).rejects.toMatchObject({ code: '54000' });
      expect((await owner.query('SELECT FROM leads')).rowCount).toBe(0);
      expect((await owner.query('SELECT FROM audit_logs')).rowCount).toBe(0);
    }));

  test('of 100,000 tags is refused, and no cancel has to end it', () =>
    withTenant(async ({ app, owner }, { workspaceId }) => {
      const tags = Array.from({ length: 100_000 }, (_, n) => `t${n}`);
      const insert = `INSERT INTO leads (workspace_id, email, tags) VALUES ($1, 'ann@example.com', $2)`;
      await owner.query(insert, [workspaceId, tags.toReversed()]);
      const lead = { email: 'ann@example.com', tags };
      await app.query(`SET statement_timeout = '10s'`);
      expect((await app.query(IMPORT, [workspaceId, JSON.stringify([lead])])).rows).toMatchObject([
        { imported: 0, refused: 1, errors: [{ position: 1, reason: 'tags has more than 1,000' }] },
      ]);
    }));

  test('of a million repeats is one lead', () =>
    withTenant(async ({ app, owner }, { workspaceId }) => {
      const emails = Array.from({ length: 1_000_000 }, (_, n) =>
        n % 2 ? '{"email":"a@b.test"}' : '{"email":"A@B.test "}',
      );
      expect((await app.query(IMPORT, [workspaceId, `[${emails.join()}]`])).rows).toMatchObject([
        { imported: 1, refused: 0 },
      ]);
      expect((await owner.query('SELECT email::text FROM leads')).rows).toEqual([{ email: 'a@b.test' }]);
    }));
});

describe('a batch of more than 100,000 errors', () => {
  test.each(['fast_bulk_lead_import', 'batch_update_email_status', 'batch_update_campaign_metrics'])(
    'by %s says how many they are, and names the first',
    (name) =>
      withTenant(async ({ app }, { workspaceId }) => {
        const sql = `SELECT error_count AS refused, jsonb_array_length(errors) AS named, errors -> -1 AS last
                     FROM ${name}($1, $2::jsonb)`;
        const { rows } = await app.query(sql, [workspaceId, `[[],${Array(100_001).fill('7').join()}]`]);
        const last = { position: 100_000, reason: 'not an object' };
        expect(rows).toEqual([{ refused: 100_002, named: 100_000, last }]);
      }),
  );
});

describe('a segment', () => {
  test.each([
    ['nothing', null, '\\$'],
    ['a list', [], '\\$'],
    ['an empty object', {}, '\\$'],
    ['a date that is none', { field: 'created_at', operator: 'after', value: '2026-02-31' }, '\\$\\.value'],
    ['a node too deep', nest(17), '\\$(\\.not){16}'],
    ['a column that is none', { field: 'workspace_id', operator: 'equals', value: 'x' }, '\\$\\.field'],
  ])('of %s is refused, naming the place', (_, segment, place) =>
    withTenant(async ({ app }, { workspaceId }) => {
      const call = app.query(COUNT, [workspaceId, segment === null ? null : JSON.stringify(segment)]);
      await expect(call).rejects.toMatchObject({
        code: '22023',
        message: expect.stringMatching(new RegExp(`at ${place}:`)),
      });
    }),
  );

  test('of ten thousand levels is refused, not a crash', () =>
    withTenant(async ({ app }, { workspaceId }) => {
      const text = `${'{"not":'.repeat(5_000)}{"and":[]}${'}'.repeat(5_000)}`;
      await expect(app.query(COUNT, [workspaceId, text])).rejects.toMatchObject({ code: '22023' });
    }));

  // The planner tries a pattern on each value that statistics hold of thousands of leads; of none it would hold nothing.
  test('of a text of 10 MB is refused, naming the place, and one of 1,000 characters is answered', () =>
    withTenant(async ({ app, owner }, { workspaceId }) => {
      await owner.query(ANALYZED, [workspaceId]);
      await owner.query('ANALYZE leads');
      const count = (segment: unknown) => app.query(COUNT, [workspaceId, JSON.stringify(segment)]);
      const long = 'a%'.repeat(5 * MB);
      for (const [field, operator] of [
        ['email', 'contains'],
        ['email', 'ends_with'],
        ['name', 'equals'],
        ['tags', 'not_contains'],
        ['status', 'equals'],
        ['custom_fields.k', 'contains'],
      ] as const) {
        await expect(count({ field, operator, value: long }), field).rejects.toMatchObject({
          code: '22023',
          message: 'invalid segment at $: texts of more than 100,000 characters',
        });
        await expect(count({ field, operator, value: 'x'.repeat(1_001) }), field).rejects.toMatchObject({
          code: '22023',
          message: 'invalid segment at $.value: longer than 1,000 characters',
        });
        const isAll = operator === 'not_contains';
        const answer = await count({ field, operator, value: '🦉'.repeat(1_000) });
        expect(answer.rows, field).toEqual([{ n: isAll ? 5_000 : 0 }]);
      }
      expect((await count({ field: 'name', operator: 'equals', value: 'LEAD 7' })).rows).toEqual([{ n: 1 }]);
    }));

  test('of a thousand conditions is answered, of one more refused', () =>
    withTenant(async ({ app, owner }, tenant) => {
      await createLeads(owner, tenant, ['ann']);
      const is = (n: number) => ({
        field: 'email',
        operator: 'equals',
        value: n === 7 ? 'ann@example.com' : `${n}`,
      });
      const count = (conditions: number) => {
        const many = { or: Array.from({ length: conditions }, (_, n) => is(n)) };
        return app.query(COUNT, [tenant.workspaceId, JSON.stringify(many)]);
      };
      expect((await count(1_000)).rows).toEqual([{ n: 1 }]);
      await expect(count(1_001)).rejects.toMatchObject({
        code: '22023',
        message: 'invalid segment at $: more than 1,000 conditions',
      });
    }));
});

describe('a search', () => {
  test.each([
    ['search_leads_optimized($1, p_term => $2)', 'p_term', []],
    ['count_leads_optimized($1, p_term => $2) AS n', 'p_term', [{ n: 0 }]],
    [
      `count_leads_optimized($1, p_term => $2, p_total => 'estimated') AS n`,
      'p_term',
      [{ n: expect.any(Number) }],
    ],
    ['search_leads_optimized($1, p_tags => ARRAY[$2])', 'p_tags', []],
  ])('%s of 10 MB is refused, of 1,000 characters answered', (call, name, answer) =>
    withTenant(async ({ app, owner }, { workspaceId }) => {
      await owner.query(ANALYZED, [workspaceId]);
      await owner.query('ANALYZE leads');
      const search = (text: string) => app.query(`SELECT * FROM ${call}`, [workspaceId, text]);
      for (const long of ['ab'.repeat(5 * MB), 'x'.repeat(1_001)]) {
        await expect(search(long)).rejects.toMatchObject({
          code: '22023',
          message: `${name}: longer than 1,000 characters`,
        });
      }
      expect((await search('🦉'.repeat(1_000))).rows).toEqual(answer);
    }),
  );

  test.each([
    [`p_status => 'Active'`, 'p_status: not one of active, unsubscribed, bounced, complained'],
    [`p_source => ''`, 'p_source: not one of form, import, api, webhook, manual'],
    [`p_tags => ARRAY['x', NULL]`, 'p_tags: has NULL'],
  ])('by %s is refused', (filter, message) =>
    withTenant(async ({ app }, { workspaceId }) => {
      for (const name of ['search_leads_optimized', 'count_leads_optimized'])
        await expect(app.query(`SELECT * FROM ${name}($1, ${filter})`, [workspaceId])).rejects.toMatchObject({
          code: '22023',
          message,
        });
    }),
  );
});

describe('a schedule', () => {
  test('of NULLs among the ids, and of a million repeats, adds each lead once', () =>
    withTenant(async ({ app, owner }, tenant) => {
      const [lead = ''] = await createLeads(owner, tenant, ['ann']);
      const campaignId = await createCampaign(owner, tenant);
      const ids = `{NULL,${Array.from({ length: 1_000_000 }, () => lead).join()}}`;
      const sql = 'SELECT total_scheduled AS scheduled FROM bulk_schedule_email_sends($1, $2, $3::uuid[])';
      expect((await app.query(sql, [campaignId, tenant.workspaceId, ids])).rows).toEqual([{ scheduled: 1 }]);
    }));

  test('of an id that is none, or of no campaign, is refused', () =>
    withTenant(async ({ app }, { workspaceId }) => {
      const sql = 'SELECT bulk_schedule_email_sends($1, $2, $3::uuid[])';
      await expect(app.query(sql, [workspaceId, workspaceId, '{x}'])).rejects.toMatchObject({
        code: '22P02',
      });
      await expect(app.query(sql, [null, workspaceId, '{}'])).rejects.toMatchObject({ code: 'P0002' });
    }));
});

function nest(levels: number): unknown {
  return levels === 1 ? { and: [] } : { not: nest(levels - 1) };
}

function withTenant(
  check: (sessions: { owner: StateUnderTest['owner']; app: Database }, tenant: Tenant) => Promise<void>,
): Promise<void> {
  return withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    await check({ owner, app: await app(tenant.workspaceId, tenant.userId) }, tenant);
  });
}
