import type { Database } from '../application.ts';

/** A workspace with one active member, for tests. */
export interface Tenant {
  readonly workspaceId: string;
  readonly userId: string;
}

const CREATE = `
  WITH workspace AS (
    INSERT INTO workspaces (name, slug) VALUES ($1, $1) RETURNING id
  ), member AS (
    INSERT INTO users (email) VALUES ($1 || '@example.com') RETURNING id
  )
  INSERT INTO workspace_members (workspace_id, user_id)
  SELECT workspace.id, member.id FROM workspace, member
  RETURNING workspace_id AS "workspaceId", user_id AS "userId"`;

/** Makes a tenant; the owner's session, as an application may not. */
export async function createTenant(owner: Database, name: string): Promise<Tenant> {
  return only((await owner.query<Tenant>(CREATE, [name])).rows);
}

/** Makes leads `<name>@example.com`, `<name>` being each of `names`; returns their ids in that order. */
export async function createLeads(
  owner: Database,
  tenant: Tenant,
  names: readonly string[],
): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `INSERT INTO leads (workspace_id, email)
     SELECT $1, name || '@example.com' FROM unnest($2::text[]) WITH ORDINALITY AS given (name, place) ORDER BY place
     RETURNING id`,
    [tenant.workspaceId, names],
  );
  return rows.map(({ id }) => id);
}

export async function createCampaign(owner: Database, tenant: Tenant, status = 'draft'): Promise<string> {
  const sql = 'INSERT INTO campaigns (workspace_id, name, status) VALUES ($1, $2, $2) RETURNING id';
  return only((await owner.query<{ id: string }>(sql, [tenant.workspaceId, status])).rows).id;
}

/** The one element of a list that must have exactly one. */
export function only<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined || list.length !== 1) throw new Error(`expected one row, got ${list.length}`);
  return first;
}

/** Makes a pending send of the campaign for each lead, with provider ids `<prefix>0`, `<prefix>1` …; returns the sends' ids. */
export async function createSends(
  owner: Database,
  tenant: Tenant,
  campaignId: string,
  leadIds: readonly string[],
  { prefix = 'm', createdAt = new Date() }: { prefix?: string; createdAt?: Date } = {},
): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, provider_message_id, created_at)
     SELECT $1, $2, lead.id, lead.email, $4::text || place - 1, $5
     FROM unnest($3::uuid[]) WITH ORDINALITY AS given (id, place) JOIN leads AS lead USING (id) ORDER BY place
     RETURNING id`,
    [tenant.workspaceId, campaignId, leadIds, prefix, createdAt],
  );
  return rows.map(({ id }) => id);
}
