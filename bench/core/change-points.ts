import { autocorrelation, levelAmong } from './autocorrelation.ts';
import { rankSumChance, rankSumShift } from './rank-sum.ts';
import type { Shift } from './signed-rank.ts';

/** Chance, by the bound of Bonferroni, that a series of independent values of one level is split at all. */
const LEVEL = 0.02;
/** A level shows in at least so many values. */
const SHORTEST = 5;
/** A split is tried against so many values on each side at most: few see a short episode, many see a small change. */
const WINDOWS = [10, 20, 50] as const;
const WIDEST = Math.max(...WINDOWS);
/** Each end of the interval of a shift misses with this chance. */
const END = 0.025;
/** Places are looked over so often at most; they come to rest after two or three times. */
const ROUNDS = 10;

/** Where a series changes its level. */
export interface ChangePoint {
  /** Place of the first value of the new level. */
  readonly at: number;
  /** New level − old one, of the nearest 50 values on each side at most, with its 95 % interval. */
  readonly shift: Shift;
}

/** A place between two values, and by how much chance explains it less than what counts: 1 is the limit. */
interface Split {
  readonly at: number;
  readonly excess: number;
}

interface Series {
  readonly values: readonly number[];
  readonly alike: number;
  /** For each value, how many of the next ones exceed it: of the next one, of the next two, and so on. */
  readonly exceeded: readonly Float64Array[];
  /** The chance up to which a split of so many values against so many counts. */
  readonly limit: (a: number, b: number) => number;
}

/**
 * Where a series of measurements, best of logarithms, changes its level. Each place is tried by exact rank sum tests of
 * the values before against those after it, in windows of three sizes; the likeliest place splits the series, and so on
 * in the parts (Scott & Knott 1974, "A Cluster Analysis Method for Grouping Means in the Analysis of Variance"). In the
 * end each place is looked for anew between its neighbours, and given up where it no longer counts. Nothing is random
 * or resampled: the same values always give the same places. A slow drift is found as a stair of several changes.
 */
export function changePoints(values: readonly number[]): ChangePoint[] {
  const series = prepared(values);
  const places = settled(series, divided(series, 0, values.length), ROUNDS);
  return places.flatMap((at, i) => {
    const shift = shiftAt(series, places[i - 1] ?? 0, at, places[i + 1] ?? values.length);
    return shift ? [{ at, shift }] : [];
  });
}

function prepared(values: readonly number[]): Series {
  const alike = autocorrelation(values);
  const level = LEVEL / (2 * WINDOWS.length * values.length);
  const known = new Map<number, number>();
  const limit = (a: number, b: number) => {
    const key = a * (WIDEST + 1) + b;
    const made = known.get(key) ?? 2 * levelAmong(alike, a, b, level);
    known.set(key, made);
    return made;
  };
  return { values, alike, exceeded: values.map((_, i) => exceededFrom(values, i)), limit };
}

function exceededFrom(values: readonly number[], i: number): Float64Array {
  const was = values[i] ?? 0;
  const sums = new Float64Array(Math.min(2 * WIDEST, values.length - i) - 1);
  let sum = 0;
  for (let ahead = 0; ahead < sums.length; ahead += 1) {
    const is = values[i + 1 + ahead] ?? 0;
    sum += is > was ? 1 : is === was ? 0.5 : 0;
    sums[ahead] = sum;
  }
  return sums;
}

function divided(series: Series, from: number, to: number): number[] {
  const split = likeliestSplit(series, from, to);
  if (split === null || split.excess > 1) return [];
  return [...divided(series, from, split.at), split.at, ...divided(series, split.at, to)];
}

/** The first places are found while the series holds other changes; between these neighbours they stand alone. */
function settled(series: Series, places: readonly number[], rounds: number): readonly number[] {
  if (rounds === 0) return places;
  const kept: number[] = [];
  for (const [i] of places.entries()) {
    const split = likeliestSplit(series, kept.at(-1) ?? 0, places[i + 1] ?? series.values.length);
    if (split !== null && split.excess <= 1) kept.push(split.at);
  }
  return kept.join() === places.join() ? kept : settled(series, kept, rounds - 1);
}

/** The split of the values from `from` to before `to` that chance explains least; null where there are too few. */
function likeliestSplit(series: Series, from: number, to: number): Split | null {
  let best: Split | null = null;
  for (let at = from + SHORTEST; at <= to - SHORTEST; at += 1) {
    for (const window of WINDOWS) {
      const excess = excessOf(series, Math.max(from, at - window), at, Math.min(to, at + window));
      if (best === null || excess < best.excess) best = { at, excess };
      // A wider window would hold the same values.
      if (at - window <= from && to <= at + window) break;
    }
  }
  return best;
}

/** Chance of so many pairs in which the value after exceeds the one before, or so few, ÷ the chance that counts. */
function excessOf({ exceeded, limit }: Series, from: number, at: number, to: number): number {
  let pairs = 0;
  for (let i = from; i < at; i += 1) {
    const sums = exceeded[i];
    pairs += (sums?.[to - i - 2] ?? 0) - (sums?.[at - i - 2] ?? 0);
  }
  return rankSumChance(at - from, to - at, pairs) / limit(at - from, to - at);
}

function shiftAt({ values, alike }: Series, from: number, at: number, to: number): Shift | null {
  const before = values.slice(Math.max(from, at - WIDEST), at);
  const after = values.slice(at, Math.min(to, at + WIDEST));
  return rankSumShift(before, after, levelAmong(alike, before.length, after.length, END));
}
