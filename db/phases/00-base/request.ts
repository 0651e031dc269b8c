import type { Connections, Database, Tenant } from '../../application.ts';

const CHOOSE_TENANT = `SELECT set_config('app.workspace_id', $1, false), set_config('app.user_id', $2, false)`;

/** Says for whom the session works from now on: row level security shows it that workspace. */
export async function chooseTenant(db: Database, { workspaceId, userId }: Tenant): Promise<void> {
  await db.query(CHOOSE_TENANT, [workspaceId, userId]);
}

/** Works off one request on a connection of its own. */
export async function request<T>(
  connections: Connections,
  tenant: Tenant,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = await connections.open();
  try {
    await chooseTenant(db, tenant);
    return await work(db);
  } finally {
    await db.close();
  }
}
