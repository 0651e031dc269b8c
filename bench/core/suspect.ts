import type { Comparison } from './comparison.ts';
import { formatMs, formatPercent } from './units.ts';
import { LARGE, LOOKS } from './verdict.ts';

/** A single execution is late by less, now and then, on a busy machine. */
export const SUSPECT_MS = 10;
/** From where on a gate measures again what the clock was not to judge, in words. */
export const SUSPECT_TEXT = `${formatPercent(LARGE - 1)} and ${formatMs(SUSPECT_MS)}`;

/** Whether the few blocks of what the clock was not to judge are so slow that a gate looks again. */
export function isSuspect(
  one: Pick<Comparison, 'judged' | 'sameAsWhole' | 'ratio' | 'beforeMs' | 'afterMs'>,
): boolean {
  const { judged, sameAsWhole, ratio } = one;
  return ratio !== null && ratio <= 1 / LARGE && isFarApart(one) && !judged && !sameAsWhole;
}

/** Whether what was measured again is surely not so slow as its few blocks had it: nothing is left to ask of the clock. */
export function isCleared({ interval }: Pick<Comparison, 'interval'>): boolean {
  return interval !== null && interval[0] > 1 / LARGE;
}

/** Slower by this factor and time, twice on copies of their own, is no noise: what is too dear for an interval needs none. */
const GROSS = { factor: 10, ms: 10_000 };
export const GROSS_TEXT = `a factor of ${GROSS.factor} and ${formatMs(GROSS.ms)}`;

/** Whether blocks too few for a verdict are slower by far more than any noise. */
export function isGross(
  one: Pick<Comparison, 'ratio' | 'beforeMs' | 'afterMs' | 'blocks' | 'sameAsWhole'>,
): boolean {
  const { ratio, beforeMs, afterMs, blocks, sameAsWhole } = one;
  const isFar = ratio !== null && ratio <= 1 / GROSS.factor && (afterMs ?? 0) - (beforeMs ?? 0) >= GROSS.ms;
  return isFar && blocks < LOOKS[0] && !sameAsWhole;
}

/** The same of times that are no comparison, since the answers differ. */
export function isSlowApart(one: Pick<Comparison, 'ratio' | 'beforeMs' | 'afterMs'>): boolean {
  const { ratio, beforeMs, afterMs } = one;
  return ratio === null && (afterMs ?? 0) >= LARGE * (beforeMs ?? 0) && isFarApart(one);
}

function isFarApart({ beforeMs, afterMs }: Pick<Comparison, 'beforeMs' | 'afterMs'>): boolean {
  return beforeMs !== null && afterMs !== null && afterMs - beforeMs >= SUSPECT_MS;
}
