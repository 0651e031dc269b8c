import path from 'node:path';
import { expect, test } from 'vitest';
import { readSqlFile, runSqlFile } from '../../../bench/postgres/sql-file.ts';
import { withState } from '../../../test/database.ts';

const PLANNED = `
  SELECT name, current_setting(name) AS value
  FROM unnest(ARRAY['effective_cache_size', 'maintenance_work_mem', 'max_parallel_workers']) AS name`;

const MEMORY = `
  SELECT proname FROM pg_proc WHERE 'work_mem=128MB' = ANY (proconfig) ORDER BY proname`;

test('sessions of the database have the planned settings, and of a copy of it too', () =>
  withState('settings', async ({ owner }) => {
    expect((await owner.query(PLANNED)).rows).toEqual([
      { name: 'effective_cache_size', value: '2GB' },
      { name: 'maintenance_work_mem', value: '128MB' },
      { name: 'max_parallel_workers', value: '8' },
    ]);
  }));

test('the state before is as the server is', () =>
  withState('views', async ({ owner }) => {
    const { rows } = await owner.query<{ value: string }>(PLANNED);
    expect(rows.map(({ value }) => value)).not.toContain('2GB');
  }));

test('bulk work has 128 MB for a sort, nothing else has', () =>
  withState('settings', async ({ owner }) => {
    expect((await owner.query(MEMORY)).rows.map((row) => row['proname'])).toEqual([
      'bulk_schedule_email_sends',
      'fast_bulk_lead_import',
      'refresh_analytics_views',
    ]);
    expect((await owner.query('SHOW work_mem')).rows).toEqual([{ work_mem: '4MB' }]);
  }));

test('what takes a restart is warned of, with both values', () =>
  withState('settings', async ({ connect }) => {
    const heard: string[] = [];
    const owner = await connect(({ severity, message }) => heard.push(`${severity}: ${message}`));
    await runSqlFile(owner, await readSqlFile(path.resolve(import.meta.dirname), 'restart_needed.sql'));
    const present = async (name: string) =>
      (await owner.query<{ value: string }>('SELECT current_setting($1) AS value', [name])).rows[0]?.value;
    const text = async (name: string, planned: string) =>
      `WARNING: ${name} is ${await present(name)}, planned is ${planned}: not measured, it needs a restart and holds for the whole server`;
    expect(heard).toEqual([await text('max_connections', '200'), await text('shared_buffers', '512MB')]);
  }));
