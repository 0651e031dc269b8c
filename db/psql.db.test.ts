import path from 'node:path';
import { env } from 'node:process';
import { expect, inject, test } from 'vitest';
import { createDatabase, dropDatabase } from '../bench/postgres/databases.ts';
import { Sessions } from '../bench/postgres/sessions.ts';
import { runCommand } from '../bench/servers/cluster/command.ts';
import { installedBinaries } from '../bench/servers/cluster/installed.ts';
import { databaseFiles } from '../test/database-files.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const DATABASE = 'bench_work_psql';

test('bare psql makes the whole database, file by file', async () => {
  const { endpoint } = inject('server');
  const { bin } = await installedBinaries([]);
  const sessions = new Sessions(endpoint, 'bench-test');
  await sessions.admin((admin) => createDatabase(admin, DATABASE));
  try {
    for (const file of await databaseFiles()) {
      const args = ['-h', endpoint.host, '-p', String(endpoint.port), '-U', endpoint.user, '-d', DATABASE];
      // As docs/database.md has it: all but the phase that commits as it goes can be run again when they were broken off.
      const once = file.includes('02-partitioning') ? [] : ['-1'];
      const options = { env: { ...env, PGPASSWORD: endpoint.password } };
      const { code, output } = await runCommand(
        path.join(bin, 'psql'),
        [...args, ...once, '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', path.join(ROOT, file)],
        options,
      );
      expect(code, `${file}: ${output}`).toBe(0);
    }
    await sessions.with({ database: DATABASE }, async (owner) => {
      expect((await owner.query('SELECT * FROM check_alerts()')).rows).toEqual([]);
      expect((await owner.query('SELECT task FROM perform_maintenance_tasks() WHERE failed')).rows).toEqual(
        [],
      );
    });
  } finally {
    await sessions.admin((admin) => dropDatabase(admin, DATABASE));
  }
});
