import path from 'node:path';
import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { runJobs } from './jobs.ts';
import { loadSuite } from './suite-folder.ts';

test("a job of MailGenius that ends well fails when a task of it did, and the next one's outcome is its own", () =>
  withState('views', async ({ owner }) => {
    const { jobs, failedTasks } = (await loadSuite(path.resolve(import.meta.dirname, '../..'))).config;
    if (!jobs || !failedTasks) throw new Error('MailGenius has jobs');
    await owner.query('REVOKE ALL ON FUNCTION analyze_tables() FROM mailgenius_owner');
    const known = await jobs(owner);
    const chosen = known.filter(
      ({ name }) => name === 'daily-maintenance' || name === 'fold-campaign-metrics',
    );
    const outcome = async () =>
      (await runJobs(owner, chosen, failedTasks)).map(({ name, error }) => [name, error]);
    expect(await outcome()).toEqual([
      [
        'daily-maintenance',
        'refresh statistics: permission denied for function analyze_tables (SQLSTATE 42501)',
      ],
      ['fold-campaign-metrics', null],
    ]);
    await owner.query('GRANT EXECUTE ON FUNCTION analyze_tables() TO mailgenius_owner');
    expect(await outcome()).toEqual([
      ['daily-maintenance', null],
      ['fold-campaign-metrics', null],
    ]);
  }));
