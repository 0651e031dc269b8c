import { describe, expect, test } from 'vitest';
import { interleavedRun } from '../../test/interleaved-run.ts';
import type { RunFile } from './run-file.ts';
import { examine, goesOnReplayed, ratesOf, type Trial } from './selftest.ts';
import { endedInTime, goesOn, upTo } from './stopping.ts';
import { LOOKS } from './verdict.ts';

const QUIET = 0.01;
const found = (spread: number, factor: number, ms = 20) =>
  examine(interleavedRun({ seed: 3, ms, spread })).replays.find((one) => one.factor === factor);

describe('examining a gate', () => {
  test('counts what the clock judged', () => {
    expect(examine(interleavedRun({ seed: 1, ms: 20, spread: QUIET }))).toMatchObject({
      ...{ comparisons: 1, flagged: 0, open: [] },
    });
    expect(examine(interleavedRun({ seed: 1, ms: 20, spread: 0.5 }))).toMatchObject({
      comparisons: 1,
      open: ['lead-lookup exact'],
    });
    for (const factor of [0.7, 1.3])
      expect(examine(interleavedRun({ seed: 1, ms: 20, spread: QUIET, factor })).flagged).toBe(1);
  });

  test('replays its blocks slower, and finds what they can show', () => {
    expect(found(QUIET, 1.1)).toEqual({
      ...{ factor: 1.1, trials: 1, found: 1, steadyTrials: 1, steadyFound: 1, leftOut: 0, missed: [] },
    });
    expect(found(QUIET, 1.03)).toMatchObject({ trials: 1, found: 0 });
    expect(found(0.3, 1.1, 100)).toMatchObject({
      ...{ trials: 1, found: 0, steadyTrials: 0, steadyFound: 0, missed: ['lead-lookup exact'] },
    });
  });

  test('wants the looks that a slowdown would have had, and judges each at its own last one', () => {
    const run = interleavedRun({ seed: 1, ms: 20, spread: 0.08 });
    const [first, second] = LOOKS;
    const early = upTo(run, first);
    const foundIn = (some: RunFile) => examine(some).replays.find(({ factor }) => factor === 1.1)?.found;
    expect(goesOn(early, 'lead-lookup', 'exact', first)).toBe(false);
    expect(goesOnReplayed(early, 'lead-lookup', 'exact', first)).toBe(true);
    expect(goesOnReplayed(run, 'lead-lookup', 'exact', second)).toBe(false);
    expect([foundIn(early), foundIn(run)]).toEqual([0, 1]);
    expect(examine(run)).toMatchObject({ flagged: 0, open: [] });
    expect(endedInTime(run).arms.map(({ samples }) => samples.length)).toEqual([first, first, first]);
  });

  test('does not count a slowdown that is too small to be one', () => {
    const { replays } = examine(interleavedRun({ seed: 3, ms: 2.1, spread: QUIET }));
    expect(replays.map(({ factor, trials, leftOut }) => [factor, trials, leftOut])).toEqual([
      [1.03, 0, 1],
      [1.05, 0, 1],
      [1.1, 0, 1],
      [1.2, 1, 0],
      [1.5, 1, 0],
    ]);
  });

  test.each([
    [1.9, 1],
    [2.1, 0],
  ])('counts a read of %s ms as too short: %s', (ms, short) => {
    expect(examine(interleavedRun({ seed: 3, ms, spread: QUIET })).short).toBe(short);
  });

  test('knows how much the blocks scatter', () => {
    expect(examine(interleavedRun({ seed: 5, ms: 20, spread: 0.04 })).spread).toBeCloseTo(0.04, 1);
  });
});

describe('the rates', () => {
  const trial = (changes: Partial<Trial>): Trial => ({
    ...{ kind: 'aa', number: 0, key: '', verdict: 'passed', failures: [], comparisons: 10, flagged: 0 },
    ...{ short: 0, open: ['connect callers=1'], spread: 0.02, replays: [], seconds: 1 },
    ...changes,
  });

  test('stand with a bound each', () => {
    const trials = [
      ...Array.from({ length: 299 }, () => trial({})),
      ...Array.from({ length: 100 }, () => trial({ kind: 'index dropped', verdict: 'failed' })),
    ];
    const rates = ratesOf(trials);
    expect(rates.aa).toMatchObject({ gates: 299, falseFailures: 0 });
    expect(rates.aa.upper95).toBeLessThan(0.01);
    expect(rates.comparisons).toMatchObject({ n: 2990, flagged: 0, open: 299 });
    expect(rates.comparisons.leftOpen).toEqual([{ name: 'connect callers=1', gates: 299 }]);
    expect(rates.injected.find(({ kind }) => kind === 'index dropped')).toMatchObject({
      trials: 100,
      found: 100,
    });
    expect(rates.injected.find(({ kind }) => kind === 'index dropped')?.lower95).toBeGreaterThan(0.97);
  });

  test('count a gate that failed for nothing, and a fault that passed', () => {
    const rates = ratesOf([
      trial({ verdict: 'failed', flagged: 1 }),
      trial({}),
      trial({ kind: 'table bloated', verdict: 'inconclusive' }),
    ]);
    expect(rates).toMatchObject({ aa: { gates: 2, falseFailures: 1 }, comparisons: { n: 20, flagged: 1 } });
    expect(rates.injected.find(({ kind }) => kind === 'table bloated')).toMatchObject({
      trials: 1,
      found: 0,
    });
  });

  test('add replays up by size', () => {
    const replays = [
      { factor: 1.1, trials: 4, found: 3, steadyTrials: 2, steadyFound: 2, leftOut: 5, missed: ['a b'] },
    ];
    const { injected } = ratesOf([trial({ replays }), trial({ replays })]);
    expect(injected.filter(({ size }) => size === 0.1)).toMatchObject([
      { kind: 'replayed', trials: 8, found: 6, leftOut: 10, missed: [{ name: 'a b', gates: 2 }] },
      { kind: 'replayed on steady blocks', trials: 4, found: 4 },
    ]);
  });
});
