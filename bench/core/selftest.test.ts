import { describe, expect, test } from 'vitest';
import { interleavedRun } from '../../test/interleaved-run.ts';
import { EXIT } from './errors.ts';
import type { Finding } from './finding.ts';
import type { GateExit } from './gate.ts';
import type { RunFile } from './run-file.ts';
import { examine, goesOnReplayed, isAsExpected, isFailingRule, isFound, Trial } from './selftest.ts';
import { endedInTime, goesOn, upTo } from './stopping.ts';
import { LIMITS, LOOKS } from './verdict.ts';

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
      ...{ factor: 1.1, trials: 1, found: 1, steadyTrials: 1, steadyFound: 1, leftOut: 0 },
      ...{ missed: [], reasons: [] },
    });
    expect(found(QUIET, 1.03)).toMatchObject({ trials: 1, found: 0 });
    // Its only control happened to differ by as much.
    expect(found(0.3, 1.1, 100)).toMatchObject({
      ...{ trials: 1, found: 0, steadyTrials: 0, steadyFound: 0, missed: ['lead-lookup exact'] },
      reasons: [expect.stringMatching(/^inconclusive: the interval is .* this run tolerates /)],
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

  test('wants none for a slowdown that does not count', () => {
    const short = upTo(interleavedRun({ seed: 1, ms: 1, spread: 0.08 }), LOOKS[0]);
    expect(goesOnReplayed(short, 'lead-lookup', 'exact', LOOKS[0])).toBe(false);
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

  test('keeps of each comparison what it was judged by, and which replays of it were found', () => {
    const [judged, ...others] = examine(interleavedRun({ seed: 3, ms: 20, spread: QUIET })).judged;
    expect(others).toEqual([]);
    expect(judged).toMatchObject({ name: 'lead-lookup exact', blocks: LOOKS[0], verdict: 'unchanged' });
    expect(judged?.found).toEqual([1.05, 1.1, 1.2, 1.5]);
    expect(examine(interleavedRun({ seed: 3, ms: 20, spread: QUIET })).tolerated).toBe(LIMITS.tolerated);
    expect(judged?.ratio).toBeCloseTo(1, 1);
    const { spread = 0, beforeMs, ratio, interval } = judged ?? {};
    expect(spread).toBeGreaterThan(0.005);
    for (const figure of [spread, beforeMs, ratio, ...(interval ?? [])])
      expect(String(figure)).toMatch(/^0*\.?0*\d(\.?\d){0,3}$/);
  });

  test('says nothing of a comparison that has too few blocks', () => {
    const [judged] = examine(upTo(interleavedRun({ seed: 3, ms: 20, spread: QUIET }), 1)).judged;
    expect(judged).toMatchObject({
      blocks: 1,
      spread: 0,
      interval: null,
      verdict: 'inconclusive',
      found: [],
    });
  });
});

describe('a fault', () => {
  const failed = (rules: readonly string[], exitCode: GateExit = EXIT.regression) => ({
    failures: rules.map(
      (rule): Finding => ({ name: `a/b/head/${rule}`, rule, kind: 'failure', sentence: '', plan: [] }),
    ),
    exitCode,
  });

  test.each([
    ['scan', ['blocks', 'scan:leads'], true],
    ['scan:leads', ['scan:leads'], true],
    ['scan:sends', ['scan:leads'], false],
    ['blocks', ['temp-blocks'], false],
    ['temp-blocks', ['blocks', 'temp-blocks'], true],
    ['time', ['blocks'], false],
    ['time', [], false],
  ])('of rule %s, where %s failed, is found: %s', (foundBy, rules, found) => {
    expect(isFound(foundBy, failed(rules))).toBe(found);
  });

  test('of an answer is found by its own exit code', () => {
    expect(isFound('answer', failed(['answer'], EXIT.answersDiffer))).toBe(true);
    expect(isFound('answer', failed(['answer']))).toBe(false);
    expect(isFound('answer', failed(['blocks'], EXIT.answersDiffer))).toBe(false);
  });

  test('can be found by what fails a gate only', () => {
    for (const rule of ['answer', 'scan', 'scan:leads', 'time']) expect(isFailingRule(rule)).toBe(true);
    for (const rule of ['plan', 'estimate', 'anwser', 'scan:', '', undefined])
      expect(isFailingRule(rule)).toBe(false);
  });
});

describe('a trial is as expected', () => {
  test.each([
    ['equal sides that pass', { foundBy: null, found: false, verdict: 'passed', flagged: 0 }, true],
    ['equal sides left open', { foundBy: null, found: false, verdict: 'inconclusive', flagged: 0 }, true],
    ['equal sides that fail', { foundBy: null, found: false, verdict: 'failed', flagged: 0 }, false],
    ['a time that is called changed', { foundBy: null, found: false, verdict: 'passed', flagged: 1 }, false],
    ['a fault that its rule found', { foundBy: 'scan', found: true, verdict: 'failed', flagged: 0 }, true],
    ['a fault that another found', { foundBy: 'scan', found: false, verdict: 'failed', flagged: 0 }, false],
  ] as const)('%s', (_, trial, expected) => {
    expect(isAsExpected(trial)).toBe(expected);
  });

  test('lines of earlier versions can be read', () => {
    const line = {
      ...{ kind: 'aa', number: 0, key: 'k', verdict: 'passed', failures: [], comparisons: 14, flagged: 0 },
      ...{ open: [], spread: 0.02, replays: [], seconds: 150 },
    };
    expect(Trial.parse(line)).toMatchObject({ judged: [], orderSeed: null, foundBy: null });
  });
});
