import type { Database } from '../../application.ts';

const FIND = 'SELECT id FROM workspaces WHERE id = $1';

/** The id of the workspace if the session may see it; null where it may not, or there is none. */
export async function findWorkspace(db: Database, workspaceId: string): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(FIND, [workspaceId]);
  return rows[0]?.id ?? null;
}
