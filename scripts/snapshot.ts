import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { argv, env } from 'node:process';
import { pathToFileURL } from 'node:url';
import { createDatabase, dropDatabase } from '../bench/postgres/databases.ts';
import type { Endpoint } from '../bench/postgres/session.ts';
import { Sessions } from '../bench/postgres/sessions.ts';
import { runCommand } from '../bench/servers/cluster/command.ts';
import { installedBinaries } from '../bench/servers/cluster/installed.ts';
import { startTestServer, type TestServer } from '../test/server.ts';

export const FOLDER = path.resolve(import.meta.dirname, '../db/snapshots');

/** What differs from month to month and from server to server says nothing about our schema. */
const LEFT_OUT = ['--exclude-table=*_y20*', '--exclude-table=*_partitioned_p20*', '--exclude-schema=partman'];
const NOISE = /^(--|\\(un)?restrict|SET |SELECT pg_catalog\.set_config)/;

/**
 * The schema of each state as `pg_dump` of the machine's PostgreSQL has it, without comments and session settings.
 * Errors: whatever pg_dump says.
 */
export async function snapshots({ endpoint, states }: TestServer): Promise<Readonly<Record<string, string>>> {
  const { bin } = await installedBinaries([]);
  const sessions = new Sessions(endpoint, 'bench-snapshot');
  const dumped: Record<string, string> = {};
  for (const [state, database] of Object.entries(states)) {
    // The database of the state before.
    if (Object.values(states).indexOf(database) < Object.keys(states).indexOf(state)) continue;
    // Of a copy: nobody may be connected to a database that others are copied from.
    const copy = `bench_work_snapshot_${state}`;
    await sessions.admin((admin) => createDatabase(admin, copy, database));
    dumped[state] = normalized(await schemaOf(bin, endpoint, copy));
    await sessions.admin((admin) => dropDatabase(admin, copy));
  }
  return dumped;
}

async function schemaOf(
  bin: string,
  { host, port, user, password }: Endpoint,
  database: string,
): Promise<string> {
  const args = ['-h', host, '-p', String(port), '-U', user, '--schema-only', ...LEFT_OUT, database];
  const options = { env: { ...env, PGPASSWORD: password } };
  const { code, output } = await runCommand(path.join(bin, 'pg_dump'), args, options);
  if (code !== 0) throw new Error(`pg_dump of ${database} ended with ${code}: ${output}`);
  return output;
}

function normalized(dump: string): string {
  const lines = dump.split('\n').filter((line) => !NOISE.test(line));
  return `${lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`;
}

/** Writes db/snapshots anew: `npx tsx scripts/snapshot.ts`. */
async function main(): Promise<void> {
  const { server, stop } = await startTestServer('system');
  try {
    for (const [state, sql] of Object.entries(await snapshots(server))) {
      await writeFile(path.join(FOLDER, `${state}.sql`), sql);
    }
  } finally {
    await stop();
  }
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) await main();
