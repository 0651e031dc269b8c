import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankSumChance, rankSumDistribution, rankSumShift } from './rank-sum.ts';

/** U of every way to choose which `a` of the ranks are of the first side. */
function everyU(a: number, b: number): number[] {
  if (a === 0 || b === 0) return [0];
  return [...everyU(a - 1, b).map((u) => u + b), ...everyU(a, b - 1)];
}

describe('the rank sum', () => {
  test('has the distribution that counting every order gives', () => {
    for (const [a, b] of [
      [1, 1],
      [3, 5],
      [6, 6],
      [7, 4],
    ] as const) {
      const all = everyU(a, b);
      const counted = Array.from(
        { length: a * b + 1 },
        (_, u) => all.filter((one) => one <= u).length / all.length,
      );
      rankSumDistribution(a, b).forEach((chance, u) => {
        expect(chance).toBeCloseTo(counted[u] ?? 0, 12);
      });
    }
  });

  test('has the critical values of the tables: 2 for five against five, 23 for ten against ten at 5 %', () => {
    const critical = (n: number) => rankSumDistribution(n, n).findIndex((chance) => chance > 0.025) - 1;
    expect([critical(5), critical(10), critical(20)]).toEqual([2, 23, 127]);
  });

  test('is right to many digits where chances are smallest', () => {
    // Of the 50 + 50 over 50 orders, one has U = 0.
    const orders = Array.from({ length: 50 }, (_, i) => (51 + i) / (1 + i)).reduce(
      (all, one) => all * one,
      1,
    );
    expect(rankSumChance(50, 50, 0) * orders).toBeCloseTo(2, 9);
  });

  test('counts both directions, and ties as half', () => {
    expect(rankSumChance(5, 5, 0)).toBe(rankSumChance(5, 5, 25));
    expect(rankSumChance(5, 5, 12.5)).toBe(1);
    expect(rankSumChance(5, 5, 2.5)).toBe(rankSumChance(5, 5, 3));
  });
});

describe('the shift between two samples', () => {
  test('is the median of all differences, inside its interval', () => {
    const values = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 5, maxLength: 12 });
    fc.assert(
      fc.property(values, values, fc.double({ min: -3, max: 3, noNaN: true }), (before, after, by) => {
        const shift = rankSumShift(before, after, 0.025);
        const moved = rankSumShift(
          before,
          after.map((value) => value + by),
          0.025,
        );
        const [low, high] = shift?.interval ?? [Number.NaN, Number.NaN];
        expect(low).toBeLessThanOrEqual(shift?.estimate ?? Number.NaN);
        expect(high).toBeGreaterThanOrEqual(shift?.estimate ?? Number.NaN);
        expect(moved?.estimate).toBeCloseTo((shift?.estimate ?? 0) + by, 9);
      }),
    );
  });

  test('has no interval from too few values, and is none without values', () => {
    expect(rankSumShift([1, 2, 3], [11, 12, 13], 0.025)).toEqual({ estimate: 10, interval: null });
    expect(rankSumShift([], [1], 0.025)).toBeNull();
  });
});
