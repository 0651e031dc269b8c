import { BenchError } from '../core/errors.ts';
import type { Expectation, Fixtures, Table } from '../core/suite.ts';
import { identifier, isRefused, type Session } from '../postgres/session.ts';

export interface Fidelity {
  readonly table: string;
  readonly title: string;
  readonly expected: number;
  readonly measured: number;
  readonly tolerance: number;
}

/**
 * Compares the loaded tables with what their fixtures declare: the shares of rows that decide plans.
 * One pass a table. Errors: BENCH-FIDELITY, naming the first that is off.
 */
export async function checkFidelity(
  session: Session,
  tables: readonly Table[],
  fixtures: Fixtures,
): Promise<readonly Fidelity[]> {
  const found: Fidelity[] = [];
  for (const table of tables) found.push(...(await fidelityOf(session, table, fixtures)));
  const off = found.filter((row) => Math.abs(row.measured - row.expected) > row.tolerance);
  const [first] = off;
  if (first) {
    const share = (value: number) => `${(value * 100).toFixed(3)} %`;
    const problem = `${first.table}: ${first.title} is ${share(first.measured)}, declared ${share(first.expected)} ± ${share(first.tolerance)}`;
    throw new BenchError('BENCH-FIDELITY', { problem });
  }
  return found;
}

async function fidelityOf(session: Session, table: Table, fixtures: Fixtures): Promise<readonly Fidelity[]> {
  const expectations = table.expected?.(fixtures) ?? [];
  if (expectations.length === 0) return [];
  const columns = expectations.map((e, i) => `count(*) FILTER (WHERE ${e.predicate}) AS e${i}`);
  const sql = `SELECT count(*) AS total, ${columns.join(', ')} FROM ${identifier(table.name)}`;
  const { rows } = await session.query<Record<string, number>>(sql).catch((cause: unknown) => {
    if (!isRefused(cause)) throw cause;
    throw new BenchError('BENCH-FIDELITY', { problem: `${table.name}: ${cause.message}` }, { cause });
  });
  const row = rows[0] ?? {};
  const total = row['total'] ?? 0;
  return expectations.map((expectation, i) => ({
    table: table.name,
    title: expectation.title,
    expected: expectation.share,
    measured: total === 0 ? 0 : (row[`e${i}`] ?? 0) / total,
    tolerance: toleranceOf(expectation, total),
  }));
}

/** Four standard errors of a share of n rows, and 1 % of the share for what the model rounds. */
function toleranceOf({ share, tolerance }: Expectation, rows: number): number {
  return (
    tolerance ??
    4 * Math.sqrt((share * (1 - share)) / Math.max(rows, 1)) + 0.01 * share + 2 / Math.max(rows, 1)
  );
}
