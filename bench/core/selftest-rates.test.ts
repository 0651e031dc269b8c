import { describe, expect, test } from 'vitest';
import type { Trial } from './selftest.ts';
import { fallsShort, ratesOf } from './selftest-rates.ts';

describe('the rates', () => {
  const trial = (changes: Partial<Trial>): Trial => ({
    ...{ kind: 'aa', number: 0, key: '', verdict: 'passed', exitCode: 0, failures: [] },
    ...{ foundBy: null, found: false, comparisons: 10, flagged: 0, short: 0, open: ['connect callers=1'] },
    ...{ spread: 0.02, tolerated: 0.03, replays: [], judged: [] },
    ...{ seconds: 1, at: '', orderSeed: 1 },
    ...changes,
  });
  const planted = { kind: 'index dropped', foundBy: 'scan', verdict: 'failed' } as const;

  test('stand with a bound each', () => {
    const trials = [
      ...Array.from({ length: 299 }, () => trial({})),
      ...Array.from({ length: 100 }, () => trial({ ...planted, found: true })),
    ];
    const rates = ratesOf(trials);
    expect(rates.aa).toMatchObject({ gates: 299, falseFailures: 0, inconclusive: 0 });
    expect(rates.aa.upper95).toBeLessThan(0.01);
    expect(rates.comparisons).toMatchObject({ n: 2990, flagged: 0, open: 299 });
    expect(rates.comparisons.leftOpen).toEqual([{ name: 'connect callers=1', gates: 299 }]);
    expect(rates.injected.find(({ kind }) => kind === 'index dropped')).toMatchObject({
      trials: 100,
      found: 100,
    });
    expect(rates.injected.find(({ kind }) => kind === 'index dropped')?.lower95).toBeGreaterThan(0.97);
  });

  test('count a gate that failed for nothing, and a fault that another rule found', () => {
    const rates = ratesOf([
      trial({ verdict: 'failed', flagged: 1 }),
      trial({}),
      trial({ ...planted, found: false }),
    ]);
    expect(rates).toMatchObject({ aa: { gates: 2, falseFailures: 1 }, comparisons: { n: 20, flagged: 1 } });
    expect(rates.injected.find(({ kind }) => kind === 'index dropped')).toMatchObject({
      ...{ foundBy: 'scan', trials: 1, found: 0 },
    });
  });

  test('add replays up by size', () => {
    const replays = [
      {
        factor: 1.1,
        trials: 4,
        found: 3,
        steadyTrials: 2,
        steadyFound: 2,
        leftOut: 5,
        missed: ['a b'],
        reasons: ['too wide'],
      },
    ];
    const { injected } = ratesOf([trial({ replays }), trial({ replays })]);
    expect(injected.filter(({ size }) => size === 0.1)).toMatchObject([
      { kind: 'replayed', trials: 8, found: 6, leftOut: 10, missed: [{ name: 'a b', gates: 2 }] },
      { kind: 'replayed on steady blocks', trials: 4, found: 4 },
    ]);
  });

  test.each([
    [1.1, 94, 100, false],
    [1.1, 90, 100, true],
    [1.1, 2, 3, false],
    [1.2, 97, 100, false],
    [1.2, 94, 100, true],
    [1.05, 0, 100, false],
  ])('of %d found %d of %d times fall short: %s', (factor, found, trials, isShort) => {
    const none = { steadyTrials: 0, steadyFound: 0, leftOut: 0, missed: [], reasons: [] };
    const { injected } = ratesOf([trial({ replays: [{ ...none, factor, trials, found }] })]);
    expect(injected.some(fallsShort)).toBe(isShort);
  });
});
