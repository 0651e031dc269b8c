import { identifier, literal, type Session } from './session.ts';

/** A database object that can be left out, and made again. */
export interface LooseObject {
  readonly name: string;
  readonly drop: readonly string[];
  /** Empty for what cannot be made again by itself. */
  readonly create: readonly string[];
}

/**
 * Indexes of these tables, largest first, but for those that a constraint needs: a unique key is no matter of
 * speed. An index of a partitioned table counts with all its parts.
 */
export async function looseIndexes(session: Session, tables: readonly string[]): Promise<LooseObject[]> {
  const { rows } = await session.query<{ name: string; definition: string }>(INDEXES, [tables]);
  return rows.map(({ name, definition }) => ({
    name,
    drop: [`DROP INDEX ${identifier(name)}`],
    // PostgreSQL writes the parent's definition without its parts.
    create: [definition.replace(' ON ONLY ', ' ON ')],
  }));
}

const INDEXES = `
  SELECT index.relname AS name, pg_get_indexdef(index.oid) AS definition
  FROM pg_index AS i
  JOIN pg_class AS index ON index.oid = i.indexrelid
  JOIN pg_class AS "table" ON "table".oid = i.indrelid
  WHERE NOT i.indisunique AND NOT "table".relispartition AND "table".relkind IN ('r', 'p')
    AND regexp_replace("table".relname, '_partitioned$', '') = ANY ($1::text[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = index.oid)
  ORDER BY pg_relation_size(index.oid) DESC, index.relname`;

/** Materialized views of the database, with their indexes. Left out, what rests on them goes too. */
export async function materializedViews(session: Session): Promise<LooseObject[]> {
  const { rows } = await session.query<{ name: string; definition: string; indexes: string[] }>(VIEWS);
  return rows.map(({ name, definition, indexes }) => ({
    name,
    drop: [`DROP MATERIALIZED VIEW ${identifier(name)} CASCADE`],
    create: [`CREATE MATERIALIZED VIEW ${identifier(name)} AS ${definition}`, ...indexes],
  }));
}

const VIEWS = `
  SELECT matviewname AS name, definition,
         ARRAY (SELECT indexdef FROM pg_indexes AS i
                WHERE (i.schemaname, i.tablename) = (v.schemaname, v.matviewname) ORDER BY indexname) AS indexes
  FROM pg_matviews AS v
  ORDER BY matviewname`;

/**
 * The division into partitions of these tables. Left out, all rows are in the default partition: everything that names
 * the table works as before, and nothing is found, or dropped, by its partition.
 */
export async function partitionedTables(session: Session, tables: readonly string[]): Promise<LooseObject[]> {
  const { rows } = await session.query<{ name: string }>(PARTITIONED, [tables]);
  return rows.map(({ name }) => ({
    name: `partitions of ${name}`,
    drop: [joinPartitions(name), `VACUUM (FREEZE, ANALYZE) ${identifier(name)}`],
    create: [],
  }));
}

/** A hash has no default. */
const PARTITIONED = `
  SELECT relname AS name
  FROM pg_partitioned_table
  JOIN pg_class ON pg_class.oid = partrelid
  WHERE partstrat <> 'h' AND NOT relispartition AND regexp_replace(relname, '_partitioned$', '') = ANY ($1::text[])
  ORDER BY relname`;

/** Without triggers and foreign keys: no row changes. */
function joinPartitions(table: string): string {
  const name = literal(identifier(table));
  return `
    DO $$
    DECLARE
      columns text := (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
                       WHERE attrelid = ${name}::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '');
      part    regclass;
    BEGIN
      SET LOCAL session_replication_role = replica;
      IF NOT EXISTS (SELECT FROM pg_partitioned_table WHERE partrelid = ${name}::regclass AND partdefid <> 0) THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF %s DEFAULT', ${literal(`${table}_rest`)}, ${name});
      END IF;
      FOR part IN SELECT inhrelid FROM pg_inherits JOIN pg_partitioned_table ON partrelid = inhparent
                  WHERE inhparent = ${name}::regclass AND inhrelid <> partdefid LOOP
        EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', ${name}, part);
        EXECUTE format('INSERT INTO %s (%s) SELECT %s FROM %s', ${name}, columns, columns, part);
        EXECUTE format('DROP TABLE %s', part);
      END LOOP;
    END
    $$`;
}
