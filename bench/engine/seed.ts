import type { LoadRecord } from '../core/run-file.ts';
import type { Fixtures, Table } from '../core/suite.ts';
import { createDatabase, dropDatabase } from '../postgres/databases.ts';
import type { Session } from '../postgres/session.ts';
import type { Sessions } from '../postgres/sessions.ts';
import type { Emit } from './events.ts';
import { checkFidelity } from './fidelity.ts';
import { loadTables, plainCopy } from './load.ts';
import { dropLeftovers, runFiles, splitAtLoad, statementCount } from './states.ts';
import type { Suite } from './suite-folder.ts';

export interface SeedRequest {
  readonly suite: Suite;
  readonly tables: readonly Table[];
  readonly fixtures: Fixtures;
  /** Also time a plain client COPY of the same bytes. */
  readonly floor: boolean;
}

export interface SeedResult {
  readonly load: LoadRecord;
  /** From the first row to the last constraint and index. */
  readonly seconds: number;
  readonly clientCopySeconds: number | null;
}

/** Loads the base into a database of its own, which is dropped again: this measures the loading. */
export async function seedBase(sessions: Sessions, request: SeedRequest, emit: Emit): Promise<SeedResult> {
  await dropLeftovers(sessions);
  const { before, after } = splitAtLoad(request.suite.schema);
  const { tables, fixtures } = request;
  const loaded = await inNewDatabase(sessions, 'bench_work_seed', async (session) => {
    await runFiles(session, before, emit);
    const start = performance.now();
    const load = await loadTables(session, tables, fixtures, emit);
    emit({
      kind: 'stage',
      title: 'building constraints and indexes',
      total: statementCount(after),
      unit: 'statements',
    });
    await runFiles(session, after, emit);
    const seconds = (performance.now() - start) / 1000;
    await checkFidelity(session, tables, fixtures);
    return { load, seconds };
  });
  if (!request.floor) return { ...loaded, clientCopySeconds: null };
  const clientCopySeconds = await inNewDatabase(sessions, 'bench_work_floor', async (session) => {
    await runFiles(session, [...before, ...after], emit);
    return plainCopy(session, tables, fixtures, emit);
  });
  return { ...loaded, clientCopySeconds };
}

async function inNewDatabase<T>(
  sessions: Sessions,
  database: string,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  await sessions.admin((admin) => createDatabase(admin, database));
  await sessions.admin((admin) => admin.script('CHECKPOINT'));
  const result = await sessions.with({ database }, work);
  await sessions.admin((admin) => dropDatabase(admin, database));
  return result;
}
