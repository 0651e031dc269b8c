import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hodgesLehmann, median, pairedLogRatios, quantile } from './statistics.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

test('median and quantiles follow R type 7', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
  expect(quantile([7], 0.9)).toBe(7);
  expect(median([])).toBeNaN();
});

test('only blocks that both arms were measured in are paired', () => {
  const before = new Map([
    [0, 100],
    [1, 200],
    [2, 300],
  ]);
  const after = new Map([
    [2, 150],
    [1, 100],
    [5, 1],
  ]);
  const ratios = pairedLogRatios(before, after);
  expect(ratios).toHaveLength(2);
  for (const d of ratios) expect(d).toBeCloseTo(Math.log(0.5));
});

test('a zero has no logarithm and is left out', () => {
  expect(pairedLogRatios(new Map([[0, 0]]), new Map([[0, 1]]))).toEqual([]);
});

test('Hodges–Lehmann is the median of the Walsh averages', () => {
  expect(hodgesLehmann([1, 2, 10])?.estimate).toBe((2 + 5.5) / 2);
  expect(hodgesLehmann([])).toBeNull();
  expect(hodgesLehmann([5])).toEqual({ estimate: 5, interval: null });
});

test('Hodges–Lehmann moves with the data and ignores its order', () => {
  fc.assert(
    fc.property(fc.array(finite, { minLength: 1, maxLength: 15 }), finite, (values, shift) => {
      const estimate = hodgesLehmann(values)?.estimate ?? Number.NaN;
      const moved = hodgesLehmann(values.map((value) => value + shift))?.estimate ?? Number.NaN;
      expect(moved).toBeCloseTo(estimate + shift, 6);
      expect(hodgesLehmann([...values].reverse())?.estimate).toBe(estimate);
    }),
  );
});
