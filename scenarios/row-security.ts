import { defineScenario, type Variant } from 'mailgenius-bench';
import type { Application, Database, LeadRow } from '../db/application.ts';
import base from '../db/phases/00-base/app.ts';
import indexed from '../db/phases/01-indexes/app.ts';
import { leadAt } from '../fixtures/model/lead.ts';
import { EMAIL_TERMS } from '../fixtures/model/lead-shapes.ts';
import { mainContacts, mainWorkspace, tenantsOf } from '../fixtures/model/tenants.ts';
import { hasTerm, newestFirst, pageAnswer } from './model/lead-answers.ts';
import { matches } from './model/segment-oracle.ts';

const ROWS = 50;
const SEGMENT = { field: 'tags', operator: 'contains', value: ['vip', 'customer'] };
const TERM = EMAIL_TERMS['0.01%'];

type Read = 'look-up' | 'search' | 'tags';
/** The same statement as the owner and as the application, and what the application does in this state. */
type Path = 'statement' | 'application';

interface Parameters {
  readonly read: Read;
  readonly path: Path;
}

interface Input extends Parameters {
  readonly workspaceId: string;
  readonly email: string;
}

export default defineScenario<Application, Parameters, Input, readonly LeadRow[]>({
  title: 'Reads and row level security',
  help: 'The same statement as the owner, whom no policy binds, and as the application; and the way the application reads in this state.',
  claim: 'rls',
  unit: 'queries',
  writes: false,
  tables: ['workspaces', 'users', 'workspace_members', 'leads'],
  variants: () => VARIANTS,

  input: async (parameters, { fixtures }) => ({
    ...parameters,
    workspaceId: mainWorkspace(fixtures).workspaceId,
    email: leadAt(fixtures, tenantsOf(fixtures).rowOf(0, Math.floor(mainContacts(fixtures) / 2))).email,
  }),

  async run({ app, db, input }) {
    const application = input.path === 'statement' ? { ...base, ...indexed } : app;
    return { result: await READS[input.read](application, db, input), done: 1, total: 1 };
  },

  answer: async ({ outcome: { result } }) => pageAnswer(result),

  oracle({ read, email }, _done, fixtures) {
    const leads = newestFirst(fixtures);
    if (read === 'look-up') return pageAnswer(leads.filter((lead) => lead.email === email));
    if (read === 'tags') return pageAnswer(leads.filter((lead) => matches(SEGMENT, lead)).slice(0, ROWS));
    return pageAnswer(leads.filter((lead) => hasTerm(lead, TERM)).slice(0, ROWS));
  },
});

const READS: Readonly<
  Record<Read, (app: Application, db: Database, input: Input) => Promise<readonly LeadRow[]>>
> = {
  'look-up': async (app, db, { workspaceId, email }) => {
    const found = await app.findLead(db, workspaceId, email);
    return found === null ? [] : [found];
  },
  search: (app, db, { workspaceId }) =>
    app.searchLeads(db, { workspaceId, term: TERM, limit: ROWS, page: 1, after: null }),
  tags: (app, db, { workspaceId }) => app.segmentLeads(db, workspaceId, SEGMENT, ROWS, 0),
};

const VARIANTS: readonly Variant<Parameters>[] = (['look-up', 'search', 'tags'] as const).flatMap(
  (read): Variant<Parameters>[] => [
    { name: `${read}, statement as owner`, parameters: { read, path: 'statement' }, role: 'owner' },
    { name: `${read}, statement as application`, parameters: { read, path: 'statement' } },
    {
      name: `${read}, as the state does`,
      parameters: { read, path: 'application' },
      main: read === 'look-up',
    },
  ],
);
