import { expect, test } from 'vitest';
import { median, pairedLogRatios, quantile } from './statistics.ts';

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
