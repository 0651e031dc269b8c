import { describe, expect, test } from 'vitest';
import { autocorrelation, levelAmong, normalTail } from './autocorrelation.ts';
import { logNormal, streamKey } from './random.ts';
import { median } from './statistics.ts';

/** An autoregressive series of the first order, with deviation 1. */
function alike(key: number, n: number, phi: number): number[] {
  const values: number[] = [];
  for (let row = 0; row < n; row += 1) {
    const news = Math.log(logNormal(key, row, row === 0 ? 1 : Math.sqrt(1 - phi * phi)));
    values.push(phi * (values.at(-1) ?? 0) + news);
  }
  return values;
}

const keys = Array.from({ length: 200 }, (_, i) => streamKey(i, 'alike'));

describe('how alike neighbours are', () => {
  test.each([0, 0.3, 0.5, 0.8])(
    'is about right for an autoregression of %d, rather less when it is large',
    (phi) => {
      const found = median(keys.map((key) => autocorrelation(alike(key, 100, phi))));
      expect(found - phi).toBeGreaterThan(-0.12);
      expect(found - phi).toBeLessThan(0.05);
    },
  );

  test('takes neither changes of level nor a slow drift for likeness', () => {
    const bent = (key: number) =>
      alike(key, 100, 0).map((value, i) => value + (i > 60 ? 30 : 0) - (i > 80 ? 12 : 0) + i / 10);
    const found = median(keys.map((key) => autocorrelation(bent(key))));
    expect(found).toBeLessThan(0.2);
  });

  test('is none for values that do not move, and for too few', () => {
    expect(autocorrelation([3, 3, 3, 3, 3])).toBe(0);
    expect(autocorrelation([1, 2])).toBe(0);
    expect(autocorrelation([])).toBe(0);
  });

  test('is never more than 0.9', () => {
    expect(autocorrelation(Array.from({ length: 50 }, (_, i) => i * i))).toBe(0.9);
  });
});

describe('the level among values so alike', () => {
  test('is the level itself without likeness, and stricter with it', () => {
    expect(levelAmong(0, 10, 50, 0.025)).toBeCloseTo(0.025, 3);
    expect(levelAmong(0.5, 50, 50, 0.025)).toBeLessThan(0.001);
    expect(levelAmong(0.5, 5, 50, 0.025)).toBeGreaterThan(levelAmong(0.5, 50, 50, 0.025));
  });

  test('rests on the tail of the normal distribution', () => {
    expect(normalTail(1.959964)).toBeCloseTo(0.025, 7);
    expect(normalTail(6) / 9.865876e-10).toBeCloseTo(1, 6);
  });
});
