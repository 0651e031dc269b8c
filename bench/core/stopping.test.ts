import { describe, expect, test } from 'vitest';
import { interleavedRun } from '../../test/interleaved-run.ts';
import type { RunFile } from './run-file.ts';
import { endedInTime, goesOn, upTo } from './stopping.ts';
import { LOOKS } from './verdict.ts';

const GATE: RunFile['gate'] = {
  ref: 'main',
  commit: '',
  changed: [],
  accepted: [],
  touched: null,
  thresholds: '',
};
const [FIRST, SECOND] = LOOKS;

/** A gate over one read, slower by `factor` in the head, whose time was over after so many blocks. */
function gateOf(factor: number, spread: number, timeOver?: number): RunFile {
  const run = interleavedRun({ seed: 4, ms: 50, spread, factor });
  const scenarios = run.scenarios.map((scenario) => ({
    ...scenario,
    variants: scenario.variants.map((variant) => ({ ...variant, ...(timeOver ? { timeOver } : {}) })),
  }));
  return { ...run, scenarios, gate: GATE };
}

const asked = (run: RunFile, blocks: number) => goesOn(upTo(run, blocks), 'lead-lookup', 'exact', blocks);
const lengths = (run: RunFile) => new Set(endedInTime(run).arms.map(({ samples }) => samples.length));

describe('a variant', () => {
  test('is asked at its looks only, and ends where it is settled', () => {
    const steady = gateOf(1, 0.02);
    expect([FIRST - 1, FIRST, FIRST + 1].map((blocks) => asked(steady, blocks))).toEqual([true, false, true]);
    expect(lengths(steady)).toEqual(new Set([FIRST]));
  });

  test('goes on to its next look while the interval is too wide', () => {
    const wide = gateOf(1, 0.3);
    expect(asked(wide, FIRST)).toBe(true);
    expect(lengths(wide)).toEqual(new Set([SECOND]));
  });

  test('of a gate goes on while a change is seen that is not yet called one', () => {
    const small = gateOf(1.05, 0.03);
    expect(asked(small, FIRST)).toBe(true);
    expect(asked({ ...small, gate: null }, FIRST)).toBe(false);
    expect(asked(gateOf(1.3, 0.03), FIRST)).toBe(false);
  });

  test('does not wait for what an ablation passes over', () => {
    const whole = gateOf(1.5, 0.02);
    const [state] = whole.states;
    const first = whole.arms.find(({ state: name }) => name === state?.name);
    if (!state || !first) throw new Error('the run has two states');
    const other = {
      ...first,
      state: 'without x',
      samples: first.samples.slice(0, 1),
      sameAsWhole: true as const,
    };
    const states = [{ ...state, name: 'without x' }, ...whole.states];
    const ablation = { ...whole, ...{ gate: null, design: 'ablation' as const, states } };
    const at = (arms: RunFile['arms']) =>
      goesOn({ ...upTo({ ...ablation, arms }, FIRST) }, 'lead-lookup', 'exact', FIRST);
    expect(at([other, ...whole.arms])).toBe(false);
    const { sameAsWhole, ...judged } = other;
    expect(at([judged, ...whole.arms])).toBe(true);
  });

  test('ends with its time before there is an interval', () => {
    const young = gateOf(1, 0.3, 5);
    expect([4, 5].map((blocks) => asked(young, blocks))).toEqual([true, false]);
    expect(lengths(young)).toEqual(new Set([5]));
  });

  test('outlasts its time in a gate that could not say, up to the look that can', () => {
    const wide = gateOf(1, 0.3, FIRST + 3);
    expect(asked(wide, FIRST + 3)).toBe(true);
    expect(lengths(wide)).toEqual(new Set([SECOND]));
    expect(asked({ ...wide, gate: null }, FIRST + 3)).toBe(false);
  });

  test('outlasts its time before there is an interval, where a gate sees it twice as slow', () => {
    const seen = gateOf(2.5, 0.06, 3);
    expect(asked(seen, 3)).toBe(true);
    expect(lengths(seen)).toEqual(new Set([FIRST]));
    expect(asked({ ...seen, gate: null }, 3)).toBe(false);
    expect(asked(gateOf(1.5, 0.06, 3), 3)).toBe(false);
  });

  test('outlasts its time in a gate that sees a change, up to the look that settles it', () => {
    const seen = gateOf(1.08, 0.06, FIRST + 3);
    expect(asked(seen, FIRST + 3)).toBe(true);
    expect(lengths(seen)).toEqual(new Set([SECOND]));
    expect(asked({ ...seen, gate: null }, FIRST + 3)).toBe(false);
  });
});
