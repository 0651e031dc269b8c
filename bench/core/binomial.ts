/** Halvings of the interval that a bound lies in: beyond what a double can tell apart. */
const HALVINGS = 60;

/**
 * The largest share that so few as `k` of `n` still speak for, with this confidence: Clopper & Pearson 1934, "The Use of
 * Confidence or Fiducial Limits Illustrated in the Case of the Binomial". For k = 0 it is 1 − (1 − confidence)^(1/n).
 */
export function upperBound(k: number, n: number, confidence: number): number {
  if (k >= n) return 1;
  return root((share) => atMost(k, n, share) - (1 - confidence));
}

/** The smallest share that so many as `k` of `n` still speak for, with this confidence; same source. */
export function lowerBound(k: number, n: number, confidence: number): number {
  return n === 0 ? 0 : 1 - upperBound(n - k, n, confidence);
}

/** Where a falling function of a share crosses zero. */
function root(falling: (share: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (falling(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}

/** Probability of `k` or fewer of `n`, each with this share. */
function atMost(k: number, n: number, share: number): number {
  let sum = 0;
  let logChoose = 0;
  for (let i = 0; i <= k; i += 1) {
    if (i > 0) logChoose += Math.log(n - i + 1) - Math.log(i);
    sum += Math.exp(logChoose + i * Math.log(share) + (n - i) * Math.log1p(-share));
  }
  return Math.min(1, sum);
}
