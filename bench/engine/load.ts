import { createHash, type Hash } from 'node:crypto';
import { BenchError } from '../core/errors.ts';
import type { LoadRecord } from '../core/run-file.ts';
import type { Fixtures, Table } from '../core/suite.ts';
import { foreignKeys } from '../postgres/facts.ts';
import { identifier, isRefused, type Session, sqlState } from '../postgres/session.ts';
import type { Emit } from './events.ts';

/** Rows made at a time: about 64 KiB of COPY text for the usual row. */
const CHUNK_ROWS = 256;

/** Counts what goes through: one for a whole load. */
class Meter {
  rows = 0;
  bytes = 0;
  readonly hash: Hash = createHash('sha256');
}

/**
 * Streams the tables' rows by COPY, one transaction a table: truncating in it lets COPY write frozen
 * rows, so that no VACUUM has to touch them again. Memory stays flat: rows are made as the server
 * takes them. Errors: BENCH-LOAD for rows or columns that a table does not take, BENCH-DISK-FULL.
 */
export async function loadTables(
  session: Session,
  tables: readonly Table[],
  fixtures: Fixtures,
  emit: Emit,
): Promise<LoadRecord> {
  const total = tables.reduce((sum, table) => sum + table.rowCount(fixtures), 0);
  emit({ kind: 'stage', title: 'loading', total, unit: 'rows' });
  const meter = new Meter();
  const start = performance.now();
  const loaded: LoadRecord['tables'] = [];
  for (const table of tables) loaded.push(await loadTable(session, table, fixtures, meter, emit));
  return {
    contacts: fixtures.contacts,
    seed: fixtures.seed,
    rows: meter.rows,
    bytes: meter.bytes,
    seconds: (performance.now() - start) / 1000,
    digest: meter.hash.digest('hex'),
    tables: loaded,
  };
}

async function loadTable(session: Session, table: Table, fixtures: Fixtures, meter: Meter, emit: Emit) {
  const start = performance.now();
  const bytesBefore = meter.bytes;
  const note = (done: number) => emit({ kind: 'progress', done, bytes: meter.bytes, note: table.name });
  const copied = session.transaction(async () => {
    await session.script(`TRUNCATE ${identifier(table.name)}`);
    return session.copyIn(copyCommand(table, 'FREEZE'), chunks(table, fixtures, meter, note));
  });
  const rows = await copied.catch((error: unknown) => {
    throw loadError(table, error);
  });
  const seconds = (performance.now() - start) / 1000;
  return { name: table.name, rows, bytes: meter.bytes - bytesBefore, seconds };
}

function loadError({ name: table }: Table, error: unknown): unknown {
  const sqlstate = sqlState(error);
  if (sqlstate === '53100' && error instanceof Error)
    return new BenchError('BENCH-DISK-FULL', { problem: error.message }, { cause: error });
  if (sqlstate === null || !isRefused(error)) return error;
  const where = 'where' in error && error.where ? `, ${error.where}` : '';
  return new BenchError(
    'BENCH-LOAD',
    { table, problem: `${error.message}${where}`, sqlstate },
    { cause: error },
  );
}

/** What a plain client does: COPY into finished tables, indexes and constraints in place. Seconds. */
export async function plainCopy(
  session: Session,
  tables: readonly Table[],
  fixtures: Fixtures,
  emit: Emit,
): Promise<number> {
  emit({ kind: 'stage', title: 'plain COPY, for comparison', total: null, unit: 'rows' });
  const meter = new Meter();
  const start = performance.now();
  for (const table of await parentsFirst(session, tables)) {
    const note = (done: number) => emit({ kind: 'progress', done, bytes: meter.bytes, note: table.name });
    await session.copyIn(copyCommand(table), chunks(table, fixtures, meter, note));
  }
  return (performance.now() - start) / 1000;
}

/** Tables in an order in which no row comes before one it refers to. */
async function parentsFirst(session: Session, tables: readonly Table[]): Promise<readonly Table[]> {
  const references = await foreignKeys(session);
  const ordered: Table[] = [];
  const add = (table: Table): void => {
    if (ordered.includes(table)) return;
    const parents = references.filter(({ child }) => child === table.name).map(({ parent }) => parent);
    for (const other of tables) if (other !== table && parents.includes(other.name)) add(other);
    ordered.push(table);
  };
  for (const table of tables) add(table);
  return ordered;
}

function copyCommand(table: Table, option?: string): string {
  const columns = table.columns.map(identifier).join(', ');
  return `COPY ${identifier(table.name)} (${columns}) FROM STDIN${option ? ` WITH (${option})` : ''}`;
}

function* chunks(
  table: Table,
  fixtures: Fixtures,
  meter: Meter,
  note: (rows: number) => void,
): Generator<Uint8Array> {
  const rows = table.rowCount(fixtures);
  for (let from = 0; from < rows; from += CHUNK_ROWS) {
    const to = Math.min(from + CHUNK_ROWS, rows);
    const chunk = table.copyBytes?.(fixtures, from, to) ?? Buffer.from(table.copyText(fixtures, from, to));
    meter.hash.update(chunk);
    meter.rows += to - from;
    meter.bytes += chunk.length;
    note(meter.rows);
    yield chunk;
  }
}
