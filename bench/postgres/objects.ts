import { identifier, type Session } from './session.ts';

/** A database object that can be left out, and made again. */
export interface LooseObject {
  readonly name: string;
  readonly drop: string;
  readonly create: string;
}

/**
 * Indexes of these tables, largest first, but for those that a constraint needs: a unique key is no matter of
 * speed. An index of a partitioned table counts with all its parts.
 */
export async function looseIndexes(session: Session, tables: readonly string[]): Promise<LooseObject[]> {
  const { rows } = await session.query<{ name: string; definition: string }>(INDEXES, [tables]);
  return rows.map(({ name, definition }) => ({
    name,
    drop: `DROP INDEX ${identifier(name)}`,
    // PostgreSQL writes the parent's definition without its parts.
    create: definition.replace(' ON ONLY ', ' ON '),
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

/** Materialized views of the database. Left out, what rests on them goes too. */
export async function materializedViews(session: Session): Promise<LooseObject[]> {
  const { rows } = await session.query<{ name: string; definition: string }>(
    'SELECT matviewname AS name, definition FROM pg_matviews ORDER BY matviewname',
  );
  return rows.map(({ name, definition }) => ({
    name,
    drop: `DROP MATERIALIZED VIEW ${identifier(name)} CASCADE`,
    create: `CREATE MATERIALIZED VIEW ${identifier(name)} AS ${definition}`,
  }));
}
