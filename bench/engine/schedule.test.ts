import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { interleavedRun } from '../../test/interleaved-run.ts';
import type { RunFile } from '../core/run-file.ts';
import { goesOn, upTo } from '../core/stopping.ts';
import { type Plan, planRun, type Unit } from './plan.ts';
import { Schedule } from './schedule.ts';
import { loadSuite } from './suite-folder.ts';

const suite = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));
const wishes = { scenarios: [], states: null, profile: 'micro', contacts: 1000, seed: 1, orderSeed: 1 };
const GATE: RunFile['gate'] = {
  ...{ ref: 'main', commit: '', changed: [], accepted: [], touched: null },
  thresholds: '',
};

/** A gate over one read that has three blocks, each of so long; the head takes `factor` as long. */
function gateOf(factor: number, gateMs: number): { plan: Plan; run: RunFile; unit: Unit } {
  const all = planRun(suite, wishes);
  const own = all.units.find(({ scenario }) => !scenario.scenario.writes);
  if (!own) throw new Error('the toy suite has a read');
  const unit = { ...own, blocks: 60 };
  const whole = interleavedRun({ seed: 4, ms: 50, spread: 0.01, factor });
  const [scenario] = whole.scenarios;
  if (!scenario) throw new Error('the run has a scenario');
  const named = { scenario: unit.scenario.name, variant: unit.variant.name };
  const run = {
    ...upTo(whole, 3),
    ...{ gate: GATE, scenarios: [{ ...scenario, name: named.scenario }] },
    arms: upTo(whole, 3).arms.map((arm) => ({ ...arm, ...named })),
  };
  for (const one of run.scenarios) one.variants = [{ name: named.variant, main: true, blocks: null }];
  return { plan: { ...all, units: [unit], profile: { ...all.profile, gateMs } }, run, unit };
}

// Blocks take as long as they say, whatever else the machine does.
beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

const lasting = (ms: number) => async () => void vi.advanceTimersByTime(ms);

describe('a read of a gate that is too dear for its first look', () => {
  const wanted = async (factor: number, gateMs: number) => {
    const { plan, run, unit } = gateOf(factor, gateMs);
    const schedule = new Schedule(plan, run, goesOn);
    for (const _ of [0, 1, 2]) await schedule.time(unit, lasting(5));
    schedule.begin(3);
    return [schedule.wants(unit, 3), schedule.shortfalls().length];
  };

  test('goes without further blocks', async () => expect(await wanted(1, 30)).toEqual([false, 1]));

  test('has them all the same where the change made it so', async () =>
    expect(await wanted(3, 30)).toEqual([true, 0]));

  test('but not for an age', async () => expect(await wanted(3, 1)).toEqual([false, 1]));
});

test('blocks beyond those of the run take none of its time', async () => {
  const { plan, run, unit } = gateOf(1, 1000);
  const whole = { ...run, arms: interleavedRun({ seed: 4, ms: 50, spread: 0.01 }).arms };
  const { scenario, variant } = run.arms[0] ?? { scenario: '', variant: '' };
  for (const arm of whole.arms) Object.assign(arm, { scenario, variant });
  const schedule = new Schedule(plan, whole, () => true);
  await schedule.time(unit, lasting(1));
  // The first look decides, so what comes after it is beyond.
  expect(schedule.wants(unit, 15)).toBe(true);
  await schedule.time(unit, lasting(1100));
  expect(schedule.wants(unit, 16)).toBe(true);
  expect(whole.scenarios[0]?.variants[0]?.timeOver).toBeUndefined();
});
