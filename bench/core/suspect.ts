import type { Comparison } from './comparison.ts';
import { formatMs, formatPercent } from './units.ts';
import { LARGE } from './verdict.ts';

/** A single execution is late by less, now and then, on a busy machine. */
export const SUSPECT_MS = 10;
/** From where on a gate measures again what the clock was not to judge, in words. */
export const SUSPECT_TEXT = `${formatPercent(LARGE - 1)} and ${formatMs(SUSPECT_MS)}`;

/** Whether the few blocks of what the clock was not to judge are so slow that a gate looks again. */
export function isSuspect(
  one: Pick<Comparison, 'judged' | 'sameAsWhole' | 'ratio' | 'beforeMs' | 'afterMs'>,
): boolean {
  const { judged, sameAsWhole, ratio, beforeMs, afterMs } = one;
  const isSlower = ratio !== null && ratio <= 1 / LARGE && (afterMs ?? 0) - (beforeMs ?? 0) >= SUSPECT_MS;
  return isSlower && !judged && !sameAsWhole;
}
