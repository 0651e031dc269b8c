import type { Database, ScheduleResult } from '../../application.ts';

const SCHEDULE = 'SELECT total_scheduled AS scheduled FROM bulk_schedule_email_sends($1, $2, $3::uuid[])';

/** All recipients in one statement: all of it or nothing, so no budget can end it early. */
export async function scheduleSends(
  db: Database,
  workspaceId: string,
  campaignId: string,
  leadIds: readonly string[],
): Promise<ScheduleResult> {
  // The driver quotes an array element by element; ids need no quotes, and a million of them take a second.
  const array = `{${leadIds.join(',')}}`;
  const { rows } = await db.query<{ scheduled: number }>(SCHEDULE, [campaignId, workspaceId, array]);
  return { scheduled: rows[0]?.scheduled ?? 0, done: leadIds.length };
}
