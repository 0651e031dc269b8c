import { orderedDigest } from '../bench/core/digest.ts';
import { defineScenario, type Fixtures } from '../bench/core/suite.ts';
import type { Application, LeadRow } from '../db/application.ts';
import { leadAt } from '../fixtures/model/lead.ts';
import { mainContacts, mainWorkspace, tenantsOf } from '../fixtures/model/tenants.ts';
import { leadLine } from './model/lead-answers.ts';

const BATCH = 10;
const MISSING = 'nobody.at.all@mailbox.example';

interface Input {
  readonly workspaceId: string;
  readonly emails: readonly string[];
}

export default defineScenario<Application, null, Input, readonly (LeadRow | null)[]>({
  title: 'Look-up of a lead',
  help: `${BATCH} look-ups by exact e-mail, one after the other: some typed in capitals, one of nobody.`,
  unit: 'queries',
  writes: false,
  tables: ['workspaces', 'users', 'workspace_members', 'leads'],
  variants: () => [{ name: 'email', parameters: null, main: true }],
  input: async (_parameters, { fixtures }) => ({
    workspaceId: mainWorkspace(fixtures).workspaceId,
    emails: emailsOf(fixtures),
  }),

  async run({ app, db, input: { workspaceId, emails } }) {
    const result: (LeadRow | null)[] = [];
    for (const email of emails) result.push(await app.findLead(db, workspaceId, email));
    return { result, done: 1, total: 1 };
  },

  answer: async ({ outcome }) => orderedDigest(outcome.result.map(lineOf)),
  oracle: (_input, _done, fixtures) =>
    orderedDigest([...wantedRows(fixtures).map((row) => lineOf(leadAt(fixtures, row))), lineOf(null)]),
});

function lineOf(lead: LeadRow | null): string {
  return lead === null ? 'nobody' : leadLine(lead);
}

/** Leads of the large workspace, evenly from the oldest to the newest. */
function wantedRows(fixtures: Fixtures): number[] {
  const tenants = tenantsOf(fixtures);
  const leads = mainContacts(fixtures);
  return Array.from({ length: BATCH - 1 }, (_, index) =>
    tenants.rowOf(0, Math.floor(((index + 0.5) * leads) / (BATCH - 1))),
  );
}

function emailsOf(fixtures: Fixtures): string[] {
  const emails = wantedRows(fixtures).map((row) => leadAt(fixtures, row).email);
  return [...emails.map((email, index) => (index % 3 === 0 ? email.toUpperCase() : email)), MISSING];
}
