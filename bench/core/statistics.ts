/**
 * The quantile `q` (0 to 1) by linear interpolation between order statistics, as R's type 7
 * (Hyndman & Fan 1996, "Sample Quantiles in Statistical Packages"). NaN for no values.
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * q;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The middle value, or the mean of the two middle ones. NaN for no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * d = ln(after) − ln(before) for each block that both arms were measured in, in block order.
 * Negative is faster. Values are milliseconds by block number; a zero cannot be compared and is left out.
 */
export function pairedLogRatios(
  before: ReadonlyMap<number, number>,
  after: ReadonlyMap<number, number>,
): number[] {
  const blocks = [...before.keys()].filter((block) => after.has(block)).sort((a, b) => a - b);
  return blocks
    .map((block) => Math.log(after.get(block) ?? 0) - Math.log(before.get(block) ?? 0))
    .filter((d) => Number.isFinite(d));
}

/** The interval of the median: `quantileInterval` of one half. It takes six values at a level of 2.5 %. */
export function medianInterval(values: readonly number[], level: number): readonly [number, number] | null {
  return quantileInterval(values, 0.5, level);
}

/**
 * The two of the values that hold a quantile between them with probability 1 − 2 × `level` or more, whatever the shape
 * of the noise, for values that do not depend on each other: the binomial test inverted (Thompson 1936, "On Confidence
 * Ranges for the Median and Other Expectation Distributions"). Null where so few values have none.
 */
export function quantileInterval(
  values: readonly number[],
  share: number,
  level: number,
): readonly [number, number] | null {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[binomialPlace(sorted.length, share, level)];
  const high = sorted[sorted.length - 1 - binomialPlace(sorted.length, 1 - share, level)];
  return low === undefined || high === undefined ? null : [low, high];
}

/** The largest k for which k or fewer of n fall below a quantile with probability `level` or less; −1 for none. */
function binomialPlace(n: number, share: number, level: number): number {
  const logOdds = Math.log(share) - Math.log1p(-share);
  let logChance = n * Math.log1p(-share);
  let sum = Math.exp(logChance);
  let place = -1;
  while (sum <= level && place < n) {
    place += 1;
    logChance += Math.log(n - place) - Math.log(place + 1) + logOdds;
    sum += Math.exp(logChance);
  }
  return place;
}
