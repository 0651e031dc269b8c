import { type Answer, defineScenario, type Fixtures, type Variant } from 'mailgenius-bench';
import type { Application, LeadRow } from '../db/application.ts';
import { EMAIL_TERMS } from '../fixtures/model/lead-shapes.ts';
import { mainWorkspace } from '../fixtures/model/tenants.ts';
import { PLANTED } from '../fixtures/model/vocabulary.ts';
import { countAnswer, hasTerm, leadPages, newestFirst, pageAnswer } from './model/lead-answers.ts';

const PAGE_ROWS = 50;
const CAP = 10_000;

interface Parameters {
  readonly term: string;
  /** Absent: the first page. */
  readonly total?: 'exact' | 'capped';
}

interface Input extends Parameters {
  readonly workspaceId: string;
}

export default defineScenario<Application, Parameters, Input, readonly LeadRow[] | number>({
  title: 'Search for leads',
  help: 'Contains-search over e-mail, name and company, by the share of leads that the term matches; first page, and totals.',
  unit: 'queries',
  writes: false,
  tables: ['workspaces', 'users', 'workspace_members', 'leads'],
  variants: () => VARIANTS,
  input: async (parameters, { fixtures }) => ({
    ...parameters,
    workspaceId: mainWorkspace(fixtures).workspaceId,
  }),

  async run({ app, db, input: { workspaceId, term, total } }) {
    const result =
      total === undefined
        ? await app.searchLeads(db, { workspaceId, term, limit: PAGE_ROWS, page: 1, after: null })
        : await app.countSearch(db, { workspaceId, term }, total);
    return { result, done: 1, total: 1 };
  },

  answer: async ({ outcome: { result } }) =>
    typeof result === 'number' ? countAnswer(result) : pageAnswer(result),
  pages: ({ outcome: { result }, owner }) => leadPages(owner, result),
  oracle: (input, _done, fixtures) => expected(input, fixtures),
});

const PAGES: readonly Variant<Parameters>[] = [
  ...Object.entries(EMAIL_TERMS).map(([share, term]) => ({
    name: `term=${share}`,
    parameters: { term },
    main: share === '2%',
  })),
  { name: 'name', parameters: { term: PLANTED.lastName.word.toLowerCase() } },
  { name: 'company', parameters: { term: PLANTED.company.word.toUpperCase() } },
  { name: 'letters=1', parameters: { term: 'x' } },
  { name: 'letters=2', parameters: { term: 'qu' } },
];

const TOTALS: readonly Variant<Parameters>[] = (['45%', '2%', '0.01%'] as const).flatMap((share) =>
  (['exact', 'capped'] as const).map((total) => ({
    name: `total=${total} term=${share}`,
    parameters: { term: EMAIL_TERMS[share], total },
  })),
);

const VARIANTS = [...PAGES, ...TOTALS];

function expected({ term, total }: Input, fixtures: Fixtures): Answer {
  const leads = newestFirst(fixtures).filter((lead) => hasTerm(lead, term));
  if (total === undefined) return pageAnswer(leads.slice(0, PAGE_ROWS));
  return countAnswer(total === 'capped' ? Math.min(CAP, leads.length) : leads.length);
}
