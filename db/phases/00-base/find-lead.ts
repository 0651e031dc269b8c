import type { Database, LeadRow } from '../../application.ts';
import { LEAD_COLUMNS } from './list-leads.ts';

const FIND = `SELECT ${LEAD_COLUMNS} FROM leads WHERE workspace_id = $1 AND email = $2`;

/** The lead with this e-mail, whatever its case; null when the workspace has none. */
export async function findLead(db: Database, workspaceId: string, email: string): Promise<LeadRow | null> {
  const { rows } = await db.query<LeadRow>(FIND, [workspaceId, email]);
  return rows[0] ?? null;
}
