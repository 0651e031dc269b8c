import { BenchError } from '../core/errors.ts';
import { isRefused } from '../postgres/session.ts';
import type { Suite } from './suite-folder.ts';

/** One side of a gate: a suite as it is in one commit, or in the working tree. */
export interface Side {
  readonly name: 'base' | 'head';
  /** `main (1a2b3c4)`. */
  readonly title: string;
  readonly suite: Suite;
}

/** Does work with the suite of a side, and says whose it is where it cannot be used. Errors: BENCH-GATE-SIDE. */
export async function ofSide<T>(
  { name, title }: Pick<Side, 'name' | 'title'>,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isOfSuite(cause)) throw cause;
    throw new BenchError(
      'BENCH-GATE-SIDE',
      { side: `${name} (${title})`, problem: problemOf(cause) },
      { cause },
    );
  }
}

/** What is wrong with a suite, at whatever step it shows. */
const OF_SUITE: readonly string[] = ['BENCH-SUITE-INVALID', 'BENCH-SQL', 'BENCH-LOAD', 'BENCH-FIDELITY'];

function isOfSuite(error: unknown): error is Error {
  return error instanceof BenchError ? OF_SUITE.includes(error.name) : isRefused(error);
}

/** The folder of a base is a draft that is gone by then, so it is not told. */
function problemOf(error: Error): string {
  const isInvalid = error instanceof BenchError && error.name === 'BENCH-SUITE-INVALID';
  return isInvalid ? String(error.facts['problem']) : error.message;
}
