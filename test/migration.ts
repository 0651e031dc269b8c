import path from 'node:path';
import { readSqlFile, runSqlFile, type SqlFile } from '../bench/postgres/sql-file.ts';
import type { Database } from '../db/application.ts';
import { createCampaign, createLeads, createTenant, type Tenant } from '../db/testing/tenant.ts';
import { type StateUnderTest, withState } from './database.ts';

type Session = StateUnderTest['owner'];

/** Sends of `leadIds[0]`, which no test may delete. */
export const KEPT_SENDS = 8_000;
/** Of each other lead. */
export const OTHER_ROWS = 20;

const FILL = `
  INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email, created_at)
  SELECT $1, $2, $3, 'ann@example.com', timestamptz '2024-01-01Z' + n * interval '2 hours'
  FROM generate_series(1, $4) AS n`;

const FILL_OTHERS = `
  INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email, created_at)
  SELECT $1, $2, lead_id, 'x@example.com', timestamptz '2024-01-01Z' + n * interval '30 days'
  FROM generate_series(1, $4::int) AS n, unnest($3::uuid[]) AS lead_id`;

const FILL_ACTIVITIES = `
  INSERT INTO lead_activities (workspace_id, lead_id, activity_type, created_at)
  SELECT $1, lead_id, 'open', timestamptz '2024-01-01Z' + n * interval '5 days'
  FROM generate_series(1, $3::int) AS n, unnest($2::uuid[]) AS lead_id`;

/** What a test of the migration starts from. */
export interface Rows {
  readonly tenant: Tenant;
  readonly campaignId: string;
  readonly leadIds: readonly string[];
}

/** The state before the migration, with sends and activities of two years. */
export function withRows(check: (state: StateUnderTest, rows: Rows) => Promise<void>): Promise<void> {
  return withState('indexes', async (state) => {
    const tenant = await createTenant(state.owner, 'tenant');
    const campaignId = await createCampaign(state.owner, tenant);
    const names = Array.from({ length: 101 }, (_, n) => `lead${n}`);
    const leadIds = await createLeads(state.owner, tenant, names);
    const { workspaceId } = tenant;
    await state.owner.query(FILL, [workspaceId, campaignId, leadIds[0], KEPT_SENDS]);
    await state.owner.query(FILL_OTHERS, [workspaceId, campaignId, leadIds.slice(1), OTHER_ROWS]);
    await state.owner.query(FILL_ACTIVITIES, [workspaceId, leadIds, OTHER_ROWS * 2]);
    await check(state, { tenant, campaignId, leadIds });
  });
}

/** The file that migrates. */
export function migrationFile(): Promise<SqlFile> {
  return readSqlFile(path.resolve(import.meta.dirname, '..'), 'db/phases/02-partitioning/up.sql');
}

/** Place of the first statement that starts so. */
export function placeOf(file: SqlFile, start: string): number {
  const place = file.statements.findIndex(({ text }) => text.startsWith(start));
  if (place < 0) throw new Error(`${file.name} has no statement that starts with ${start}`);
  return place;
}

/** Runs some of the file's statements. */
export async function runPart(session: Session, file: SqlFile, from: number, to?: number): Promise<void> {
  await runSqlFile(session, { ...file, statements: file.statements.slice(from, to) });
}

/** Both tables by their old names: how many rows they hold, how many ids, and a digest of everything. */
export async function contents(db: Database): Promise<unknown> {
  const of = (table: string) => `
    SELECT count(*)::int AS n, count(DISTINCT id)::int AS ids, md5(string_agg(t::text, ';' ORDER BY t::text)) AS digest
    FROM ${table} AS t`;
  const { rows } = await db.query(`${of('email_sends')} UNION ALL ${of('lead_activities')}`);
  return rows;
}

export async function backendOf(db: Database): Promise<number> {
  const { rows } = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

/** Resolves when the backend waits for a lock on one of the tables. */
export function waitsFor(db: Database, pid: number, ...tables: readonly string[]): Promise<void> {
  const sql = 'SELECT FROM pg_locks WHERE pid = $1 AND NOT granted AND relation = ANY ($2::regclass[])';
  return until(async () => (await db.query(sql, [pid, tables])).rowCount > 0);
}

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error('did not come to pass within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
