/** Counters may rise by this share. */
export const TOLERATED = 0.02;
/** A figure that does not repeat may rise by this share, or by so much over an execution. */
const SPARE = 0.05;
const SPARE_AMOUNT = 100;
/** 0.1 + 0.2 is more than 0.3 in binary floating point. */
const ROUNDING = 1e-9;

export function isMore(value: number, bound: number): boolean {
  return value > bound + Math.abs(bound) * ROUNDING;
}

/** Of a figure that repeats exactly. */
export function hasRisen(before: number, after: number): boolean {
  return isMore(after, before * (1 + TOLERATED));
}

/** Of a figure that does not, or was seen once; it is of one unit of work, and an execution does `units`. */
export function hasRisenFar(before: number, after: number, units: number): boolean {
  return isMore(after, before * (1 + SPARE)) && isMore((after - before) * units, SPARE_AMOUNT);
}
