import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runFiles } from '../../bench/engine/states.ts';
import { loadSuite } from '../../bench/engine/suite-folder.ts';
import { createDatabase } from '../../bench/postgres/databases.ts';
import { Sessions } from '../../bench/postgres/sessions.ts';
import { readSqlFile, runSqlFile } from '../../bench/postgres/sql-file.ts';
import type { RunningServer } from '../../bench/servers/cluster/server.ts';
import { startSystem } from '../../bench/servers/system.ts';
import { backUp } from '../../test/backup.ts';
import type { Database } from '../application.ts';
import { createCampaign, createLeads, createTenant } from '../testing/tenant.ts';

/** pg_cron lives in one database of a server: this one, as in a server that is MailGenius's own. */
const DATABASE = 'mailgenius';
const ROOT = path.resolve(import.meta.dirname, '../..');
const MINUTE_MS = 60_000;

let cache: string;
let server: RunningServer;
let sessions: Sessions;

beforeAll(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'bench-cron-'));
  await chmod(cache, 0o755);
  server = await startSystem({ cache, tls: false }, { 'cron.database_name': DATABASE });
  sessions = new Sessions(server.endpoint, 'bench-test');
  const suite = await loadSuite(ROOT);
  await sessions.admin((admin) => createDatabase(admin, DATABASE));
  const phases = suite.states.flatMap((state) => (state.phase ? [state.phase.up] : []));
  await owner((db) => runFiles(db, [...suite.schema, ...phases], () => undefined));
});

afterAll(async () => {
  await server?.stop();
  await rm(cache, { recursive: true, force: true });
});

test('every job is scheduled as maintenance_jobs says, once, however often', () =>
  owner(async (db) => {
    await runSqlFile(db, await readSqlFile(ROOT, 'db/jobs/schedule_jobs.sql'));
    await db.query('SELECT * FROM schedule_jobs()');
    const jobs = 'SELECT jobname AS job_name, schedule, command FROM cron.job ORDER BY 1';
    const wanted = 'SELECT job_name, schedule, command FROM maintenance_jobs ORDER BY 1';
    const { rows } = await db.query(jobs);
    expect(rows).toEqual((await db.query(wanted)).rows);
    expect(rows).toEqual(
      expect.arrayContaining([
        {
          job_name: 'daily-maintenance',
          schedule: '0 2 * * *',
          command: 'SELECT perform_maintenance_tasks()',
        },
        {
          job_name: 'refresh-analytics',
          schedule: '*/30 * * * *',
          command: 'SELECT refresh_analytics_views()',
        },
        {
          job_name: 'create-partitions',
          schedule: '0 1 1 * *',
          command: 'SELECT create_monthly_partitions()',
        },
      ]),
    );
  }));

test('what another role has scheduled is not scheduled twice, and said', () =>
  owner(async (db) => {
    const jobs = 'SELECT jobid, jobname, schedule, command, username FROM cron.job ORDER BY 1';
    const before = (await db.query(jobs)).rows;
    const [user] = before.map((job) => job['username']);
    await db.query('CREATE ROLE another_superuser SUPERUSER');
    try {
      await db.query('SET ROLE another_superuser');
      const { rows } = await db.query('SELECT job_id, problem FROM schedule_jobs()');
      expect(rows).toEqual(before.map(() => ({ job_id: null, problem: `${user} has a job of this name` })));
      expect((await db.query(jobs)).rows).toEqual(before);
    } finally {
      await db.query('RESET ROLE');
      await db.query('DROP ROLE another_superuser');
    }
  }));

test('a job that could not connect raises an alert, for a day', () =>
  owner(async (db) => {
    const alerts = `SELECT object, value::float8 FROM check_alerts() WHERE alert = 'job_failed'`;
    const note = `
      INSERT INTO cron.job_run_details (jobid, runid, database, status, return_message, start_time)
      SELECT jobid, nextval('cron.runid_seq'), current_database(), $1, 'connection failed', $2
      FROM cron.job WHERE jobname = 'vacuum-leads'`;
    const run = (status: string, at: Date | null) => db.query(note, [status, at]);
    await db.query('BEGIN');
    await run('failed', null);
    await run('succeeded', new Date(Date.now() - 25 * 60 * MINUTE_MS));
    await run('failed', new Date(Date.now() - 25 * 60 * MINUTE_MS));
    expect((await db.query(alerts)).rows).toEqual([]);
    await run('failed', null);
    await run('failed', new Date());
    await run('failed', null);
    expect((await db.query(alerts)).rows).toEqual([{ object: 'vacuum-leads', value: 3 }]);
    await db.query('ROLLBACK');
  }));

test('runs are kept as long as the policy says, also those that never started', () =>
  owner(async (db) => {
    const run = (daysAgo: number | null) =>
      db.query(
        `INSERT INTO cron.job_run_details (jobid, runid, database, status, return_message, start_time)
         SELECT jobid, nextval('cron.runid_seq'), current_database(), 'failed', coalesce($1::integer::text, 'none'),
                now() - $1::integer * interval '1 day'
         FROM cron.job WHERE jobname = 'vacuum-leads'`,
        [daysAgo],
      );
    await db.query('BEGIN');
    for (const daysAgo of [null, 32, null, 31, null, 29, 0]) await run(daysAgo);
    const { rows } = await db.query(
      `SELECT result FROM perform_maintenance_tasks() WHERE task = 'remove old job runs'`,
    );
    expect(rows).toEqual([{ result: '4 runs older than 30 days' }]);
    const kept = await db.query(
      `SELECT return_message AS days FROM cron.job_run_details
       WHERE jobid = (SELECT jobid FROM cron.job WHERE jobname = 'vacuum-leads') ORDER BY runid`,
    );
    expect(kept.rows.map((row) => row['days'])).toEqual(['none', '29', '0']);
    await db.query('ROLLBACK');
  }));

test(
  'every job runs and does its work, and one that fails raises an alert',
  () =>
    owner(async (db) => {
      const tenant = await createTenant(db, 'tenant');
      await createLeads(db, tenant, ['ann']);
      const campaignId = await createCampaign(db, tenant);
      await db.query(
        `INSERT INTO campaign_metric_changes (workspace_id, campaign_id, opened) VALUES ($1, $2, 3)`,
        [tenant.workspaceId, campaignId],
      );
      await db.query('DROP TABLE lead_activities_y2025m07');
      await db.query(`SELECT cron.schedule('broken', '* * * * *', 'SELECT 1 / 0')`);
      // Not all at once: rebuilding an index waits for every older transaction, so it has the night to itself.
      await runNow(db, `jobname <> 'reindex-search'`);
      await runNow(db, `jobname = 'reindex-search'`);

      const failed = `
        SELECT DISTINCT jobname AS job, return_message AS message
        FROM cron.job_run_details JOIN cron.job USING (jobid) WHERE status = 'failed'`;
      expect((await db.query(failed)).rows).toEqual([
        { job: 'broken', message: expect.stringMatching('division by zero') },
      ]);
      expect((await db.query('SELECT opened FROM campaigns')).rows).toEqual([{ opened: 3 }]);
      expect((await db.query('SELECT lead_count FROM lead_analytics')).rows).toEqual([{ lead_count: 1 }]);
      expect(
        (await db.query(`SELECT to_regclass('lead_activities_y2025m07') IS NOT NULL AS made`)).rows,
      ).toEqual([{ made: true }]);
      expect((await db.query('SELECT FROM maintenance_runs WHERE failed')).rowCount).toBe(0);
      const alerts = `SELECT object FROM check_alerts() WHERE alert = 'job_failed'`;
      expect((await db.query(alerts)).rows).toEqual([{ object: 'broken' }]);
    }),
  4 * MINUTE_MS,
);

test('a backup of the database that pg_cron lives in is proven where it does not live', async () => {
  const folder = path.join(cache, 'dump');
  const { code, output } = await backUp(server.endpoint, DATABASE, folder);
  expect(code, output).toBe(0);
  expect(output).toMatch('the restored database equals the source');
});

function owner<T>(work: (db: Database & Awaited<ReturnType<Sessions['open']>>) => Promise<T>): Promise<T> {
  return sessions.with({ database: DATABASE }, work);
}

/** Has these jobs run with the next minute, and waits until each has come to an end. */
async function runNow(db: Database, which: string): Promise<void> {
  await db.query(`SELECT cron.alter_job(jobid, schedule => '* * * * *') FROM cron.job WHERE ${which}`);
  const running = `
    SELECT FROM cron.job WHERE ${which} AND NOT EXISTS (
      SELECT FROM cron.job_run_details AS run WHERE run.jobid = job.jobid AND run.status IN ('succeeded', 'failed'))`;
  await until(async () => (await db.query(running)).rowCount === 0);
  await db.query(`SELECT cron.alter_job(jobid, active => false) FROM cron.job WHERE ${which}`);
}

/** Jobs start with the minute. */
async function until(isDone: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 3 * MINUTE_MS;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error('not every job came to an end within three minutes');
    await setTimeout(1_000);
  }
}
