import { expect, test } from 'vitest';
import { streamKey, unit } from './random.ts';
import { median, medianInterval, pairedLogRatios, quantile, quantileInterval } from './statistics.ts';

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

test('the interval of a median has the places of the published tables', () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i);
  const places = [6, 9, 12, 15, 20].map((n) => medianInterval(upTo(n), 0.025));
  expect(places).toEqual([
    [1, 6],
    [2, 8],
    [3, 10],
    [4, 12],
    [6, 15],
  ]);
  expect(medianInterval(upTo(5), 0.025)).toBeNull();
  expect(medianInterval([], 0.025)).toBeNull();
});

test('the interval of a median lies beyond it as often as the binomial says, in 1.8 % of 15 values', () => {
  const trials = Array.from({ length: 4000 }, (_, trial) =>
    Array.from({ length: 15 }, (_, row) => (unit(streamKey(trial, 'median'), row) - 0.5) ** 3),
  );
  const beyond = trials.filter((values) => (medianInterval(values, 0.025)?.[0] ?? 0) > 0).length;
  expect(beyond / trials.length).toBeCloseTo(0.0176, 2);
});

test('the interval of a p95 has the places of the binomial, and needs 72 values for an upper end', () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
  expect(quantileInterval(upTo(71), 0.95, 0.025)).toBeNull();
  expect(quantileInterval(upTo(72), 0.95, 0.025)).toEqual([64, 72]);
  expect(quantileInterval(upTo(1000), 0.95, 0.025)).toEqual([936, 964]);
  expect(quantileInterval(upTo(100_000), 0.95, 0.025)).toEqual([94_864, 95_136]);
});
