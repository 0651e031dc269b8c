import { spawn } from 'node:child_process';
import path from 'node:path';
import { env } from 'node:process';
import type { Endpoint } from '../bench/postgres/session.ts';
import { installedBinaries } from '../bench/servers/cluster/installed.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../scripts/backup.sh');

export interface Outcome {
  readonly code: number | null;
  /** Of both streams. */
  readonly output: string;
}

/** Runs scripts/backup.sh on this server. */
export async function backUp(endpoint: Endpoint, ...args: readonly string[]): Promise<Outcome> {
  const { bin } = await installedBinaries([]);
  const connection = {
    PGHOST: endpoint.host,
    PGPORT: String(endpoint.port),
    PGUSER: endpoint.user,
    PGPASSWORD: endpoint.password,
  };
  const child = spawn(SCRIPT, args, { env: { ...env, ...connection, PATH: `${bin}:${env['PATH'] ?? ''}` } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code, output }));
  });
}
