import type { Database, LeadRow, Segment } from '../../application.ts';

const PAGE = `
  SELECT lead_id AS id, email::text, name, company, status, source, tags, created_at
  FROM get_segmented_leads($1, $2::jsonb, $3, $4)`;

const COUNT = 'SELECT count_segmented_leads($1, $2::jsonb)::int AS total';

/** Leads of the segment, newest first. */
export async function segmentLeads(
  db: Database,
  workspaceId: string,
  segment: Segment,
  limit: number,
  offset: number,
): Promise<readonly LeadRow[]> {
  const { rows } = await db.query<LeadRow>(PAGE, [workspaceId, JSON.stringify(segment), limit, offset]);
  return rows;
}

export async function countSegment(db: Database, workspaceId: string, segment: Segment): Promise<number> {
  const { rows } = await db.query<{ total: number }>(COUNT, [workspaceId, JSON.stringify(segment)]);
  return rows[0]?.total ?? 0;
}
