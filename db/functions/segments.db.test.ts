import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import type { Database, Segment } from '../application.ts';
import base from '../phases/00-base/app.ts';
import indexed from '../phases/01-indexes/app.ts';
import functions from '../phases/03-procedures/app.ts';
import { SEGMENT_LEADS } from '../testing/segment-leads.ts';
import { createTenant, type Tenant } from '../testing/tenant.ts';

const APPLICATIONS = { base, indexed, functions };

test('conditions match as the grammar says, in every time zone', () =>
  withLeads(async (session, { workspaceId }) => {
    // In Auckland it is another day, and in Berlin that Sunday has 23 hours.
    for (const zone of ['UTC', 'Pacific/Auckland', 'Europe/Berlin']) {
      await session.query(`SELECT set_config('timezone', $1, false)`, [zone]);
      for (const [name, application] of Object.entries(APPLICATIONS)) {
        for (const [title, segment, wanted] of MATCHES) {
          const found = await application.segmentLeads(session, workspaceId, segment, 10, 0);
          const names = found.map(({ email }) => email.split('@')[0]?.toLowerCase());
          expect(names.sort(), `${title}: ${name}, ${zone}`).toEqual(wanted);
        }
      }
    }
  }));

const MATCHES: readonly (readonly [string, Segment, readonly string[]])[] = [
  ['text ignores case', { field: 'name', operator: 'equals', value: "o'BRIEN" }, ['o_brien']],
  ['% is no wildcard', { field: 'name', operator: 'contains', value: '%' }, ['percent']],
  ['_ is no wildcard', { field: 'email', operator: 'starts_with', value: 'O_B' }, ['o_brien']],
  ['a backslash is itself', { field: 'company', operator: 'equals', value: '\\' }, ['percent']],
  ['quotes in a key', { field: `custom_fields.it's "q"`, operator: 'equals', value: "'; --" }, ['percent']],
  ['a number is not its text', { field: 'custom_fields.n', operator: 'equals', value: '5' }, ['o_brien']],
  [
    'a text in a field ignores case, its key does not',
    { field: 'custom_fields.plan', operator: 'equals', value: 'PRO' },
    ['percent'],
  ],
  ['a key in capitals', { field: 'custom_fields.Plan', operator: 'equals', value: 'PRO' }, ['o_brien']],
  [
    'a number is the same in any scale',
    { field: 'custom_fields.none', operator: 'equals', value: 5 },
    ['caps'],
  ],
  ['and no text', { field: 'custom_fields.n', operator: 'equals', value: 5 }, ['percent']],
  ['a boolean is not its text', { field: 'custom_fields.n', operator: 'equals', value: true }, ['zoe']],
  ['a text is no boolean', { field: 'custom_fields.n', operator: 'equals', value: 'true' }, ['caps']],
  [
    'a field under not',
    { not: { field: 'custom_fields.plan', operator: 'equals', value: 'PRO' } },
    ['caps', 'empty', 'o_brien', 'zoe'],
  ],
  [
    'a field beside what no index answers',
    {
      or: [
        { field: 'custom_fields.Plan', operator: 'equals', value: 'PRO' },
        { field: 'custom_fields.N', operator: 'gt', value: 4 },
      ],
    },
    ['caps', 'o_brien'],
  ],
  [
    'fields that an index answers together',
    {
      or: [
        { field: 'custom_fields.Plan', operator: 'equals', value: 'PRO' },
        { field: 'tags', operator: 'contains', value: 'vip' },
        { and: [{ field: 'custom_fields.N', operator: 'equals', value: 5 }] },
      ],
    },
    ['caps', 'o_brien'],
  ],
  ['a tag ignores case', { field: 'tags', operator: 'contains', value: ['vIp', 'b'] }, ['caps']],
  ['letter by letter', { field: 'tags', operator: 'contains', value: 'νίκοσ' }, ['caps']],
  ['and not by what a word looks like', { field: 'tags', operator: 'contains', value: 'νίκος' }, []],
  ['no tags are everybody', { field: 'tags', operator: 'not_contains', value: [] }, []],
  ['gt looks at numbers only', { field: 'custom_fields.n', operator: 'gt', value: 4.5 }, ['percent']],
  [
    'not is true for NULL',
    { not: { field: 'name', operator: 'equals', value: 'Zoë' } },
    ['caps', 'empty', 'o_brien', 'percent'],
  ],
  [
    'not_contains',
    { field: 'tags', operator: 'not_contains', value: ['a', 'b'] },
    ['caps', 'empty', 'o_brien', 'zoe'],
  ],
  ['a list of tags is all of it', { field: 'tags', operator: 'contains', value: ['b', 'a'] }, ['percent']],
  ['in', { field: 'status', operator: 'in', value: ['BOUNCED', 'complained'] }, ['zoe']],
  ['an empty and', { and: [] }, ['caps', 'empty', 'o_brien', 'percent', 'zoe']],
  ['an empty or', { or: [] }, []],
  [
    'a bare day, UTC',
    { field: 'created_at', operator: 'between', value: ['2025-03-30', '2025-03-30'] },
    ['empty', 'o_brien'],
  ],
  [
    'before a day, included',
    { field: 'created_at', operator: 'before', value: '2025-03-29' },
    ['caps', 'percent'],
  ],
  [
    'after a moment, included',
    { field: 'created_at', operator: 'after', value: '2025-03-31T02:00:00+02:00' },
    ['zoe'],
  ],
  ['exists', { field: 'custom_fields.none', operator: 'exists' }, ['caps', 'zoe']],
  [
    'exists not',
    { field: 'custom_fields.none', operator: 'exists', value: false },
    ['empty', 'o_brien', 'percent'],
  ],
];

const nested = (levels: number): unknown => (levels === 0 ? { and: [] } : { not: nested(levels - 1) });

test('an invalid segment is refused, naming the place, in the same words by all', () =>
  withLeads(async (session, { workspaceId }) => {
    for (const [segment, message] of INVALID) {
      for (const application of Object.values(APPLICATIONS)) {
        const call = application.segmentLeads(session, workspaceId, segment as Segment, 10, 0);
        await expect(call).rejects.toMatchObject({ code: '22023', message: `invalid segment at ${message}` });
      }
    }
    const most: readonly unknown[] = [
      nested(15),
      text('🦉'.repeat(1_000)),
      { or: Array(1_000).fill(text('x')) },
      // With "name" and "contains" just 100,000 characters.
      { or: Array(500).fill(text('🦉'.repeat(188))) },
    ];
    for (const application of Object.values(APPLICATIONS)) {
      for (const segment of most) {
        expect(await application.countSegment(session, workspaceId, segment as Segment)).toBeTypeOf('number');
      }
    }
  }));

const text = (value: string) => ({ field: 'name', operator: 'contains', value });
const date = (value: unknown) => ({ field: 'created_at', operator: 'after', value });
const NO_DATE = '$.value: expected an ISO date';

const INVALID: readonly (readonly [unknown, string])[] = [
  [[], '$: expected "and", "or", "not" or a condition'],
  [null, '$: expected "and", "or", "not" or a condition'],
  [{}, '$: expected "and", "or", "not" or a condition'],
  [{ and: [], or: [] }, '$: expected "and", "or", "not" or a condition'],
  [
    { field: 'name', operator: 'equals', value: 'x', sql: '1=1' },
    '$: expected "and", "or", "not" or a condition',
  ],
  [{ and: {} }, '$.and: expected a list'],
  [{ and: [{ or: [{ and: [] }, 7] }] }, '$.and[0].or[1]: expected "and", "or", "not" or a condition'],
  [{ not: { field: 7, operator: 'equals' } }, '$.not.field: expected a text'],
  [{ field: 'workspace_id', operator: 'equals', value: '' }, '$.field: unknown field "workspace_id"'],
  [{ field: 'constructor', operator: 'equals', value: '' }, '$.field: unknown field "constructor"'],
  [{ field: 'custom_fields.', operator: 'equals', value: '' }, '$.field: unknown field "custom_fields."'],
  [{ field: 'a"\n\\é', operator: 'equals', value: '' }, '$.field: unknown field "a\\"\\n\\\\é"'],
  [{ field: 'name', operator: null, value: '' }, '$.operator: expected a text'],
  [{ field: 'name', operator: 'toString', value: '' }, '$.operator: "name" has no operator "toString"'],
  [{ field: 'tags', operator: 'equals', value: '' }, '$.operator: "tags" has no operator "equals"'],
  [{ field: 'name', operator: 'equals' }, '$.value: expected a text'],
  [{ field: 'name', operator: 'equals', value: null }, '$.value: expected a text'],
  [{ field: 'status', operator: 'in', value: 'active' }, '$.value: expected a list of texts'],
  [{ field: 'tags', operator: 'contains', value: ['a', 1] }, '$.value: expected a text or a list of texts'],
  [
    { field: 'custom_fields.k', operator: 'equals', value: null },
    '$.value: expected a text, a number or a boolean',
  ],
  [{ field: 'custom_fields.k', operator: 'gt', value: '1' }, '$.value: expected a number'],
  [
    { field: 'custom_fields.k', operator: 'exists', value: null },
    '$.value: expected true or false, or no value',
  ],
  [
    { field: 'created_at', operator: 'between', value: ['2025-01-01'] },
    '$.value: expected a list of two ISO dates',
  ],
  [date('2025-02-29'), NO_DATE],
  [date('2025-13-01'), NO_DATE],
  [date('0000-01-01'), NO_DATE],
  [date('2025-01-00'), NO_DATE],
  [date('2025-01-01 10:00'), NO_DATE],
  [date('2025-01-01T24:00'), NO_DATE],
  [date('2025-01-01T10:00+15:00'), NO_DATE],
  [date('now'), NO_DATE],
  [date('2025-01-01\n'), NO_DATE],
  [text('x'.repeat(1_001)), '$.value: longer than 1,000 characters'],
  [
    { and: [{ field: 'tags', operator: 'contains', value: ['a', '🦉'.repeat(1_001)] }] },
    '$.and[0].value: longer than 1,000 characters',
  ],
  [{ field: 'status', operator: 'in', value: Array(1_001).fill('a') }, '$.value: more than 1,000 texts'],
  [
    { field: `custom_fields.${'k'.repeat(1_000)}`, operator: 'exists' },
    '$.field: longer than 1,000 characters',
  ],
  [{ not: { or: Array(1_001).fill(text('x')) } }, '$: more than 1,000 conditions'],
  [{ and: Array(101).fill(text('x'.repeat(1_000))) }, '$: texts of more than 100,000 characters'],
  [nested(16), `$${'.not'.repeat(16)}: deeper than 16 levels`],
];

function withLeads(check: (session: Database, tenant: Tenant) => Promise<void>): Promise<void> {
  return withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const foreign = await createTenant(owner, 'foreign');
    for (const { workspaceId } of [tenant, foreign]) await owner.query(SEGMENT_LEADS, [workspaceId]);
    await check(await app(tenant.workspaceId, tenant.userId), tenant);
  });
}
