import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { interleavedRun } from '../../test/interleaved-run.ts';
import { compareStates } from '../core/comparison.ts';
import { type GoesOn, goesOn, upTo } from '../core/stopping.ts';
import { MOST_BLOCKS } from '../core/verdict.ts';
import { blocksToConfirm, untilCleared } from './confirm.ts';
import { planGate } from './plan.ts';
import { loadSuite } from './suite-folder.ts';

const suite = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));
const plan = planGate(suite, { scenarios: [], profile: 'micro', contacts: 1000, seed: 1, orderSeed: 1 });
const gate = { ref: 'main', commit: '', changed: [], accepted: [], touched: null, thresholds: '' };

/** How often a gate measures a read again that had one block by plan, and took so many milliseconds on both sides. */
function blocksAgain(ms: number, factor: number, decidedEarly = false): number {
  const [unit] = plan.units;
  const whole = interleavedRun({ seed: 4, ms, spread: 0.01, factor });
  const scenarios = whole.scenarios.map((one) => ({
    ...one,
    variants: one.variants.map((variant) => ({ ...variant, blocks: 1 })),
  }));
  const run = { ...upTo(whole, 1), scenarios, gate: { ...gate, decidedEarly } };
  const [comparison] = compareStates(run);
  if (!unit || !comparison) throw new Error('there is one of each');
  return blocksToConfirm({ run, plan }, unit, comparison);
}

test.each([
  ['is no slower', 100, 1, 0],
  ['is twice as slow', 100, 2.1, MOST_BLOCKS],
  ['is slower by a trifle', 1, 2.1, 0],
  ['is too dear for an interval', 20_000, 2.1, 0],
  ['is too dear, and far slower', 5_000, 11, 1],
  ['takes an age', 100_000, 11, 0],
])('what %s in its one block, of %d ms and %d times as many, gets %d more', (_, ms, factor, blocks) =>
  expect(blocksAgain(ms, factor)).toBe(blocks),
);

test('nothing is measured again where counters decided', () => expect(blocksAgain(100, 9, true)).toBe(0));

describe('what is measured again and scatters too much to say', () => {
  const whole = {
    ...interleavedRun({ seed: 4, ms: 100, spread: 0.25 }),
    gate: { ...gate, decidedEarly: false },
  };
  const [arm] = whole.arms;
  const of = (blocks: number) =>
    plan.units.slice(0, 1).map((unit) => ({
      ...{ ...unit, blocks },
      scenario: { ...unit.scenario, name: arm?.scenario ?? '' },
      variant: { ...unit.variant, name: arm?.variant ?? '' },
    }));
  const asks = (wants: GoesOn) => wants(upTo(whole, 15), arm?.scenario ?? '', arm?.variant ?? '', 15);

  test('goes on where it had regressed', () => {
    expect(asks(goesOn)).toBe(true);
    expect(asks(untilCleared(of(MOST_BLOCKS)))).toBe(true);
  });

  test('ends where its one block was slow, and the first look shows it not so slow', () =>
    expect(asks(untilCleared(of(1)))).toBe(false));
});
