import type { Database, ScheduleResult } from '../../application.ts';

const SCHEDULE = 'SELECT total_scheduled AS scheduled FROM bulk_schedule_email_sends($1, $2, $3::uuid[])';

/** All recipients in one statement: all of it or nothing, so no budget can end it early. */
export async function scheduleSends(
  db: Database,
  workspaceId: string,
  campaignId: string,
  leadIds: readonly string[],
): Promise<ScheduleResult> {
  const { rows } = await db.query<{ scheduled: number }>(SCHEDULE, [campaignId, workspaceId, leadIds]);
  return { scheduled: rows[0]?.scheduled ?? 0, done: leadIds.length };
}
