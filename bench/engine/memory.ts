import type { Block } from './plan.ts';
import { type Work, warn } from './work.ts';

const NOT_PLACED =
  'the server was running before, so it is not restarted before reads are timed: reads of many pages may differ by some per cent for nothing';

/**
 * Restarts the server before the first round in which all blocks are of reads that the clock decides; true once that is
 * done. What builds and writes leaves a database's pages all over the server's memory, while those of a copy lie side by
 * side, and reads of a thousand pages tell the difference. In an empty memory every database finds its places in the same way.
 */
export async function placedAnew(work: Work, round: readonly Block[]): Promise<boolean> {
  if (!round.every(isTimedRead)) return false;
  const { restart, emit } = work.setup;
  if (restart === null) {
    warn(work, NOT_PLACED);
    return true;
  }
  emit({ kind: 'progress', note: 'restarting the server' });
  await restart();
  return true;
}

function isTimedRead({ unit }: Block): boolean {
  return !unit.scenario.scenario.writes && unit.blocks > 1;
}
