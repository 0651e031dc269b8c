import type { Budget, Database, ScheduleResult } from '../../application.ts';
import { Refusal } from './refusal.ts';

const COMMIT_EVERY = 1_000;

const INSERT_SEND = `
  INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email)
  SELECT lead.workspace_id, $2, lead.id, lead.email
  FROM leads AS lead
  WHERE lead.workspace_id = $1 AND lead.id = $3 AND lead.status = 'active'
    AND NOT EXISTS (SELECT FROM email_sends AS send WHERE send.campaign_id = $2 AND send.lead_id = lead.id)`;

const ADD_RECIPIENTS = `
  UPDATE campaigns SET total_recipients = total_recipients + $3 WHERE id = $1 AND workspace_id = $2`;

/** One insert per recipient, as the application did it; commits every 1,000 recipients. */
export async function scheduleSends(
  db: Database,
  workspaceId: string,
  campaignId: string,
  leadIds: readonly string[],
  budget: Budget,
): Promise<ScheduleResult> {
  const { rows } = await db.query<{ status: string }>(
    'SELECT status FROM campaigns WHERE id = $1 AND workspace_id = $2',
    [campaignId, workspaceId],
  );
  assertSchedulable(campaignId, rows[0]?.status);
  return insertEach(
    db,
    { workspaceId, campaignId, leadIds, budget },
    {
      insert: (leadId) => db.prepared('schedule_send', INSERT_SEND, [workspaceId, campaignId, leadId]),
    },
  );
}

/** Refuses a campaign the workspace has not, or one that is past being scheduled. */
export function assertSchedulable(campaignId: string, status: string | undefined): void {
  if (status === undefined) throw new Refusal('P0002', `campaign ${campaignId} is not in this workspace`);
  if (status !== 'draft' && status !== 'scheduled') {
    throw new Refusal(
      '55000',
      `campaign ${campaignId} is ${status}: only a draft or scheduled one takes recipients`,
    );
  }
}

/** What `insertEach` is to do for whom. */
export interface Recipients {
  readonly workspaceId: string;
  readonly campaignId: string;
  readonly leadIds: readonly string[];
  readonly budget: Budget;
}

/** The statements of one way to schedule. */
export interface Steps {
  /** At the start of each transaction. */
  begin?(): Promise<unknown>;
  /** Adds the send of one recipient, unless there is one. */
  insert(leadId: string): Promise<{ readonly rowCount: number }>;
}

/** Inserts for each recipient until the budget is spent, then adds what was inserted to the campaign. */
export async function insertEach(
  db: Database,
  recipients: Recipients,
  steps: Steps,
): Promise<ScheduleResult> {
  const { workspaceId, campaignId, leadIds, budget } = recipients;
  let scheduled = 0;
  let done = 0;
  while (done < leadIds.length && !budget.spent()) {
    await db.transaction(async () => {
      await steps.begin?.();
      for (const leadId of leadIds.slice(done, done + COMMIT_EVERY)) {
        if (budget.spent()) return;
        scheduled += (await steps.insert(leadId)).rowCount;
        done += 1;
      }
    });
  }
  await db.query(ADD_RECIPIENTS, [campaignId, workspaceId, scheduled]);
  return { scheduled, done };
}
