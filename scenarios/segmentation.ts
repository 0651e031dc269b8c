import { defineScenario, type Variant } from 'mailgenius-bench';
import type { Application, LeadRow, Segment } from '../db/application.ts';
import { EMAIL_TERMS } from '../fixtures/model/lead-shapes.ts';
import { mainWorkspace } from '../fixtures/model/tenants.ts';
import { countAnswer, leadPages, newestFirst, pageAnswer } from './model/lead-answers.ts';
import { matches } from './model/segment-oracle.ts';

const LIMIT = 10_000;
const MAIN = 'engaged';

/** Condition trees of many shapes and selectivities. */
export const SEGMENTS: Readonly<Record<string, Segment>> = {
  engaged: {
    and: [
      { field: 'status', operator: 'equals', value: 'active' },
      { field: 'tags', operator: 'contains', value: 'customer' },
      { field: 'source', operator: 'in', value: ['form', 'import'] },
      { field: 'custom_fields.score', operator: 'gt', value: 50 },
    ],
  },
  'email-45%': { field: 'email', operator: 'contains', value: EMAIL_TERMS['45%'] },
  'email-domain': { field: 'email', operator: 'ends_with', value: '@quickmail.test' },
  'email-prefix': { field: 'email', operator: 'starts_with', value: 'anna.' },
  'tags-two': { field: 'tags', operator: 'contains', value: ['vip', 'customer'] },
  'tags-without': {
    and: [
      { field: 'tags', operator: 'not_contains', value: 'newsletter' },
      { field: 'status', operator: 'not_equals', value: 'bounced' },
    ],
  },
  quarter: { field: 'created_at', operator: 'between', value: ['2025-01-01', '2025-03-31'] },
  'field-50%': { field: 'custom_fields.plan', operator: 'equals', value: 'free' },
  'field-1%': { field: 'custom_fields.plan', operator: 'equals', value: 'enterprise' },
  'field-0.01%': { field: 'custom_fields.badge', operator: 'equals', value: 'founder' },
  'field-exists': {
    and: [
      { field: 'custom_fields.renewal', operator: 'exists', value: true },
      { field: 'custom_fields.consent', operator: 'equals', value: true },
    ],
  },
  'field-text': { field: 'custom_fields.city', operator: 'contains', value: 'burg' },
  nested: {
    and: [
      {
        or: [
          { field: 'company', operator: 'contains', value: 'nordwind' },
          {
            and: [
              { field: 'position', operator: 'contains', value: 'manager' },
              { not: { field: 'tags', operator: 'contains', value: 'churned' } },
            ],
          },
          { field: 'custom_fields.score', operator: 'lt', value: 3 },
        ],
      },
      {
        not: {
          or: [
            { field: 'status', operator: 'in', value: ['bounced', 'complained'] },
            { field: 'created_at', operator: 'before', value: '2024-06-30' },
          ],
        },
      },
    ],
  },
};

interface Parameters {
  readonly segment: Segment;
  readonly kind: 'page' | 'count';
}

interface Input extends Parameters {
  readonly workspaceId: string;
}

export default defineScenario<Application, Parameters, Input, readonly LeadRow[] | number>({
  title: 'Segmentation',
  help: 'A fixed set of condition trees: the first 10,000 leads of each, newest first, and how many there are.',
  claim: 'segmentation',
  unit: 'queries',
  writes: false,
  tables: ['workspaces', 'users', 'workspace_members', 'leads'],
  variants: () => VARIANTS,
  input: async (parameters, { fixtures }) => ({
    ...parameters,
    workspaceId: mainWorkspace(fixtures).workspaceId,
  }),

  async run({ app, db, input: { workspaceId, segment, kind } }) {
    const result =
      kind === 'page'
        ? await app.segmentLeads(db, workspaceId, segment, LIMIT, 0)
        : await app.countSegment(db, workspaceId, segment);
    return { result, done: 1, total: 1 };
  },

  answer: async ({ outcome: { result } }) =>
    typeof result === 'number' ? countAnswer(result) : pageAnswer(result),

  pages: ({ outcome: { result }, owner }) => leadPages(owner, result),

  oracle({ segment, kind }, _done, fixtures) {
    const leads = newestFirst(fixtures).filter((lead) => matches(segment, lead));
    return kind === 'page' ? pageAnswer(leads.slice(0, LIMIT)) : countAnswer(leads.length);
  },
});

const VARIANTS: readonly Variant<Parameters>[] = (['page', 'count'] as const).flatMap((kind) =>
  Object.entries(SEGMENTS).map(([name, segment]) => ({
    name: `${kind}:${name}`,
    parameters: { segment, kind },
    main: kind === 'page' && name === MAIN,
  })),
);
