import { describe, expect, test } from 'vitest';
import { logNormal } from './random.ts';
import { tInterval } from './t-interval.ts';

describe('the t interval', () => {
  test('is that of the textbook', () => {
    // NIST/SEMATECH e-Handbook 1.3.5.2 has mean ± t · s ÷ √n; here mean 2, s 1, n 3 and t 4.303.
    const [low, high] = tInterval([1, 2, 3]) ?? [];
    expect(low).toBeCloseTo(2 - 4.303 / Math.sqrt(3), 6);
    expect(high).toBeCloseTo(2 + 4.303 / Math.sqrt(3), 6);
    expect(tInterval([5])).toBeNull();
  });

  test.each([2, 3, 5, 12])('of %d normal values holds their mean in 95 % of cases', (n) => {
    const trials = 4_000;
    const held = Array.from({ length: trials }, (_, trial) => {
      const values = Array.from({ length: n }, (__, i) => Math.log(logNormal(n, trial * n + i, 1)));
      const [low, high] = tInterval(values) ?? [0, 0];
      return low <= 0 && high >= 0;
    }).filter(Boolean).length;
    // Four standard errors of 0.0034.
    expect(held / trials).toBeGreaterThan(0.936);
    expect(held / trials).toBeLessThan(0.964);
  });
});
