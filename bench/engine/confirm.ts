import { armGroups } from '../core/arm.ts';
import { type Comparison, compareStates, compareVariant, limitsOf } from '../core/comparison.ts';
import type { RunFile } from '../core/run-file.ts';
import { blocksAgain, runLevel, wantsVerdict } from '../core/run-level.ts';
import { type GoesOn, goesOn } from '../core/stopping.ts';
import { isCleared, isGross, isSuspect } from '../core/suspect.ts';
import { LOOKS, looksOf } from '../core/verdict.ts';
import { withControl } from './control.ts';
import { inCopy } from './measure.ts';
import type { Unit } from './plan.ts';
import { PATIENCE } from './schedule.ts';
import type { StateDatabase } from './states.ts';
import { type Work, warn } from './work.ts';

/** Two states, and what regressed between them or may have. */
interface Regression {
  readonly before: StateDatabase;
  readonly after: StateDatabase;
  /** With the blocks that they get. */
  readonly units: readonly Unit[];
}

/**
 * Measures every regression of a chain once more, on fresh copies of both states after a restart of the server: what
 * was the luck of one database's files or one server's life does not come back. Of a gate also what the clock was not to
 * judge, where its few blocks became so slow: it gets blocks enough for a verdict.
 */
export async function confirmRegressions(
  work: Work,
  measureRounds: (work: Work) => Promise<void>,
): Promise<void> {
  const found = work.plan.design === 'chain' ? regressionsOf(work) : [];
  if (found.length === 0) return;
  const { restart } = work.setup;
  if (restart === null) return warn(work, 'regressions are not confirmed: the server is not ours to restart');
  work.setup.emit({ kind: 'stage', title: 'restarting the server', total: null, unit: '' });
  await restart();
  for (const regression of found) await confirm(work, regression, measureRounds);
}

function regressionsOf(work: Work): Regression[] {
  const found = compareStates(work.run).flatMap((comparison) => {
    const unit = work.plan.units.find((one) => isOf(one, comparison));
    const blocks = unit ? blocksToConfirm(work, unit, comparison) : 0;
    return unit && blocks > 0 ? [{ pair: pairOf(comparison), comparison, unit: { ...unit, blocks } }] : [];
  });
  const pairs = new Set(found.map(({ pair }) => pair));
  return [...pairs].flatMap((pair) => {
    const own = found.filter((one) => one.pair === pair);
    const [before, after] = [own[0]?.comparison.before, own[0]?.comparison.after].map((name) =>
      work.states.find(({ state }) => state.name === name),
    );
    return before && after ? [{ before, after, units: own.map(({ unit }) => unit) }] : [];
  });
}

/**
 * How many blocks it is to get again, 0 for none. A gate asks again of what takes no age, and but one block of what is
 * too dear for more and became far slower; where counters decided, it asks no clock.
 */
export function blocksToConfirm(
  { run, plan }: Pick<Work, 'run' | 'plan'>,
  unit: Unit,
  comparison: Comparison,
): number {
  const blocks = blocksAgain(run, unit.blocks);
  if (comparison.verdict === 'regressed') return blocks;
  if (run.gate === null || run.gate.decidedEarly) return 0;
  const mostMs = PATIENCE * (plan.profile.gateMs ?? Number.POSITIVE_INFINITY);
  const blockMs = blockMsOf(run, comparison);
  if (isSuspect(comparison) && blockMs * LOOKS[0] <= mostMs) return blocks;
  return isGross(comparison) && blockMs <= mostMs ? 1 : 0;
}

/** What the first block of both arms took: less than their times where a budget ended it. */
function blockMsOf({ arms }: RunFile, comparison: Comparison): number {
  const { scenario, variant, before, after } = comparison;
  const own = arms.filter((arm) => arm.scenario === scenario && arm.variant === variant && !arm.control);
  const compared = own.filter(({ state }) => state === before || state === after);
  return compared.flatMap(({ samples }) => samples[0]?.executionsMs ?? []).reduce((sum, ms) => sum + ms, 0);
}

function pairOf({ before, after }: Comparison): string {
  return `${before} → ${after}`;
}

function isOf({ scenario, variant }: Unit, comparison: Comparison): boolean {
  return scenario.name === comparison.scenario && variant.name === comparison.variant;
}

async function confirm(
  work: Work,
  { before, after, units }: Regression,
  measureRounds: (work: Work) => Promise<void>,
): Promise<void> {
  const { sessions } = work.bench;
  await inCopy(sessions, before, (first) =>
    inCopy(sessions, after, async (second) => {
      const states = [
        { ...before, database: first },
        { ...after, database: second },
      ];
      const run = emptyRun(work.run, states, units);
      const plan = planOf(work, states, units);
      const setup = { ...work.setup, isEnough: null, goesOn: untilCleared(work.plan.units) };
      await withControl({ ...work, setup, plan, run, states }, measureRounds);
      work.run.confirmations.push({ before: before.state.name, after: after.state.name, arms: run.arms });
    }),
  );
  await work.save();
}

/** What the clock was not to judge ends at the first look that shows it not so slow again. */
export function untilCleared(units: readonly Unit[]): GoesOn {
  return (run, scenario, variant, blocks) => {
    if (!goesOn(run, scenario, variant, blocks)) return false;
    const unit = units.find((one) => one.scenario.name === scenario && one.variant.name === variant);
    const isAsked = unit !== undefined && !wantsVerdict(unit) && looksOf(runLevel(run)).includes(blocks);
    return !(isAsked && compareVariant(run, scenario, variant).every(isCleared));
  };
}

/** With the looks of the first measurement, but no time of a gate. */
function planOf(work: Work, states: readonly StateDatabase[], units: readonly Unit[]): Work['plan'] {
  return {
    ...work.plan,
    orderSeed: work.plan.orderSeed + 1,
    profile: { ...work.plan.profile, gateMs: null },
    states: states.map(({ state }) => state),
    units,
  };
}

function emptyRun(run: RunFile, states: readonly StateDatabase[], units: readonly Unit[]): RunFile {
  const names = states.map(({ state }) => state.name);
  const scenarios = run.scenarios.map((scenario) => ({
    ...scenario,
    variants: scenario.variants.flatMap(({ name, main }) => {
      const unit = units.find((one) => one.scenario.name === scenario.name && one.variant.name === name);
      return unit ? [{ name, main, blocks: unit.blocks }] : [];
    }),
  }));
  return {
    ...run,
    states: run.states.filter(({ name }) => names.includes(name)),
    scenarios: scenarios.filter(({ variants }) => variants.length > 0),
    arms: [],
    tolerated: limitsOf(run, armGroups(run), runLevel(run)).tolerated,
  };
}
