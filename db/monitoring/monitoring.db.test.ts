import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readSqlFile, runSqlFile } from '../../bench/postgres/sql-file.ts';
import { withState } from '../../test/database.ts';
import { ALERTS } from '../testing/alerts.ts';
import { createLeads, createTenant } from '../testing/tenant.ts';

interface Metric {
  readonly metric_name: string;
  readonly metric_value: string | null;
  readonly metric_unit: string;
}

test('every metric has a unit, and a value once the database has been used', () =>
  withState('views', async ({ owner }) => {
    const tenant = await createTenant(owner, 'tenant');
    await createLeads(owner, tenant, ['ann']);
    await owner.query(`UPDATE leads SET name = 'Ann'`);
    await owner.query(
      `INSERT INTO table_sizes SELECT table_name, now() - interval '2 days', bytes / 2 FROM current_table_sizes`,
    );
    const { rows } = await owner.query<Metric>('SELECT * FROM get_database_performance_metrics()');
    const values = new Map(rows.map((row) => [row.metric_name, row.metric_value]));
    for (const row of rows) expect(row.metric_unit, row.metric_name).not.toBe('');
    expect(Number(values.get('database_size'))).toBeGreaterThan(1e6);
    expect(Number(values.get('tables_growth'))).toBeGreaterThan(0);
    expect(Number(values.get('connection_usage'))).toBeGreaterThan(0);
    expect(Number(values.get('wal_written'))).toBeGreaterThan(0);
    expect(Number(values.get('months_ahead'))).toBeGreaterThanOrEqual(3);
    expect(Number(values.get('missing_months'))).toBe(0);
  }));

test('statements of this database, and of no other, are listed with their times', () =>
  withState('procedures', async ({ owner }) => {
    await owner.query('SELECT 7 AS only_here');
    const { rows } = await owner.query<{ query_text: string; calls: number }>(
      'SELECT * FROM get_query_performance_stats()',
    );
    expect(rows.filter((row) => row.query_text.includes('only_here'))).toMatchObject([{ calls: 1 }]);
    expect(rows.filter((row) => row.query_text.includes('CREATE DATABASE'))).toEqual([]);
  }));

test('a statement that was planned and failed is no division by zero', () =>
  withState('procedures', async ({ owner }) => {
    await owner.script('SET pg_stat_statements.track_planning = on');
    const failing = owner.query('SELECT 1 / (count(*) - count(*)) AS never_ends FROM leads');
    await expect(failing).rejects.toMatchObject({ code: '22012' });
    const planned = `SELECT FROM pg_stat_statements 
                     WHERE calls = 0 AND query LIKE '%never_ends%'
                       AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    expect((await owner.query(planned)).rowCount).toBe(1);
    const { rows } = await owner.query<{ query_text: string }>('SELECT * FROM get_query_performance_stats()');
    expect(rows.filter((row) => row.query_text.includes('AS never_ends'))).toEqual([]);
    await owner.query('SELECT * FROM check_alerts()');
  }));

test('who reads the statements reads no password', () =>
  withState('procedures', async ({ owner }) => {
    await owner.query(`UPDATE alert_thresholds SET warning = 0, critical = NULL WHERE alert = 'slow_query'`);
    for (let n = 0; n < 5; n++) await owner.query(`ALTER ROLE mailgenius_owner PASSWORD 's3cret'`);
    await owner.query('ALTER ROLE mailgenius_owner PASSWORD NULL');
    await owner.query('SET ROLE mailgenius_readonly');
    const known = await owner.query('SELECT query_text FROM get_query_performance_stats()');
    const alerts = await owner.query('SELECT object FROM check_alerts()');
    for (const { rows } of [known, alerts]) {
      expect(JSON.stringify(rows)).toMatch('(a statement that names a password)');
      expect(JSON.stringify(rows)).not.toMatch('s3cret');
    }
  }));

test('the pool counts every connection, whoever holds it', () =>
  withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const sql =
      'SELECT total_connections AS total, active_connections AS active, max_connections AS most FROM get_connection_pool_status()';
    for (let sessions = 1; sessions <= 3; sessions += 1) await app(tenant.workspaceId, tenant.userId);
    const after = (await owner.query<{ total: number; active: number; most: number }>(sql)).rows[0];
    expect(after?.total).toBeGreaterThanOrEqual(4);
    expect(after?.active).toBeGreaterThanOrEqual(1);
    expect(after?.most).toBe(100);
  }));

test('every file can be run again, and holds one function or view with what it promises', () =>
  withState('views', async ({ owner }) => {
    const root = path.resolve(import.meta.dirname, '../..');
    for (const folder of ['db/monitoring', 'db/jobs']) {
      const names = (await readdir(path.join(root, folder))).filter((name) => name.endsWith('.sql'));
      expect(names.length).toBeGreaterThan(2);
      for (const name of names) {
        const file = await readSqlFile(root, path.join(folder, name));
        await runSqlFile(owner, file);
        const functions = file.text.match(/^CREATE OR REPLACE FUNCTION/gm) ?? [];
        expect(functions.length, name).toBeLessThanOrEqual(1);
        if (functions.length === 1)
          expect(file.text, name).toMatch(/^--! title: .*\n-- Contract: .*\n-- Errors: .*\n-- Cost: /s);
      }
    }
    await owner.query('SELECT refresh_analytics_views()');
    expect((await owner.query(ALERTS)).rows).toEqual([]);
  }));

test('dashboards may read all of it, the application none of it', () =>
  withState('views', async ({ owner, app }) => {
    const calls = [
      'check_alerts()',
      'get_database_performance_metrics()',
      'get_query_performance_stats()',
      'get_connection_pool_status()',
    ];
    const tenant = await createTenant(owner, 'tenant');
    const session = await app(tenant.workspaceId, tenant.userId);
    for (const call of calls) {
      await expect(session.query(`SELECT * FROM ${call}`)).rejects.toMatchObject({ code: '42501' });
    }
    await owner.query('SET ROLE mailgenius_readonly');
    for (const call of calls) await owner.query(`SELECT * FROM ${call}`);
  }));
