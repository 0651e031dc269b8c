import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { criticalRank, fewestValues, hodgesLehmann, signedRankDistribution } from './signed-rank.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('the distribution of the signed rank', () => {
  test('is that of counting all signs by hand', () => {
    // n = 3: ranks 1, 2, 3; sums of the 8 subsets are 0 1 2 3 3 4 5 6.
    expect([...signedRankDistribution(3)]).toEqual([1, 2, 3, 5, 6, 7, 8].map((n) => n / 8));
  });

  // Lower critical values, one-sided: Wilcoxon & Wilcox 1964, "Some Rapid Approximate Statistical Procedures".
  test.each([
    [10, 0.05, 10],
    [10, 0.025, 8],
    [10, 0.005, 3],
    [15, 0.025, 25],
    [15, 0.005, 15],
    [20, 0.025, 52],
    [20, 0.005, 37],
    [30, 0.025, 137],
    [30, 0.005, 109],
    [40, 0.025, 264],
    [40, 0.005, 220],
    [50, 0.025, 434],
    [50, 0.005, 373],
  ])('has the published critical value for n = %i at %d', (n, level, wanted) => {
    expect(criticalRank(n, level)).toBe(wanted);
  });

  test('says how few values decide nothing', () => {
    expect(criticalRank(5, 0.025)).toBeNull();
    expect(criticalRank(6, 0.025)).toBe(0);
    for (const level of [0.025, 0.005, 1 / 9000, 1e-5]) {
      expect(criticalRank(fewestValues(level), level)).not.toBeNull();
      expect(criticalRank(fewestValues(level) - 1, level)).toBeNull();
    }
  });
});

describe('Hodges–Lehmann', () => {
  test('is the median of the Walsh averages', () => {
    expect(hodgesLehmann([1, 2, 10], 0.01)?.estimate).toBe((2 + 5.5) / 2);
    expect(hodgesLehmann([], 0.01)).toBeNull();
    expect(hodgesLehmann([5], 0.01)).toEqual({ estimate: 5, interval: null });
  });

  // Hollander & Wolfe 1973, "Nonparametric Statistical Methods", depression before and after: the interval that
  // R prints for wilcox.test(x, y, paired = TRUE, conf.int = TRUE, conf.level = 0.9609375).
  test('has the published interval', () => {
    const x = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
    const y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
    const shift = hodgesLehmann(
      x.map((value, i) => value - (y[i] ?? 0)),
      (1 - 0.9609375) / 2,
    );
    expect(shift?.estimate).toBeCloseTo(0.46, 6);
    expect(shift?.interval?.[0]).toBeCloseTo(0.01, 6);
    expect(shift?.interval?.[1]).toBeCloseTo(0.786, 6);
  });

  test('moves with the data, ignores its order, and lies inside its interval', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1, maxLength: 15 }), finite, (values, by) => {
        const shift = hodgesLehmann(values, 0.05);
        const moved = hodgesLehmann(
          values.map((value) => value + by),
          0.05,
        );
        expect(moved?.estimate).toBeCloseTo((shift?.estimate ?? 0) + by, 6);
        expect(hodgesLehmann(values.toReversed(), 0.05)).toEqual(shift);
        const [low, high] = shift?.interval ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
        expect(low).toBeLessThanOrEqual(shift?.estimate ?? 0);
        expect(high).toBeGreaterThanOrEqual(shift?.estimate ?? 0);
      }),
    );
  });

  test('a smaller level has a wider interval', () => {
    const values = Array.from({ length: 30 }, (_, i) => Math.sin(i * i));
    const [narrow, wide] = [0.025, 0.001].map((level) => hodgesLehmann(values, level)?.interval ?? [0, 0]);
    expect(wide?.[0]).toBeLessThan(narrow?.[0] ?? 0);
    expect(wide?.[1]).toBeGreaterThan(narrow?.[1] ?? 0);
  });
});
