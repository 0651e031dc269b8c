import type { Shift } from './signed-rank.ts';

const known = new Map<number, Float64Array>();

/**
 * P(U ≤ u) for u = 0 … a·b, U being the number of pairs in which one of `a` values exceeds one of `b` others, when all
 * are drawn alike: Mann & Whitney 1947, "On a Test of Whether One of Two Random Variables is Stochastically Larger than
 * the Other". Exact, by their recursion over which side holds the largest value; it adds only, so that chances of 1e-29
 * are right to many digits too.
 */
export function rankSumDistribution(a: number, b: number): Float64Array {
  if (a > b) return rankSumDistribution(b, a);
  const key = a * 2 ** 26 + b;
  const found = known.get(key);
  if (found) return found;
  const made = a === 0 ? Float64Array.of(1) : withOneMore(a, b);
  known.set(key, made);
  return made;
}

/** The largest value is one of the `a`, and exceeds all `b`, or one of the `b`, and exceeds none. */
function withOneMore(a: number, b: number): Float64Array {
  const [lessOfA, lessOfB] = [rankSumDistribution(a - 1, b), rankSumDistribution(a, b - 1)];
  return new Float64Array(a * b + 1).map(
    (_, u) => (a * atMost(lessOfA, u - b) + b * atMost(lessOfB, u)) / (a + b),
  );
}

function atMost(distribution: Float64Array, u: number): number {
  return u < 0 ? 0 : (distribution[u] ?? 1);
}

/**
 * The chance that `a` values and `b` others, drawn alike, are so far apart in either direction, by their U. For ties,
 * counted as half a pair, it errs to the safe side.
 */
export function rankSumChance(a: number, b: number, u: number): number {
  const far = Math.ceil(Math.min(u, a * b - u));
  return Math.min(1, 2 * atMost(rankSumDistribution(a, b), far));
}

/**
 * By how much `after` exceeds `before`: the median of all pairwise differences (Hodges & Lehmann 1963). The interval
 * inverts the exact rank sum test, each end with the one-sided `level`; it is null where there are too few values.
 * Null without values on a side.
 */
export function rankSumShift(
  before: readonly number[],
  after: readonly number[],
  level: number,
): Shift | null {
  if (before.length === 0 || after.length === 0) return null;
  const differences = Float64Array.from(before.flatMap((was) => after.map((is) => is - was))).sort();
  const last = differences.length - 1;
  const at = (place: number) => differences[place] ?? Number.NaN;
  const rank = rankSumDistribution(before.length, after.length).findIndex((chance) => chance > level) - 1;
  return {
    estimate: (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2,
    interval: rank < 0 ? null : [at(rank), at(last - rank)],
  };
}
