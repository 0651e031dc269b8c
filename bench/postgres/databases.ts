import { identifier, literal, type Session } from './session.ts';

/** Databases whose comment starts with this are ours to drop. */
const MARKER = 'mailgenius-bench ';

export type Purpose = 'state' | 'work';

/** What we note on a database of ours. `facts` is whatever its maker wants to find again. */
export interface Marker {
  readonly purpose: Purpose;
  readonly facts: unknown;
}

/** Makes an empty database, or a file copy of `template` (nobody may be connected to that one). */
export async function createDatabase(admin: Session, name: string, template?: string): Promise<void> {
  const source = template === undefined ? 'template0' : identifier(template);
  const strategy = template === undefined ? '' : ' STRATEGY file_copy';
  await admin.script(`CREATE DATABASE ${identifier(name)} TEMPLATE ${source}${strategy}`);
  if (template !== undefined) await copySettings(admin, template, name);
}

/** Settings of a database, and of roles in it, which PostgreSQL does not copy with it; `protect` is the template's own. */
const SETTINGS = `
  SELECT setrole::regrole::text AS role, split_part(item, '=', 1) AS setting,
         substr(item, strpos(item, '=') + 1) AS value
  FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase, unnest(setconfig) AS item
  WHERE datname = $1 AND split_part(item, '=', 1) <> 'default_transaction_read_only'`;

async function copySettings(admin: Session, from: string, to: string): Promise<void> {
  const { rows } = await admin.query<{ role: string; setting: string; value: string }>(SETTINGS, [from]);
  for (const { role, setting, value } of rows) {
    const whose = role === '-' ? `DATABASE ${identifier(to)}` : `ROLE ${role} IN DATABASE ${identifier(to)}`;
    const values = LISTS.has(setting) ? elementsOf(value) : [value];
    await admin.script(`ALTER ${whose} SET ${setting} = ${values.map(literal).join(', ')}`);
  }
}

/** Settings that are lists of quoted names, and that a database or a role can have: pg_dump knows the same. */
const LISTS: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'temp_tablespaces',
]);

/** Elements of a list as PostgreSQL keeps it, `"$user", public`; given as one text they would become one name. */
function elementsOf(list: string): readonly string[] {
  const elements = list.match(/"(?:[^"]|"")*"|[^\s,]+/g) ?? [''];
  return elements.map((element) => element.replace(/^"(.*)"$/, '$1').replaceAll('""', '"'));
}

/** Notes on the database that it is ours and complete. Until then it counts as an unfinished draft. */
export async function mark(admin: Session, name: string, marker: Marker): Promise<void> {
  const text = MARKER + JSON.stringify(marker);
  await admin.script(`COMMENT ON DATABASE ${identifier(name)} IS ${literal(text)}`);
}

/** Lets sessions of the database write only if they say so: what is measured again must stay as it is. */
export async function protect(admin: Session, name: string): Promise<void> {
  await admin.script(`ALTER DATABASE ${identifier(name)} SET default_transaction_read_only = on`);
}

/**
 * Drops a database and whatever is still connected to it, and what pg_stat_statements counted there: that would stay, and
 * every count in another database would read past it.
 */
export async function dropDatabase(admin: Session, name: string): Promise<void> {
  await admin.script(forget(name));
  await admin.script(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`);
}

/** Where nothing counts, or not for this role, there is nothing of ours to forget: no error, in the server's log neither. */
function forget(name: string): string {
  return `DO $do$BEGIN
    PERFORM pg_stat_statements_reset(0, oid, 0) FROM pg_database WHERE datname = ${literal(name)};
  EXCEPTION WHEN undefined_function OR insufficient_privilege OR object_not_in_prerequisite_state THEN NULL;
  END$do$`;
}

/** The marker of a database of ours; null where there is none. */
export async function markerOf(admin: Session, name: string): Promise<Marker | null> {
  const { rows } = await admin.query<{ note: string | null }>(
    `SELECT shobj_description(oid, 'pg_database') AS note FROM pg_database WHERE datname = $1`,
    [name],
  );
  return parseMarker(rows[0]?.note ?? null);
}

function parseMarker(note: string | null): Marker | null {
  return note?.startsWith(MARKER) ? (JSON.parse(note.slice(MARKER.length)) as Marker) : null;
}

/** Names of databases with our name prefix: states, work copies, and drafts of either. */
export async function ourDatabases(admin: Session): Promise<readonly string[]> {
  const { rows } = await admin.query<{ datname: string }>(
    String.raw`SELECT datname FROM pg_database WHERE datname LIKE 'bench\_%' ORDER BY datname`,
  );
  return rows.map((row) => row.datname);
}

/** Size of a database in bytes, as its files have it. */
export async function databaseBytes(admin: Session, name: string): Promise<number> {
  const { rows } = await admin.query<{ bytes: number }>('SELECT pg_database_size($1) AS bytes', [name]);
  return rows[0]?.bytes ?? 0;
}
