import type { Budget, Database, ScheduleResult } from '../../application.ts';
import { Refusal } from '../00-base/refusal.ts';
import { assertSchedulable, insertEach } from '../00-base/schedule-sends.ts';

/** One statement decides and claims: of two sessions, the second waits and then reads what the first fixed. */
const FIX_MOMENT = `
  UPDATE campaigns SET sends_created_at = coalesce(sends_created_at, now())
  WHERE id = $1 AND workspace_id = $2 AND status IN ('draft', 'scheduled')
  RETURNING sends_created_at`;

/**
 * Sends from before the partitioning have other times: the unique key does not see them. A campaign beyond the horizon
 * of retention takes no new ones.
 */
const LOOK = `
  SELECT EXISTS (SELECT FROM email_sends_partitioned WHERE campaign_id = $1 AND created_at <> $2) AS older,
         coalesce($2 < (SELECT moment FROM schedule_horizon), false) AS closed`;

/** Two sessions with the same recipients in another order would otherwise wait for each other's keys for ever. */
const LOCK_CAMPAIGN = 'SELECT FROM campaigns WHERE id = $1 FOR NO KEY UPDATE';

const INSERT_SEND = `
  INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
  SELECT lead.workspace_id, $2, lead.id, lead.email, $4
  FROM leads AS lead
  WHERE lead.workspace_id = $1 AND lead.id = $3 AND lead.status = 'active'
    AND NOT ($5 AND EXISTS (SELECT FROM email_sends_partitioned AS send
                            WHERE send.campaign_id = $2 AND send.lead_id = lead.id))
  ON CONFLICT (campaign_id, lead_id, created_at) DO NOTHING`;

const DENIED = '42501';

/**
 * One insert per recipient, all with the campaign's one `created_at`, on which the unique key rests. Errors: P0002 and 55000
 * as those of `bulk_schedule_email_sends`. Where the horizon of retention passes the campaign's moment during the call,
 * the policy of the table refuses the rest with 42501, and what was committed before stays, uncounted.
 */
export async function scheduleSends(
  db: Database,
  workspaceId: string,
  campaignId: string,
  leadIds: readonly string[],
  budget: Budget,
): Promise<ScheduleResult> {
  const createdAt = await fixMoment(db, workspaceId, campaignId);
  const { rows } = await db.query<{ older: boolean; closed: boolean }>(LOOK, [campaignId, createdAt]);
  const { older = false, closed = false } = rows[0] ?? {};
  return insertEach(
    db,
    { workspaceId, campaignId, leadIds, budget },
    {
      begin: () => db.query(LOCK_CAMPAIGN, [campaignId]),
      insert: (leadId) => {
        // The policy of the table looks at every row that is tried, also where its lead has a send already.
        const values = [workspaceId, campaignId, leadId, createdAt, older || closed];
        const inserted = db.prepared('schedule_send_partitioned', INSERT_SEND, values);
        return closed ? sayWhy(inserted, campaignId, createdAt) : inserted;
      },
    },
  );
}

/** The policy refuses a new send beyond the horizon without saying why. */
async function sayWhy<T>(inserted: Promise<T>, campaignId: string, createdAt: Date): Promise<T> {
  try {
    return await inserted;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === DENIED)) throw error;
    const day = createdAt.toISOString().slice(0, 10);
    const message = `campaign ${campaignId} was first scheduled on ${day}, and sends of that day are not kept, or not for long: make a new campaign`;
    throw new Refusal('55000', message);
  }
}

async function fixMoment(db: Database, workspaceId: string, campaignId: string): Promise<Date> {
  const { rows } = await db.query<{ sends_created_at: Date }>(FIX_MOMENT, [campaignId, workspaceId]);
  const moment = rows[0]?.sends_created_at;
  if (moment !== undefined) return moment;
  const found = await db.query<{ status: string }>(
    'SELECT status FROM campaigns WHERE id = $1 AND workspace_id = $2',
    [campaignId, workspaceId],
  );
  assertSchedulable(campaignId, found.rows[0]?.status);
  throw new Error(`campaign ${campaignId} changed its status while it was being scheduled`);
}
