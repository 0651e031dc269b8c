import type { Budget, Database, ScheduleResult } from '../../application.ts';
import { Refusal } from './refusal.ts';

const COMMIT_EVERY = 1_000;

const INSERT_SEND = `
  INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email)
  SELECT lead.workspace_id, $2, lead.id, lead.email
  FROM leads AS lead
  WHERE lead.workspace_id = $1 AND lead.id = $3 AND lead.status = 'active'
    AND NOT EXISTS (SELECT FROM email_sends AS send WHERE send.campaign_id = $2 AND send.lead_id = lead.id)`;

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
  return insertEach(db, workspaceId, campaignId, leadIds, budget, async (leadId) => {
    const sent = await db.prepared('schedule_send', INSERT_SEND, [workspaceId, campaignId, leadId]);
    return sent.rowCount;
  });
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

/** Calls `insertSend` for each recipient until the budget is spent, then adds what it inserted to the campaign. */
export async function insertEach(
  db: Database,
  workspaceId: string,
  campaignId: string,
  leadIds: readonly string[],
  budget: Budget,
  insertSend: (leadId: string) => Promise<number>,
): Promise<ScheduleResult> {
  let scheduled = 0;
  let done = 0;
  while (done < leadIds.length && !budget.spent()) {
    await db.transaction(async () => {
      for (const leadId of leadIds.slice(done, done + COMMIT_EVERY)) {
        if (budget.spent()) return;
        scheduled += await insertSend(leadId);
        done += 1;
      }
    });
  }
  await db.query(
    'UPDATE campaigns SET total_recipients = total_recipients + $3 WHERE id = $1 AND workspace_id = $2',
    [campaignId, workspaceId, scheduled],
  );
  return { scheduled, done };
}
