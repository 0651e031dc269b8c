import { expect, test } from 'vitest';
import { lowerBound, upperBound } from './binomial.ts';

test('none of n is at most 1 − 0.05^(1/n): the rule of three', () => {
  expect(upperBound(0, 299, 0.95)).toBeCloseTo(1 - 0.05 ** (1 / 299), 12);
  expect(upperBound(0, 299, 0.95)).toBeLessThan(0.01);
  expect(upperBound(0, 298, 0.95)).toBeGreaterThan(0.01);
});

// R: binom.test(k, n, alternative = "less"/"greater")$conf.int
test.each([
  [1, 20, 0.2161068, 0.0025614],
  [5, 10, 0.7775588, 0.2224411],
  [95, 100, 0.9801389, 0.8977262],
])('%i of %i has the bounds that R gives', (k, n, upper, lower) => {
  expect(upperBound(k, n, 0.95)).toBeCloseTo(upper, 4);
  expect(lowerBound(k, n, 0.95)).toBeCloseTo(lower, 4);
});

test('all and nothing are their own bounds', () => {
  expect(upperBound(7, 7, 0.95)).toBe(1);
  expect(lowerBound(0, 7, 0.95)).toBeCloseTo(0, 12);
  expect(lowerBound(100, 100, 0.95)).toBeCloseTo(0.05 ** (1 / 100), 12);
});
