import type { Database, LeadRow, Segment } from '../../application.ts';
import { LEAD_COLUMNS } from './list-leads.ts';
import { type Operators, segmentSql } from './segment.ts';

/** The two questions about a segment, with the operators' SQL as given. */
export interface SegmentQueries {
  list(
    db: Database,
    workspaceId: string,
    segment: Segment,
    limit: number,
    offset: number,
  ): Promise<readonly LeadRow[]>;
  count(db: Database, workspaceId: string, segment: Segment): Promise<number>;
}

export function segmentQueries(operators: Operators): SegmentQueries {
  return {
    async list(db, workspaceId, segment, limit, offset) {
      const { where, values } = segmentSql(segment, operators, 4);
      const { rows } = await db.query<LeadRow>(
        `SELECT ${LEAD_COLUMNS} FROM leads WHERE workspace_id = $1 AND ${where}
         ORDER BY created_at DESC, id DESC LIMIT $2 OFFSET $3`,
        [workspaceId, limit, offset, ...values],
      );
      return rows;
    },
    async count(db, workspaceId, segment) {
      const { where, values } = segmentSql(segment, operators, 2);
      const { rows } = await db.query<{ total: number }>(
        `SELECT count(*)::int AS total FROM leads WHERE workspace_id = $1 AND ${where}`,
        [workspaceId, ...values],
      );
      return rows[0]?.total ?? 0;
    },
  };
}
