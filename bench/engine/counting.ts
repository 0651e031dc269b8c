import { BenchError } from '../core/errors.ts';
import type { Counters } from '../core/run-file.ts';
import type { Database, Outcome } from '../core/suite.ts';
import {
  flushCounters,
  hasStatementCounters,
  ioCounters,
  resetStatementCounters,
  statementCounters,
  type TableCounters,
  tableCounters,
} from '../postgres/counters.ts';
import type { Session } from '../postgres/session.ts';
import type { Sessions } from '../postgres/sessions.ts';

/** A gate rests on counters and plans, which a server without pg_stat_statements gives none of. Errors: BENCH-GATE-UNCOUNTED. */
export async function requireCounters(sessions: Pick<Sessions, 'admin'>): Promise<void> {
  if (!(await sessions.admin(hasStatementCounters))) throw new BenchError('BENCH-GATE-UNCOUNTED');
}

/** Counts what one execution in the session `db` has the server do; nothing of the counting is inside `work`. */
export async function counted<T>(
  admin: Session,
  database: string,
  db: Database,
  work: () => Promise<T>,
  outcomeOf: (value: T) => Pick<Outcome<unknown>, 'done' | 'total'>,
): Promise<{ readonly value: T; readonly counters: Counters }> {
  await flushCounters(db);
  const ioBefore = await ioCounters(admin);
  await resetStatementCounters(admin, database);
  const value = await work();
  const statements = await statementCounters(admin, database);
  await flushCounters(db);
  const io = difference(ioBefore, await ioCounters(admin));
  const { done, total } = outcomeOf(value);
  return { value, counters: { done, total, ...statements, io, tables: null } };
}

/** What a writer did to the tables of its copy since `before`. */
export async function tablesSince(owner: Session, before: TableCounters): Promise<TableCounters> {
  const after = await tableCounters(owner);
  const since = (name: Exclude<keyof TableCounters, 'ginPendingPages'>) => after[name] - before[name];
  return {
    inserted: since('inserted'),
    updated: since('updated'),
    hotUpdated: since('hotUpdated'),
    deleted: since('deleted'),
    deadRows: Math.max(0, since('deadRows')),
    heapBytes: since('heapBytes'),
    indexBytes: since('indexBytes'),
    // What waits in the end is a state, not an amount of work.
    ginPendingPages: after.ginPendingPages,
  };
}

type Io = Counters['io'];

function difference(before: Io, after: Io): Io {
  if (!before || !after) return null;
  const { reads, writes, extends: extended } = after;
  return {
    reads: Math.max(0, reads - before.reads),
    writes: Math.max(0, writes - before.writes),
    extends: Math.max(0, extended - before.extends),
  };
}
