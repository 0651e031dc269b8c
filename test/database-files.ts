import { readdir } from 'node:fs/promises';
import path from 'node:path';

const DB = path.resolve(import.meta.dirname, '../db');

/** What makes the whole database, in the order of docs/database.md: paths in the repository. */
export async function databaseFiles(): Promise<readonly string[]> {
  const schema = (await readdir(path.join(DB, 'schema'))).filter((name) => name.endsWith('.sql')).sort();
  const phases = (await readdir(path.join(DB, 'phases'))).filter((name) => !name.startsWith('00-')).sort();
  return [...schema.map((name) => `db/schema/${name}`), ...phases.map((name) => `db/phases/${name}/up.sql`)];
}
