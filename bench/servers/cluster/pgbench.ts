import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { env } from 'node:process';
import type { ClientStatement, ClientWork, ReferenceClient } from '../../core/reference.ts';
import type { Endpoint } from '../../postgres/session.ts';
import { runCommand } from './command.ts';

/** The pgbench of these binaries against a server; null where there is none. */
export async function pgbenchOf(bin: string, endpoint: Endpoint): Promise<ReferenceClient | null> {
  const program = path.join(bin, 'pgbench');
  const isThere = await access(program).then(
    () => true,
    () => false,
  );
  // It would need the certificate in a file of its own.
  if (!isThere || endpoint.certificate !== undefined) return null;
  return (work) => inFolder((folder) => timed(program, endpoint, work, folder));
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-pgbench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed(
  program: string,
  { host, port, password }: Endpoint,
  { database, user, executions, ...statements }: ClientWork,
  folder: string,
): Promise<readonly number[] | null> {
  const { text, variables } = pgbenchScript(statements);
  const file = path.join(folder, 'script.sql');
  await writeFile(file, text);
  const connection = ['-h', host, '-p', String(port), '-U', user];
  const size = ['-n', '-c', '1', '-M', 'prepared', '-t', String(executions)];
  const log = ['-l', `--log-prefix=${path.join(folder, 'log')}`];
  const { code } = await runCommand(
    program,
    [...connection, ...size, ...log, ...variables.map((one) => `-D${one}`), '-f', file, database],
    { env: { ...env, PGPASSWORD: password } },
  );
  return code === 0 ? latencies(folder) : null;
}

/**
 * The script and its variables: `\if` runs the opening statements in the first transaction only, and `$n` becomes a
 * variable, which pgbench sends as a parameter (NULL, which it has not, is written out). pgbench's manual, "Custom
 * Scripts".
 */
export function pgbenchScript({ opening, statement }: Pick<ClientWork, 'opening' | 'statement'>): {
  text: string;
  variables: readonly string[];
} {
  const all = [...opening, statement].map((one, i) => withVariables(one, `v${i}_`));
  const body = all.map(({ sql }) => `${sql};`);
  const text = ['\\if :first', ...body.slice(0, -1), '\\set first 0', '\\endif', ...body.slice(-1), ''].join(
    '\n',
  );
  return { text, variables: ['first=1', ...all.flatMap(({ variables }) => variables)] };
}

function withVariables({ sql, values }: ClientStatement, prefix: string) {
  const text = sql.trim().replace(/\$(\d+)/g, (_, n: string) => {
    const value = values[Number(n) - 1] ?? null;
    return value === null ? 'NULL' : `:${prefix}${n}`;
  });
  const variables = values.flatMap((value, i) => (value === null ? [] : [`${prefix}${i + 1}=${value}`]));
  return { sql: text, variables };
}

/** The third column of pgbench's log is a transaction's time in microseconds; the first one also opens the session. */
async function latencies(folder: string): Promise<readonly number[]> {
  const [name] = (await readdir(folder)).filter((file) => file.startsWith('log'));
  const log = name === undefined ? '' : await readFile(path.join(folder, name), 'utf8');
  const lines = log.trim().split('\n').slice(1);
  return lines.map((line) => Number(line.split(' ')[2]) / 1000);
}
