import { type Answer, defineScenario, type Fixtures, type Variant } from 'mailgenius-bench';
import type { Application, Cursor, LeadFilter, LeadRow, Total } from '../db/application.ts';
import { mainContacts, mainWorkspace } from '../fixtures/model/tenants.ts';
import { countAnswer, estimateAnswer, leadPages, newestFirst, pageAnswer } from './model/lead-answers.ts';

const PAGE_ROWS = 50;
const CAP = 10_000;

type Filter = Omit<LeadFilter, 'workspaceId'>;

type Parameters =
  | { readonly kind: 'page'; readonly page: number; readonly filter: Filter }
  | { readonly kind: 'total'; readonly total: Total; readonly filter: Filter };

type Input =
  | {
      readonly kind: 'page';
      readonly page: number;
      readonly after: Cursor | null;
      readonly filter: LeadFilter;
    }
  | { readonly kind: 'total'; readonly total: Total; readonly filter: LeadFilter };

/** The last row before page `$4 / 50 + 2`: what an application that pages by key remembers. */
const CURSOR = `
  SELECT created_at AS "createdAt", id FROM leads
  WHERE workspace_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR source = $3)
  ORDER BY created_at DESC, id DESC OFFSET $4 LIMIT 1`;

const EXACT = `
  SELECT count(*)::int AS total FROM leads
  WHERE workspace_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR source = $3)`;

export default defineScenario<Application, Parameters, Input, readonly LeadRow[] | number>({
  title: 'List of leads',
  help: 'Pages of 50 leads of the large workspace, newest first, plain and filtered; and the total beside them, timed apart.',
  claim: 'lead-query',
  unit: 'queries',
  writes: false,
  tables: ['workspaces', 'users', 'workspace_members', 'leads'],
  variants: () => VARIANTS,

  async input(parameters, { fixtures, owner }) {
    const filter = { workspaceId: mainWorkspace(fixtures).workspaceId, ...parameters.filter };
    if (parameters.kind === 'total') return { kind: 'total', total: parameters.total, filter };
    const page = Math.min(parameters.page, lastPage(fixtures));
    if (page === 1) return { kind: 'page', page, after: null, filter };
    const { rows } = await owner.query<Cursor>(CURSOR, [...filterValues(filter), (page - 1) * PAGE_ROWS - 1]);
    return { kind: 'page', page, after: rows[0] ?? null, filter };
  },

  async run({ app, db, input }) {
    const result =
      input.kind === 'total'
        ? await app.countLeads(db, input.filter, input.total)
        : await app.listLeads(db, {
            ...input.filter,
            limit: PAGE_ROWS,
            page: input.page,
            after: input.after,
          });
    return { result, done: 1, total: 1 };
  },

  async answer({ input, outcome: { result }, owner }) {
    if (typeof result !== 'number') return pageAnswer(result);
    if (input.kind === 'page' || input.total !== 'estimated') return countAnswer(result);
    const { rows } = await owner.query<{ total: number }>(EXACT, filterValues(input.filter));
    return estimateAnswer(result, rows[0]?.total ?? 0);
  },

  pages: ({ outcome: { result }, owner }) => leadPages(owner, result),

  oracle: (input, _done, fixtures) => expected(input, fixtures),
});

const VARIANTS: readonly Variant<Parameters>[] = [
  { name: 'page=1', parameters: { kind: 'page', page: 1, filter: {} } },
  { name: 'page=100', parameters: { kind: 'page', page: 100, filter: {} }, main: true },
  { name: 'page=10000', parameters: { kind: 'page', page: 10_000, filter: {} } },
  { name: 'status=active', parameters: { kind: 'page', page: 1, filter: { status: 'active' } } },
  {
    name: 'source=import&status=active',
    parameters: { kind: 'page', page: 1, filter: { source: 'import', status: 'active' } },
  },
  { name: 'total=exact', parameters: { kind: 'total', total: 'exact', filter: {} } },
  { name: 'total=capped', parameters: { kind: 'total', total: 'capped', filter: {} } },
  { name: 'total=estimated', parameters: { kind: 'total', total: 'estimated', filter: {} } },
];

/** The last page without a filter; only such pages go deep. */
function lastPage(fixtures: Fixtures): number {
  return Math.max(1, Math.ceil(mainContacts(fixtures) / PAGE_ROWS));
}

function filterValues({ workspaceId, status, source }: LeadFilter): readonly unknown[] {
  return [workspaceId, status ?? null, source ?? null];
}

function expected(input: Input, fixtures: Fixtures): Answer {
  const { status, source } = input.filter;
  const leads = newestFirst(fixtures).filter(
    (lead) =>
      (status === undefined || lead.status === status) && (source === undefined || lead.source === source),
  );
  if (input.kind === 'page')
    return pageAnswer(leads.slice((input.page - 1) * PAGE_ROWS, input.page * PAGE_ROWS));
  if (input.total === 'estimated') return estimateAnswer(leads.length, leads.length);
  return countAnswer(input.total === 'capped' ? Math.min(CAP, leads.length) : leads.length);
}
