import { flushCounters } from './counters.ts';
import type { Session } from './session.ts';

/** For each table and materialized view, by its name as SQL wants it, a fingerprint of what VACUUM and ANALYZE depend on. */
export type TableVersions = ReadonlyMap<string, string>;

/**
 * Reads the versions: columns with their statistics targets, indexes, extended statistics, files, and the rows written
 * since the database has its counters. That of a partitioned table is made of its partitions'.
 */
export async function tableVersions(session: Session): Promise<TableVersions> {
  await flushCounters(session);
  const { rows } = await session.query<{ name: string; version: string }>(VERSIONS);
  return new Map(rows.map(({ name, version }) => [name, version]));
}

/** Names of the tables that are new or another since. */
export function changedTables(before: TableVersions, after: TableVersions): readonly string[] {
  return [...after].flatMap(([name, version]) => (before.get(name) === version ? [] : [name]));
}

const VERSIONS = `
  WITH own AS (
    SELECT relation.oid, concat_ws(' ', relation.relkind, relation.relfilenode,
      pg_stat_get_tuples_inserted(relation.oid), pg_stat_get_tuples_updated(relation.oid),
      pg_stat_get_tuples_deleted(relation.oid),
      (SELECT string_agg(concat_ws(',', attnum, atttypid, attcollation, attstattarget, attoptions), ' ' ORDER BY attnum)
       FROM pg_attribute WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped),
      (SELECT string_agg(concat_ws(',', indexrelid, index.relfilenode, attnum, attstattarget), ' '
                         ORDER BY indexrelid, attnum)
       FROM pg_index
       JOIN pg_class AS index ON index.oid = indexrelid
       JOIN pg_attribute ON attrelid = indexrelid
       WHERE indrelid = relation.oid),
      (SELECT string_agg(concat_ws(',', oid, stxstattarget), ' ' ORDER BY oid)
       FROM pg_statistic_ext WHERE stxrelid = relation.oid)) AS version
    FROM pg_class AS relation
    WHERE relation.relkind IN ('r', 'm', 'p')
      AND relation.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  )
  SELECT own.oid::regclass::text AS name,
         md5(concat_ws(' ', own.version, (
           SELECT string_agg(part.version, ' ' ORDER BY part.oid)
           FROM pg_partition_tree(own.oid) AS tree JOIN own AS part ON part.oid = tree.relid))) AS version
  FROM own
  ORDER BY own.oid`;

/** The catalogs of one database: what every statement that defines something writes to. */
export async function catalogTables(session: Session): Promise<readonly string[]> {
  const { rows } = await session.query<{ name: string }>(`
    SELECT oid::regclass::text AS name FROM pg_class
    WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r' AND NOT relisshared
    ORDER BY oid`);
  return rows.map(({ name }) => name);
}
