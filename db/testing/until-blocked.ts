import type { Database } from '../application.ts';

const WAITING = `
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND wait_event_type = 'Lock' AND cardinality(pg_blocking_pids(pid)) > 0`;

/** Returns when a session of this database waits for another's lock. */
export async function untilBlocked(owner: Database): Promise<void> {
  const end = Date.now() + 30_000;
  while ((await owner.query(WAITING)).rowCount === 0) {
    if (Date.now() > end) throw new Error('nobody waits for a lock');
  }
}
