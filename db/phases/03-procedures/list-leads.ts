import type { Database, LeadFilter, LeadPage, LeadRow, Total } from '../../application.ts';
import { LEAD_COLUMNS } from '../00-base/list-leads.ts';

const PAGE = `
  SELECT ${LEAD_COLUMNS}
  FROM search_leads_optimized(p_workspace_id => $1, p_status => $2, p_source => $3, p_term => $4,
                              p_after_created_at => $5, p_after_id => $6, p_limit => $7)`;

const COUNT = `
  SELECT count_leads_optimized(p_workspace_id => $1, p_status => $2, p_source => $3, p_term => $4,
                               p_total => $5)::int AS total`;

const FIND = `SELECT ${LEAD_COLUMNS} FROM find_lead_by_email($1, $2)`;

/** The page after the cursor; the page number is not looked at. */
export async function listLeads(db: Database, page: LeadPage): Promise<readonly LeadRow[]> {
  const { after, limit } = page;
  const values = [...filterValues(page), after?.createdAt ?? null, after?.id ?? null, limit];
  return (await db.query<LeadRow>(PAGE, values)).rows;
}

export async function countLeads(db: Database, filter: LeadFilter, total: Total): Promise<number> {
  const { rows } = await db.query<{ total: number }>(COUNT, [...filterValues(filter), total]);
  return rows[0]?.total ?? 0;
}

/** The lead with this e-mail, whatever its case; null when the workspace has none. Prepared: it is the hottest of all. */
export async function findLead(db: Database, workspaceId: string, email: string): Promise<LeadRow | null> {
  const { rows } = await db.prepared<LeadRow>('find_lead', FIND, [workspaceId, email]);
  return rows[0] ?? null;
}

function filterValues({ workspaceId, status, source, term }: LeadFilter): readonly unknown[] {
  return [workspaceId, status ?? null, source ?? null, term ?? null];
}
