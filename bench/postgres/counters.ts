import type { Database } from '../core/database.ts';
import type { Counters } from '../core/run-file.ts';
import type { Session } from './session.ts';

/** What statements of one database did since the counters were set back. */
export type StatementCounters = Omit<Counters, 'done' | 'total' | 'io' | 'tables'>;

/** True where pg_stat_statements counts; `admin` must be the server's owner. */
export async function hasStatementCounters(admin: Session): Promise<boolean> {
  const { rows } = await admin.query<{ loaded: boolean }>(
    `SELECT current_setting('shared_preload_libraries') ~ 'pg_stat_statements' AS loaded`,
  );
  if (!rows[0]?.loaded) return false;
  await admin.script('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
  return true;
}

/** Sets the counters of a database back. */
export async function resetStatementCounters(admin: Session, database: string): Promise<void> {
  await admin.query(
    'SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = $1), 0)',
    [database],
  );
}

/** Sums the database's statements as the client sent them; what functions did inside is part of theirs. */
export async function statementCounters(admin: Session, database: string): Promise<StatementCounters> {
  const { rows } = await admin.query<StatementCounters>(SUM, [database]);
  const [counters] = rows;
  if (!counters) throw new Error('an aggregate has one row');
  return counters;
}

const SUM = `
  SELECT coalesce(sum(calls), 0)::bigint AS statements,
         coalesce(sum(rows), 0)::bigint AS rows,
         coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint AS "sharedBlocks",
         coalesce(sum(local_blks_hit + local_blks_read), 0)::bigint AS "localBlocks",
         coalesce(sum(temp_blks_read + temp_blks_written), 0)::bigint AS "tempBlocks",
         coalesce(sum(shared_blks_dirtied), 0)::bigint AS "dirtiedBlocks",
         coalesce(sum(wal_records), 0)::bigint AS "walRecords",
         coalesce(sum(wal_fpi), 0)::bigint AS "walPageImages",
         coalesce(sum(wal_bytes), 0)::bigint AS "walBytes"
  FROM pg_stat_statements(false) -- without the texts, which are in a file
  WHERE toplevel AND dbid = (SELECT oid FROM pg_database WHERE datname = $1)`;

/** Has a session hand over what it counted of itself, which it otherwise does once a second. */
export async function flushCounters(db: Database): Promise<void> {
  await db.query('SELECT pg_stat_force_next_flush()');
}

/** What the statistics say of all tables and indexes of a database; the difference of two counts. */
export type TableCounters = NonNullable<Counters['tables']>;

/** Reads them as the owner, when the sessions that wrote are closed: their counts arrive at the end. */
export async function tableCounters(owner: Session): Promise<TableCounters> {
  const { rows } = await owner.query<Omit<TableCounters, 'ginPendingPages'>>(TABLES);
  const [counters] = rows;
  if (!counters) throw new Error('an aggregate has one row');
  return { ...counters, ginPendingPages: await ginPendingPages(owner) };
}

const TABLES = `
  SELECT coalesce(sum(n_tup_ins), 0)::bigint AS inserted,
         coalesce(sum(n_tup_upd), 0)::bigint AS updated,
         coalesce(sum(n_tup_hot_upd), 0)::bigint AS "hotUpdated",
         coalesce(sum(n_tup_del), 0)::bigint AS deleted,
         coalesce(sum(n_dead_tup), 0)::bigint AS "deadRows",
         coalesce(sum(pg_table_size(relid)), 0)::bigint AS "heapBytes",
         coalesce(sum(pg_indexes_size(relid)), 0)::bigint AS "indexBytes"
  FROM pg_stat_user_tables`;

async function ginPendingPages(owner: Session): Promise<number | null> {
  const { rows } = await owner.query<{ there: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pgstattuple') AS there`,
  );
  if (!rows[0]?.there) return null;
  await owner.script('CREATE EXTENSION IF NOT EXISTS pgstattuple SCHEMA pg_catalog');
  const { rows: sums } = await owner.query<{ pages: number }>(`
    SELECT coalesce(sum((pgstatginindex(index.oid)).pending_pages), 0)::bigint AS pages
    FROM pg_class AS index JOIN pg_am AS method ON method.oid = index.relam
    WHERE index.relkind = 'i' AND method.amname = 'gin'`);
  return sums[0]?.pages ?? 0;
}

/**
 * An operation is a block until PostgreSQL 18, in which it may be many and their bytes are counted: seen as a document, since
 * neither version has the columns of the other.
 */
const IO = `
  WITH io AS (
    SELECT to_jsonb(pg_stat_io) AS of, current_setting('block_size')::numeric AS block
    FROM pg_stat_io WHERE backend_type = 'client backend' AND object <> 'wal'
  )
  SELECT ${['read', 'write', 'extend']
    .map(
      (verb) =>
        `coalesce(sum(coalesce((of->>'${verb}_bytes')::numeric / block, (of->>'${verb}s')::numeric)), 0)::bigint AS ${verb}s`,
    )
    .join(', ')}
  FROM io`;

/** Blocks that all client connections read, wrote and added so far; null before PostgreSQL 16. */
export async function ioCounters(admin: Session): Promise<Counters['io']> {
  const { rows } = await admin.query<{ there: boolean }>(
    `SELECT to_regclass('pg_catalog.pg_stat_io') IS NOT NULL AS there`,
  );
  if (!rows[0]?.there) return null;
  const sums = await admin.query<NonNullable<Counters['io']>>(IO);
  return sums.rows[0] ?? null;
}
