import { spawn } from 'node:child_process';
import path from 'node:path';
import { env } from 'node:process';
import { expect, inject, test } from 'vitest';
import { runCommand } from '../../../bench/servers/cluster/command.ts';
import { installedBinaries } from '../../../bench/servers/cluster/installed.ts';
import { contents, until, withRows } from '../../../test/migration.ts';
import type { Database } from '../../application.ts';
import { only } from '../../testing/tenant.ts';

const WATCHING = `FROM pg_stat_activity
  WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT watch_changes(%'`;

const QUEUING = `FROM pg_locks JOIN pg_database ON pg_database.oid = database
  WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted`;

test('psql is killed and run again: every row is there once; a third time, nothing changes', () =>
  withRows(async ({ owner, connect }, { leadIds }) => {
    const { program, args, options } = await psql(owner);
    const [holder, other] = [await connect(), await connect()];
    // The migration reads the sends, but writers keep it from noting changes.
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE email_sends IN ROW EXCLUSIVE MODE');
    const first = spawn(program, args, { ...options, stdio: 'ignore' });
    const ended = new Promise((resolve) => first.once('exit', (_, signal) => resolve(signal)));
    await until(async () => (await count(owner, WATCHING)) === 1);
    first.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');

    // The server still works on the last statement of the one that was killed.
    await other.query('DELETE FROM leads WHERE id = ANY ($1)', [leadIds.slice(1, 50)]);
    const second = runCommand(program, args, options);
    await until(async () => (await count(owner, QUEUING)) === 1);
    await holder.query('ROLLBACK');
    const before = await contents(other);
    const again = await second;
    expect(again.code, again.output).toBe(0);
    expect(await contents(owner)).toEqual(before);

    const third = await runCommand(program, args, options);
    expect(third.code, third.output).toBe(0);
    expect(await contents(owner)).toEqual(before);
  }));

async function count(db: Database, from: string): Promise<number> {
  return only((await db.query<{ n: number }>(`SELECT count(*)::int AS n ${from}`)).rows).n;
}

/** How to run the migration in this database. */
async function psql(owner: Database) {
  const { endpoint } = inject('server');
  const { bin } = await installedBinaries([]);
  const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
  const at = ['-h', endpoint.host, '-p', String(endpoint.port), '-U', endpoint.user, '-d', only(rows).name];
  return {
    program: path.join(bin, 'psql'),
    args: [...at, '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', path.join(import.meta.dirname, 'up.sql')],
    options: { env: { ...env, PGPASSWORD: endpoint.password } },
  };
}
