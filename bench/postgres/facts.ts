import type { ServerFacts } from '../core/environment.ts';
import type { RelationSize } from '../core/state-record.ts';
import type { Session } from './session.ts';

/** Extensions that the suites' phases can make use of; the absent ones are reported once. */
const EXTENSIONS = [
  'btree_gin',
  'btree_gist',
  'citext',
  'pg_cron',
  'pg_partman',
  'pg_prewarm',
  'pg_stat_statements',
  'pg_trgm',
] as const;

/** What the server is and how it is set: version, locale, checksums, every setting changed. */
export async function serverFacts(session: Session, kind: string, build: string): Promise<ServerFacts> {
  const { rows } = await session.query<{
    version: string;
    locale: string;
    checksums: boolean;
    connection: string;
  }>(`
    SELECT current_setting('server_version') AS version,
           concat_ws(' ', datlocprovider, coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale', datcollate)) AS locale,
           current_setting('data_checksums')::boolean AS checksums,
           (SELECT CASE WHEN ssl THEN concat_ws(' ', version, cipher) ELSE 'not encrypted' END
            FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS connection
    FROM pg_database AS d WHERE datname = current_database()`);
  const facts = rows[0];
  const settings = await session.query<{ name: string; value: string }>(`
    SELECT name, current_setting(name) AS value FROM pg_settings
    WHERE source NOT IN ('default', 'override', 'client', 'session')
      AND name !~ '(file|directory|directories|port|application_name|listen_addresses)$'
    ORDER BY name`);
  const present = await session.query<{ name: string }>(
    'SELECT name FROM pg_available_extensions WHERE name = ANY($1) ORDER BY name',
    [EXTENSIONS],
  );
  const names = present.rows.map((row) => row.name);
  return {
    kind,
    build,
    version: facts?.version ?? 'unknown',
    locale: facts?.locale ?? 'unknown',
    checksums: facts?.checksums ?? false,
    connection: facts?.connection ?? 'unknown',
    settings: Object.fromEntries(settings.rows.map((row) => [row.name, row.value])),
    extensions: { present: names, absent: EXTENSIONS.filter((name) => !names.includes(name)) },
  };
}

/** Tables (with TOAST), indexes and materialized views of the database, in bytes, largest first. */
export async function relationSizes(session: Session): Promise<readonly RelationSize[]> {
  const { rows } = await session.query<RelationSize>(`
    SELECT c.relname AS name,
           CASE c.relkind WHEN 'i' THEN 'index' WHEN 'm' THEN 'view' ELSE 'table' END AS kind,
           coalesce(t.relname, c.relname) AS "table",
           CASE c.relkind WHEN 'i' THEN pg_relation_size(c.oid) ELSE pg_table_size(c.oid) END AS bytes
    FROM pg_class AS c
    LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
    LEFT JOIN pg_class AS t ON t.oid = i.indrelid
    WHERE c.relkind IN ('r', 'i', 'm')
      AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
      AND c.relnamespace::regnamespace::text !~ '^pg_toast'
    ORDER BY bytes DESC, name`);
  return rows;
}

/** Which table's foreign keys refer to which other table. */
export async function foreignKeys(session: Session): Promise<readonly { child: string; parent: string }[]> {
  const { rows } = await session.query<{ child: string; parent: string }>(`
    SELECT DISTINCT c.relname AS child, p.relname AS parent
    FROM pg_constraint AS k
    JOIN pg_class AS c ON c.oid = k.conrelid
    JOIN pg_class AS p ON p.oid = k.confrelid
    WHERE k.contype = 'f' AND c.oid <> p.oid`);
  return rows;
}
