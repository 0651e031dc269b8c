import { type Answer, defineScenario, type Fixtures } from 'mailgenius-bench';
import { canonicalLine, unorderedAnswer, unorderedDigest, unorderedSql } from 'mailgenius-bench/digest';
import type { Application, ScheduleResult } from '../db/application.ts';
import { draftCampaign, scheduledCampaign } from '../fixtures/model/campaign-plan.ts';
import { emailAt, isActive, leadId } from '../fixtures/model/lead.ts';
import { mainContacts, mainWorkspace, tenantsOf } from '../fixtures/model/tenants.ts';
import { type SendsTable, sendsTable } from './model/sends-table.ts';

type Parameters = 'first' | 'again';

interface Input {
  readonly kind: Parameters;
  readonly workspaceId: string;
  readonly campaignId: string;
  readonly leadIds: readonly string[];
  /** Contact rows of `leadIds`. */
  readonly rows: readonly number[];
}

const MOST = 1_000_000;
/** One recipient in so many has left since the list was made, and must be skipped. */
const LEFT_EVERY = 100;

export default defineScenario<Application, Parameters, Input, ScheduleResult>({
  title: 'Scheduling of a campaign',
  help: '1,000,000 recipients (half of small data) of one draft campaign, 1 % no longer active; and a scheduled one once more.',
  claim: 'schedule-1m',
  unit: 'recipients',
  writes: true,
  tables: ['workspaces', 'users', 'workspace_members', 'leads', 'campaigns', 'email_sends'],
  variants: () => [
    { name: 'first', parameters: 'first', main: true },
    { name: 'again', parameters: 'again' },
  ],

  async input(kind, { fixtures }) {
    const again = scheduledCampaign(fixtures);
    const rows = kind === 'again' ? again.leadRows : recipients(fixtures);
    const campaignId = kind === 'again' ? again.campaignId : draftCampaign(fixtures).campaignId;
    const leadIds = rows.map((row) => leadId(fixtures, row));
    return { kind, workspaceId: mainWorkspace(fixtures).workspaceId, campaignId, leadIds, rows };
  },

  async run({ app, db, input: { workspaceId, campaignId, leadIds }, budget }) {
    const result = await app.scheduleSends(db, workspaceId, campaignId, leadIds, budget);
    return { result, done: result.done, total: leadIds.length };
  },

  async answer({ input: { campaignId, leadIds }, outcome: { result, done, total }, owner }) {
    const found = await owner.query<Sends>(sendsSql(await sendsTable(owner)), [
      campaignId,
      leadIds.slice(0, done),
    ]);
    const { rows: count = 0, sum = null } = found.rows[0] ?? {};
    const sends = unorderedAnswer(count, sum);
    if (done < total) return sends;
    const { rows } = await owner.query<{ recipients: number }>(RECIPIENTS, [campaignId]);
    return withFigures(sends, result.scheduled, rows[0]?.recipients ?? 0);
  },

  oracle: expected,
  floorTitle: 'one INSERT … SELECT of the same sends',

  async floor(db, { workspaceId, campaignId, leadIds }) {
    await db.query(floorSql(await sendsTable(db)), [workspaceId, campaignId, leadIds]);
  },
});

type Sends = { readonly rows: number; readonly sum: string | null };

const RECIPIENTS = 'SELECT total_recipients AS recipients FROM campaigns WHERE id = $1';

function sendsSql(table: SendsTable): string {
  return `
    SELECT ${unorderedSql(`concat_ws(E'\\x1f', send.lead_id::text, send.email::text, send.status)`)}
    FROM unnest($2::uuid[]) AS wanted (id)
    JOIN ${table} AS send ON send.campaign_id = $1 AND send.lead_id = wanted.id`;
}

function floorSql(table: SendsTable): string {
  return `
    INSERT INTO ${table} (workspace_id, campaign_id, lead_id, email)
    SELECT lead.workspace_id, $2, lead.id, lead.email
    FROM unnest($3::uuid[]) AS wanted (id)
    JOIN leads AS lead ON lead.id = wanted.id AND lead.workspace_id = $1 AND lead.status = 'active'`;
}

/** Contacts of the large workspace, newest first: active ones, and now and then one who left. */
function recipients(fixtures: Fixtures): number[] {
  const size = Math.max(1, Math.min(MOST, Math.floor(fixtures.contacts / 2)));
  const tenants = tenantsOf(fixtures);
  const chosen: number[] = [];
  let left = 0;
  for (let n = mainContacts(fixtures) - 1; n >= 0 && chosen.length < size; n -= 1) {
    const row = tenants.rowOf(0, n);
    const isLeft = !isActive(fixtures, row);
    if (isLeft && left * LEFT_EVERY > chosen.length) continue;
    if (isLeft) left += 1;
    chosen.push(row);
  }
  return chosen;
}

function expected({ kind, rows, leadIds }: Input, done: number, fixtures: Fixtures): Answer {
  const isAgain = kind === 'again';
  const sent = rows.slice(0, done).filter((row) => isAgain || isActive(fixtures, row));
  const lines = sent.map((row) => canonicalLine([leadId(fixtures, row), emailAt(fixtures, row), 'pending']));
  const sends = unorderedDigest(lines);
  if (done < leadIds.length) return sends;
  return withFigures(sends, isAgain ? 0 : sent.length, sent.length);
}

function withFigures(sends: Answer, scheduled: number, recipientsTotal: number): Answer {
  return { digest: `${sends.digest} scheduled=${scheduled} recipients=${recipientsTotal}`, rows: sends.rows };
}
