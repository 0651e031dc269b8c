import type { Counters } from '../core/run-file.ts';
import type { Database, Outcome } from '../core/suite.ts';
import {
  flushCounters,
  ioCounters,
  resetStatementCounters,
  statementCounters,
  type TableCounters,
  tableCounters,
} from '../postgres/counters.ts';
import type { Session } from '../postgres/session.ts';

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

/** What a writer left behind: the tables of its copy now, less those of the state it was copied from. */
export async function tablesAfter(owner: Session, before: TableCounters): Promise<TableCounters> {
  const after = await tableCounters(owner);
  return {
    // A fresh copy has no statistics of rows yet: they are this execution's.
    ...after,
    heapBytes: after.heapBytes - before.heapBytes,
    indexBytes: after.indexBytes - before.indexBytes,
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
