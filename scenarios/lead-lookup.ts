import { defineScenario, type Fixtures } from 'mailgenius-bench';
import { orderedDigest } from 'mailgenius-bench/digest';
import type { Application, LeadRow } from '../db/application.ts';
import { type Lead, leadAt } from '../fixtures/model/lead.ts';
import { mainContacts, mainWorkspace, tenantsOf } from '../fixtures/model/tenants.ts';
import { leadLine, leadPages } from './model/lead-answers.ts';

const NOBODY = 'nobody.at.all@mailbox.example';

/** How the e-mail is typed; null asks for one that nobody has. */
type Typed = 'as stored' | 'in capitals' | null;

interface Input {
  readonly workspaceId: string;
  readonly typed: Typed;
  readonly email: string;
}

export default defineScenario<Application, Typed, Input, LeadRow | null>({
  title: 'Look-up of a lead',
  help: 'One lead by exact e-mail; capitals make no difference.',
  unit: 'queries',
  writes: false,
  tables: ['workspaces', 'users', 'workspace_members', 'leads'],
  variants: () => [
    { name: 'email', parameters: 'as stored', main: true },
    { name: 'capitals', parameters: 'in capitals' },
    { name: 'nobody', parameters: null },
  ],
  input: async (typed, { fixtures }) => ({
    workspaceId: mainWorkspace(fixtures).workspaceId,
    typed,
    email: emailOf(typed, wantedLead(fixtures)),
  }),
  run: async ({ app, db, input: { workspaceId, email } }) => ({
    result: await app.findLead(db, workspaceId, email),
    done: 1,
    total: 1,
  }),
  answer: async ({ outcome }) => orderedDigest([lineOf(outcome.result)]),
  pages: ({ outcome: { result }, owner }) => leadPages(owner, result ? [result] : []),
  oracle: ({ typed }, _done, fixtures) =>
    orderedDigest([lineOf(typed === null ? null : wantedLead(fixtures))]),
});

function lineOf(lead: Parameters<typeof leadLine>[0] | null): string {
  return lead === null ? 'nobody' : leadLine(lead);
}

/** The lead in the middle of the large workspace. */
function wantedLead(fixtures: Fixtures): Lead {
  return leadAt(fixtures, tenantsOf(fixtures).rowOf(0, Math.floor(mainContacts(fixtures) / 2)));
}

function emailOf(typed: Typed, { email }: Lead): string {
  if (typed === null) return NOBODY;
  return typed === 'in capitals' ? email.toUpperCase() : email;
}
