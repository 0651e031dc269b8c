import { median } from './statistics.ts';
import { normalQuantile } from './verdict.ts';

/** Steps count for so many times the median one at most: a change of level makes few steps, but large ones. */
const LARGEST = 4;

/** The most that is believed: beyond it a series wanders, and no test of its level means anything. */
const MOST = 0.9;

/**
 * How much a value resembles the one before it, 0 to 0.9, from how much larger steps over two values are than steps
 * over one: s₂² ÷ s₁² − 1, as for an autoregressive process of the first order. Neither changes of level nor a drift
 * that is slow against the noise disturb it: Chakar, Lebarbier, Lévy-Leduc & Robin 2017, "A robust approach for
 * estimating change-points in the mean of an AR(1) process". They take medians; we take squares, cut at four times the
 * median step, which are less noisy in short series. Negative likeness counts as none.
 */
export function autocorrelation(values: readonly number[]): number {
  const [one, two] = [steps(values, 1), steps(values, 2)];
  const most = LARGEST * median(one);
  const ratio = meanSquare(two, most) / meanSquare(one, most);
  return Number.isFinite(ratio) ? Math.min(MOST, Math.max(0, ratio - 1)) : 0;
}

function steps(values: readonly number[], over: number): number[] {
  return values.slice(over).map((value, i) => Math.abs(value - (values[i] ?? 0)));
}

function meanSquare(steps: readonly number[], most: number): number {
  return steps.reduce((sum, step) => sum + Math.min(step, most) ** 2, 0) / steps.length;
}

/**
 * The one-sided level that a test of `a` values against `b`, made for independent ones, must have so that it errs in
 * `level` of all cases among values so alike: the difference of their means varies more, and the test must ask for a
 * distance that is larger by the same factor.
 */
export function levelAmong(alike: number, a: number, b: number, level: number): number {
  const factor = (b * inflation(alike, a) + a * inflation(alike, b)) / (a + b);
  return normalTail(normalQuantile(1 - level) * Math.sqrt(factor));
}

/**
 * How much more the mean of n values varies than that of independent ones, as variance, in a first-order
 * autoregression: Bayley & Hammersley 1946, "The 'Effective' Number of Independent Observations in an Autocorrelated
 * Time Series".
 */
function inflation(alike: number, n: number): number {
  return (1 + alike) / (1 - alike) - (2 * alike * (1 - alike ** n)) / (n * (1 - alike) ** 2);
}

/** P(Z > z) of the standard normal for z ≥ 1, to nine digits: Laplace's continued fraction (Abramowitz & Stegun 26.2.14). */
export function normalTail(z: number): number {
  let rest = z;
  for (let k = 60; k > 0; k -= 1) rest = z + k / rest;
  return Math.exp((-z * z) / 2) / (Math.sqrt(2 * Math.PI) * rest);
}
