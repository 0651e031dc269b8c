import type { Job, SuiteConfig } from '../core/suite.ts';
import { errorText, type Session } from '../postgres/session.ts';

/** What became of a job. */
export interface Ran extends Job {
  readonly ms: number;
  readonly rows: readonly unknown[];
  readonly error: string | null;
}

/** One after the other; one that fails, or has a task that does, keeps no other from its work. */
export async function runJobs(
  db: Session,
  jobs: readonly Job[],
  failedTasks: NonNullable<SuiteConfig['failedTasks']>,
): Promise<readonly Ran[]> {
  const ran: Ran[] = [];
  for (const job of jobs) {
    const since = await serverTime(db);
    const start = performance.now();
    const result = await db.query(job.command).then(
      ({ rows }) => ({ rows, error: null }),
      (error: unknown) => ({ rows: [], error: errorText(error) }),
    );
    const ms = performance.now() - start;
    const failed = result.error === null ? await failedTasks(db, since) : [];
    ran.push({ ...job, ...result, ...(failed.length > 0 ? { error: failed.join('; ') } : {}), ms });
  }
  return ran;
}

async function serverTime(db: Session): Promise<string> {
  const { rows } = await db.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
  return rows[0]?.now ?? '-infinity';
}
