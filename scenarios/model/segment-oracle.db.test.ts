import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Segment } from '../../db/application.ts';
import base from '../../db/phases/00-base/app.ts';
import indexed from '../../db/phases/01-indexes/app.ts';
import functions from '../../db/phases/03-procedures/app.ts';
import { SEGMENT_LEADS } from '../../db/testing/segment-leads.ts';
import { createTenant } from '../../db/testing/tenant.ts';
import type { Lead } from '../../fixtures/model/lead.ts';
import { withState } from '../../test/database.ts';
import { matches } from './segment-oracle.ts';

test(
  'any segment has the leads that the grammar says, by statements and by function',
  { timeout: 240_000 },
  () =>
    withState('procedures', async ({ owner, app }) => {
      const { workspaceId, userId } = await createTenant(owner, 'tenant');
      const foreign = await createTenant(owner, 'foreign');
      await owner.query(SEGMENT_LEADS, [workspaceId]);
      await owner.query(SEGMENT_LEADS, [foreign.workspaceId]);
      const { rows: leads } = await owner.query<Lead & { id: string }>(
        'SELECT * FROM leads WHERE workspace_id = $1 ORDER BY created_at DESC, id DESC',
        [workspaceId],
      );
      const session = await app(workspaceId, userId);

      await fc.assert(
        fc.asyncProperty(TREE, async (segment) => {
          const wanted = leads.filter((lead) => matches(segment, lead)).map(({ id }) => id);
          for (const application of [base, indexed, functions]) {
            const page = await application.segmentLeads(session, workspaceId, segment, 100, 0);
            expect(page.map(({ id }) => id)).toEqual(wanted);
            expect(await application.countSegment(session, workspaceId, segment)).toBe(wanted.length);
          }
        }),
        { numRuns: 3_000 },
      );
    }),
);

const condition = (
  field: fc.Arbitrary<string>,
  operator: fc.Arbitrary<string>,
  value: fc.Arbitrary<unknown>,
) => fc.record({ field, operator, value });
/** Letters of which PostgreSQL and JavaScript say the same in lower case, and the two of which they do not: Σ and İ. */
const word = fc.constantFrom(
  '',
  'νίκος',
  'ΝΊΚΟΣ',
  'i',
  'İZ',
  'o_b',
  "o'brien",
  '%',
  '\\',
  'é',
  'zoë',
  'example.ORG',
  '100',
  "'; --",
  'acme',
);
const day = fc.constantFrom(
  '2025-03-29',
  '2025-03-30',
  '2025-03-31',
  '2025-03-30T23:59:59.999Z',
  '2025-03-31T00:00',
);
const choice = fc.constantFrom('active', 'Bounced', 'form', 'x');
const tag = fc.constantFrom('a', 'A', 'b', 'c', 'vip', 'Vip', 'νίκοσ', 'Νίκος', '');
const tags = fc.oneof(tag, fc.array(tag, { maxLength: 3 }));
const custom = fc.constantFrom(
  'custom_fields.n',
  'custom_fields.N',
  'custom_fields.plan',
  'custom_fields.Plan',
  'custom_fields.none',
  `custom_fields.it's "q"`,
  'custom_fields.a.b',
);
const scalar = fc.oneof(
  word,
  fc.constantFrom<unknown>(5, 5.5, '5', '5.0', true, false, 'true', 'True', 'Pro', 'pRO', 'éclair νίκοσ i'),
);
const CONDITION = fc.oneof(
  condition(fc.constant('email'), fc.constantFrom('contains', 'equals', 'starts_with', 'ends_with'), word),
  condition(fc.constantFrom('name', 'company', 'position'), fc.constantFrom('contains', 'equals'), word),
  condition(fc.constant('tags'), fc.constantFrom('contains', 'not_contains'), tags),
  condition(fc.constantFrom('source', 'status'), fc.constantFrom('equals', 'not_equals'), choice),
  condition(fc.constantFrom('source', 'status'), fc.constant('in'), fc.array(choice, { maxLength: 2 })),
  condition(fc.constantFrom('created_at', 'updated_at'), fc.constantFrom('after', 'before'), day),
  condition(fc.constantFrom('created_at', 'updated_at'), fc.constant('between'), fc.tuple(day, day)),
  condition(custom, fc.constant('equals'), scalar),
  condition(custom, fc.constant('contains'), word),
  condition(custom, fc.constantFrom('gt', 'lt'), fc.constantFrom(4, 5, -1e30)),
  condition(custom, fc.constant('exists'), fc.boolean()),
);
const { tree: TREE } = fc.letrec<{ tree: Segment }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    CONDITION as fc.Arbitrary<Segment>,
    fc.record({ and: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('tree'), { maxLength: 3 }) }),
    fc.record({ not: tie('tree') }),
  ),
}));
