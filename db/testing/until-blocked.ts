import type { Database } from '../application.ts';

const WAITING = `
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND cardinality(pg_blocking_pids(pid)) > 0`;

/** Returns when so many sessions of this database wait for another's lock. */
export async function untilBlocked(owner: Database, sessions = 1): Promise<void> {
  const end = Date.now() + 30_000;
  while ((await owner.query(WAITING)).rowCount < sessions) {
    if (Date.now() > end) throw new Error('nobody waits for a lock');
  }
}
