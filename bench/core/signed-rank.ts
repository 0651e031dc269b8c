/** A change over paired blocks, in the unit of the values given. */
export interface Shift {
  readonly estimate: number;
  /** Exact confidence interval; null when there are too few values for its level. */
  readonly interval: readonly [number, number] | null;
}

/**
 * P(W ≤ w) for w = 0 … n(n+1)/2, W being the sum of the ranks of positive values among n values that are
 * symmetric around zero: Wilcoxon 1945, "Individual Comparisons by Ranking Methods". Exact, by adding one
 * rank after the other, each with probability one half.
 */
export function signedRankDistribution(n: number): Float64Array {
  let chance = Float64Array.of(1);
  for (let rank = 1; rank <= n; rank += 1) {
    const next = new Float64Array(chance.length + rank);
    chance.forEach((p, w) => {
      next[w] = (next[w] ?? 0) + p / 2;
      next[w + rank] = (next[w + rank] ?? 0) + p / 2;
    });
    chance = next;
  }
  let sum = 0;
  return chance.map((p) => {
    sum += p;
    return sum;
  });
}

const critical = new Map<string, number | null>();

/** The largest w with P(W ≤ w) ≤ `level`; null when even w = 0 is likelier than that. */
export function criticalRank(n: number, level: number): number | null {
  const key = `${n} ${level}`;
  const known = critical.get(key);
  if (known !== undefined) return known;
  const above = signedRankDistribution(n).findIndex((p) => p > level);
  const rank = above > 0 ? above - 1 : null;
  critical.set(key, rank);
  return rank;
}

/** The fewest values that have an interval at this one-sided level: all of one sign has chance 2^−n. */
export function fewestValues(level: number): number {
  return Math.max(1, Math.ceil(-Math.log2(level)));
}

/**
 * The median of all pairwise (Walsh) averages, each value with itself included: Hodges & Lehmann 1963,
 * "Estimates of Location Based on Rank Tests". The interval inverts the exact signed-rank test, so that each
 * end is beyond the truth with probability `level` or less, whatever the shape of the noise, as long as it is
 * symmetric: arms in random order make it so. Nothing is random: the same values give the same interval.
 * Null for no values.
 */
export function hodgesLehmann(values: readonly number[], level: number): Shift | null {
  return hodgesLehmannAt(values, [level])[0] ?? null;
}

/** The same at each of some levels, from averages that are sorted once; nothing for no values. */
export function hodgesLehmannAt(values: readonly number[], levels: readonly number[]): readonly Shift[] {
  if (values.length === 0) return [];
  const averages = walshAverages(values);
  const last = averages.length - 1;
  const at = (place: number) => averages[place] ?? Number.NaN;
  const estimate = (at(Math.floor(last / 2)) + at(Math.ceil(last / 2))) / 2;
  return levels.map((level) => {
    const rank = criticalRank(values.length, level);
    return { estimate, interval: rank === null ? null : [at(rank), at(last - rank)] };
  });
}

/** In ascending order. */
function walshAverages(values: readonly number[]): Float64Array {
  const averages = new Float64Array((values.length * (values.length + 1)) / 2);
  let place = 0;
  for (const [i, a] of values.entries()) {
    for (let j = i; j < values.length; j += 1) {
      averages[place] = (a + (values[j] ?? 0)) / 2;
      place += 1;
    }
  }
  return averages.sort();
}

/** A difference of logarithms after ÷ before as the ratio before ÷ after, with its interval. */
export function asRatio(shift: Shift | null): {
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
} {
  return { ratio: shift && Math.exp(-shift.estimate), interval: shift && asRatios(shift.interval) };
}

/** The ends of an interval of such a difference, as ratios. */
export function asRatios(interval: readonly [number, number] | null): readonly [number, number] | null {
  return interval && [Math.exp(-interval[1]), Math.exp(-interval[0])];
}
