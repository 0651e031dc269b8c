import type { LockRecord } from '../core/state-record.ts';
import type { Session } from './session.ts';

/** Between two looks at the locks, in milliseconds. */
const INTERVAL_MS = 20;

/** Locks on tables that stop who writes or who reads; weaker ones stop other changes of the schema only. */
const LOCKS = `
  SELECT lock.relation::regclass::text AS relation, lock.mode
  FROM pg_locks AS lock JOIN pg_class AS class ON class.oid = lock.relation
  WHERE lock.pid = $1 AND lock.granted AND lock.locktype = 'relation' AND class.relkind IN ('r', 'p', 'm')
    AND class.relnamespace <> 'pg_catalog'::regnamespace
    AND lock.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')`;

/**
 * Watches from outside which locks a session holds while `work` runs: those that stop writers or readers, each with the
 * longest time that it was seen without a break. A lock held for less than 20 ms may escape, and a table made in an
 * open transaction is not seen, as by anybody else.
 */
export async function watchingLocks<T>(
  watcher: Session,
  session: Session,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly locks: LockRecord[] }> {
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const watch = new Watch();
  const ended = new AbortController();
  const watching = look(watcher, rows[0]?.pid ?? 0, watch, ended.signal);
  try {
    const value = await work();
    return { value, locks: watch.found() };
  } finally {
    ended.abort();
    await watching;
  }
}

async function look(watcher: Session, pid: number, watch: Watch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await watcher
      .query<{ relation: string; mode: string }>(LOCKS, [pid])
      .catch(() => ({ rows: [] }));
    watch.see(rows, performance.now());
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}

class Watch {
  /** Since when each lock has been held, of those seen at the last look. */
  #held = new Map<string, number>();
  readonly #longest = new Map<string, number>();

  see(locks: readonly { relation: string; mode: string }[], now: number): void {
    const held = new Map<string, number>();
    for (const { relation, mode } of locks) {
      const key = JSON.stringify([relation, mode]);
      const since = this.#held.get(key) ?? now;
      held.set(key, since);
      this.#longest.set(key, Math.max(this.#longest.get(key) ?? 0, now - since));
    }
    this.#held = held;
  }

  found(): LockRecord[] {
    return [...this.#longest]
      .map(([key, heldMs]) => {
        const [relation, mode] = JSON.parse(key) as [string, string];
        return { relation, mode, heldMs };
      })
      .sort((a, b) => b.heldMs - a.heldMs);
  }
}
