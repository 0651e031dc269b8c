import { deviation } from './verdict.ts';

/** Quantile 0.975 of Student's t with 1, 2, … degrees of freedom (Student 1908; NIST/SEMATECH e-Handbook 1.3.6.7.2). */
const T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
];

/**
 * The 95 % interval of the mean of a few values, if they scatter normally: mean ± t · s ÷ √n. Null for a single value.
 * From three values it is wide, as it has to be: they span their own median in three cases of four only.
 */
export function tInterval(values: readonly number[]): readonly [number, number] | null {
  const n = values.length;
  if (n < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const t = T_975[Math.min(n - 2, T_975.length - 1)] ?? 0;
  const half = (t * deviation(values)) / Math.sqrt(n);
  return [mean - half, mean + half];
}
