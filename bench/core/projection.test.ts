import { describe, expect, test } from 'vitest';
import { interleavedRun } from '../../test/interleaved-run.ts';
import { type Comparison, compareStates } from './comparison.ts';
import { isSure, projectionText } from './projection.ts';
import type { Arm, RunFile } from './run-file.ts';
import { goesOn } from './stopping.ts';
import { buildView } from './view.ts';

const NONE = { beforeProjected: false, afterProjected: false };
const [BEFORE, AFTER] = [
  { ...NONE, beforeProjected: true },
  { ...NONE, afterProjected: true },
];
const BOTH = { beforeProjected: true, afterProjected: true };

test('a projected time may be longer: what stands then all the same is sure', () => {
  const sure = (verdict: Comparison['verdict']) =>
    [NONE, BEFORE, AFTER, BOTH].map((projected) => isSure(projected, verdict));
  expect(sure('improved')).toEqual([true, true, false, false]);
  expect(sure('regressed')).toEqual([true, false, true, false]);
  expect(sure('unchanged')).toEqual([true, false, false, false]);
  expect(sure('inconclusive')).toEqual([true, true, true, true]);
});

test('the time that may be longer is named', () => {
  const texts = [BEFORE, AFTER, BOTH].map((one) => projectionText(one, { before: 'a', after: 'b' }));
  expect(texts).toEqual([
    'the time in a is projected, and may be longer',
    'the time in b is projected, and may be longer',
    'both times are projected, and may be longer',
  ]);
});

/** The head takes `factor` as long; the arms of the states named were ended after half of their time and work. */
function runOf(factor: number, projected: readonly string[]): RunFile {
  const run = interleavedRun({ seed: 5, ms: 50, spread: 0.01, factor });
  const halved = (arm: Arm) =>
    arm.samples.map((sample) => ({
      ...{ ...sample, done: 5, total: 10 },
      executionsMs: sample.executionsMs.map((ms) => ms / 2),
    }));
  const arms = run.arms
    .filter(({ control }) => !control)
    .map((arm) => (projected.includes(arm.state) ? { ...arm, samples: halved(arm) } : arm));
  return { ...run, arms };
}

describe('a comparison with a projection', () => {
  const [slower, faster, same] = [1.5, 1 / 1.5, 1];
  const verdict = (factor: number, ...projected: string[]) =>
    compareStates(runOf(factor, projected))[0]?.verdict;
  const open = 'inconclusive';

  test.each([
    ['nothing', [], ['regressed', 'improved', 'unchanged']],
    ['the time before', ['base'], [open, 'improved', open]],
    ['the time after', ['head'], ['regressed', open, open]],
    ['both times', ['base', 'head'], [open, open, open]],
  ])('of %s decides only what it leaves sure', (_, projected, expected) => {
    expect([slower, faster, same].map((factor) => verdict(factor, ...projected))).toEqual(expected);
  });

  test('says why it is open, and what the blocks say', () => {
    const [comparison] = compareStates(runOf(slower, ['base']));
    expect(comparison?.reason).toMatch(
      /^the time in base is projected, and may be longer; the interval is slower \+\d/,
    );
  });

  test('has a direction only where it is sure', () => {
    const direction = (factor: number, ...projected: string[]) =>
      buildView(runOf(factor, projected)).scenarios[0]?.variants[0]?.whole?.direction;
    expect([slower, faster].map((factor) => direction(factor, 'base'))).toEqual(['open', 'faster']);
    expect([slower, faster].map((factor) => direction(factor, 'head'))).toEqual(['slower', 'open']);
  });

  test('gets no further blocks where they would leave it as open', () => {
    const goes = (run: RunFile) => {
      const { variant = '' } = run.arms[0] ?? {};
      return goesOn(run, 'lead-lookup', variant, 30);
    };
    expect(goes(runOf(slower, ['base']))).toBe(false);
    expect(goes(interleavedRun({ seed: 5, ms: 50, spread: 0.6 }))).toBe(true);
  });
});
