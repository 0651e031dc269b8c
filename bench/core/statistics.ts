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
