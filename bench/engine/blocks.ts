import type { Arm, RunFile } from '../core/run-file.ts';
import { formatAmount } from '../core/units.ts';
import { hasStatementCounters } from '../postgres/counters.ts';
import { isCountedCold } from './alike.ts';
import { keepAnswer } from './answers.ts';
import { type Attempt, tried } from './attempt.ts';
import { confirmRegressions } from './confirm.ts';
import { withControl } from './control.ts';
import { countPages, visitFloorOf } from './floors.ts';
import { isComplete, roleOf, sampleOf, type Visit, visitWriter } from './measure.ts';
import { placedAnew } from './memory.ts';
import { type Block, type Place, type Plan, roundOf, type Unit } from './plan.ts';
import { beforeVisit, type Target, visitReaders } from './readers.ts';
import { referArms } from './references.ts';
import type { RunSetup } from './run.ts';
import { markSameWork } from './same-work.ts';
import { Schedule } from './schedule.ts';
import type { Built } from './states.ts';
import { observeArms } from './watch.ts';
import { armOf, databaseOf, inputOf, ofTheArm, unitIn, type Work, warn } from './work.ts';

/** Oracles walk the whole generator for reads: worth it up to this many contacts. */
const ORACLE_CONTACTS = 20_000;

/** Measures a plan; afterwards, without a clock or beside it, what explains the figures and what bears them out. */
export async function measurePlan(plan: Plan, setup: RunSetup, built: Built, run: RunFile): Promise<void> {
  const work = await workOf(plan, setup, built, run);
  await withControl(work, measureRounds);
  await expectWholes(work);
  if (!countsFirst(work)) await observeArms(work);
  await countPages(work);
  await referArms(work);
  await confirmRegressions(work, measureRounds);
}

async function workOf(plan: Plan, setup: RunSetup, built: Built, run: RunFile): Promise<Work> {
  const { sessions } = setup;
  const { suite, fixtures, profile } = plan;
  const counts = await sessions.admin(hasStatementCounters);
  const bench = { sessions, config: suite.config, fixtures, profile, counts };
  const maps = {
    inputs: new Map<Unit, unknown>(),
    expected: new Map<Unit, Map<number, Arm['expected']>>(),
    ownUnits: new Map<string, Unit>(),
  };
  const save = () => setup.recorder.save(run);
  return { bench, plan, setup, states: built.states, control: null, run, save, ...maps };
}

/** Whether counters and plans of the first block say what further ones are for. */
function countsFirst({ setup, plan }: Work): boolean {
  return setup.isEnough !== null || plan.design === 'ablation';
}

/** Does round after round of blocks, saving the run file after each block, until no unit wants another. */
async function measureRounds(work: Work): Promise<void> {
  const { plan, setup, run } = work;
  const schedule = new Schedule(plan, run, setup.goesOn);
  // The time left is told anew of what is left once counters were asked.
  let [done, before] = [0, 0];
  let isPlaced = false;
  const total = (round: number) => schedule.arms(round) - before;
  const tell = () => setup.emit({ kind: 'stage', title: 'measuring', total: total(0), unit: 'arms' });
  tell();
  for (let round = 0; ; round += 1) {
    schedule.begin(round);
    const wants = (unit: Unit) => schedule.wants(unit, round);
    const blocks = roundOf(plan, round, wants, (unit) => schedule.places(unit));
    if (blocks.length === 0) break;
    if (!isPlaced) isPlaced = await placedAnew(work, blocks);
    for (const block of blocks) {
      await schedule.time(block.unit, () => measureBlock(work, block, done - before));
      done += block.order.length;
      setup.emit({ kind: 'progress', done: done - before, total: total(round) });
    }
    if (round > 0 || !countsFirst(work)) continue;
    await observeArms(work);
    if (plan.design === 'ablation') markSameWork(plan, run);
    if (setup.isEnough?.(run)) {
      if (run.gate) run.gate.decidedEarly = true;
      break;
    }
    before = done;
    if (total(0) > 0) tell();
  }
  for (const text of schedule.shortfalls()) warn(work, text);
}

/** A place of a block, with the arm that is measured there. */
interface Stop {
  readonly place: Place;
  /** Place in the block's random order. */
  readonly order: number;
  readonly arm: Arm;
}

async function measureBlock(work: Work, block: Block, done: number): Promise<void> {
  const { unit } = block;
  const stops = block.order
    .map((place, order) => ({ place, order, arm: armOf(work.run, unit, place, roleOf(work.bench, unit)) }))
    .filter(({ arm }) => arm.error === null);
  // Always last, the floor would have whatever the arms leave behind them.
  const floorComesFirst = block.number % 2 === 1;
  if (floorComesFirst) await visitFloorOf(work, unit);
  if (unit.scenario.scenario.writes)
    for (const stop of stops) await visitStops(work, block, [stop], done + stop.order);
  else await visitStops(work, block, stops, done);
  if (!floorComesFirst) await visitFloorOf(work, unit);
  await work.save();
}

/** Writers come one at a time, readers together. */
async function visitStops(work: Work, block: Block, stops: readonly Stop[], done: number): Promise<void> {
  work.setup.signal.throwIfAborted();
  const { scenario, variant } = block.unit;
  const names = stops.map(({ place }) => (place.control ? 'control' : place.state.name));
  const where = names.length === 1 ? names[0] : `${formatAmount(names.length, 'arm')} in turns`;
  const note = `${scenario.name} ${variant.name}, block ${block.number + 1}, ${where}`;
  work.setup.emit({ kind: 'progress', done, note });
  const ready: { readonly stop: Stop; readonly target: Target }[] = [];
  for (const stop of stops) {
    const target = await tried(() => targetAt(work, block.unit, stop));
    if ('error' in target) fail(work, stop.arm, target.error);
    else ready.push({ stop, target: target.value });
  }
  const attempts = await visitAll(
    work,
    ready.map(({ target }) => target),
  );
  for (const [i, { stop, target }] of ready.entries()) {
    const attempt = attempts[i];
    if (attempt && 'value' in attempt) await keep(work, block, stop, target, attempt.value);
    else fail(work, stop.arm, attempt?.error);
  }
}

async function visitAll({ bench }: Work, targets: readonly Target[]): Promise<readonly Attempt<Visit>[]> {
  const [first] = targets;
  if (!first?.unit.scenario.scenario.writes) return visitReaders(bench, targets);
  return [await tried(() => visitWriter(bench, first.unit, first.input, first.state))];
}

async function targetAt(work: Work, unit: Unit, { place, arm }: Stop): Promise<Target> {
  const own = unitIn(work, unit, place.state);
  const input = await inputOf(work, own);
  return { unit: own, input, state: databaseOf(work, place), before: beforeVisit(arm) };
}

async function keep(
  work: Work,
  { number }: Block,
  { arm, order }: Stop,
  { unit }: Target,
  visited: Visit,
): Promise<void> {
  try {
    const sample = sampleOf(visited, number, order);
    keepAnswer(arm, visited, await expectedOf(work, unit, visited));
    arm.samples.push(sample);
    // A short one that became long is counted as before.
    if (number === 0 || unit.scenario.scenario.writes || isCountedCold(work.run, arm))
      arm.counters.push(...visited.counters);
    const { scenario, variant, state, control } = arm;
    const { digest } = visited.answer;
    await work.setup.recorder.note({ scenario, variant, state, control, ...sample, digest });
  } catch (error) {
    fail(work, arm, error);
  }
}

function fail(work: Work, arm: Arm, error: unknown): void {
  arm.error = ofTheArm(work, error);
  warn(work, `${arm.scenario} ${arm.variant} failed in state ${arm.state}: ${arm.error}`);
}

/**
 * The answer computed without SQL: for readers at a small scale, for writers whenever an arm was
 * ended early (its answer has no other to be compared with) or the scale is small.
 */
async function expectedOf(work: Work, unit: Unit, visited: Visit): Promise<Arm['expected']> {
  const small = work.plan.fixtures.contacts <= ORACLE_CONTACTS;
  if (!small && visited.done >= visited.total) return null;
  return oracleOf(work, unit, visited.done);
}

/** Beside an arm that a budget ended, those that did everything have no other answer to be compared with. */
async function expectWholes(work: Work): Promise<void> {
  for (const unit of work.plan.units) {
    const arms = work.run.arms.filter(
      ({ scenario, variant, error }) =>
        scenario === unit.scenario.name && variant === unit.variant.name && error === null,
    );
    if (arms.every(isWhole)) continue;
    for (const arm of arms.filter(isWhole)) await expectWhole(work, unit, arm);
  }
}

/** By the state's own form of the scenario: what another one's throws is not this arm's trouble. */
async function expectWhole(work: Work, unit: Unit, arm: Arm): Promise<void> {
  const state = work.plan.states.find(({ name }) => name === arm.state);
  if (!state) throw new Error(`the plan has no state ${arm.state}`);
  const own = unitIn(work, unit, state);
  const expected = await tried(() => oracleOf(work, own, arm.samples[0]?.total ?? 0));
  if ('error' in expected) fail(work, arm, expected.error);
  else arm.expected ??= expected.value;
}

function isWhole({ samples }: Arm): boolean {
  return samples.some(isComplete);
}

async function oracleOf(work: Work, unit: Unit, done: number): Promise<Arm['expected']> {
  const { scenario } = unit.scenario;
  const known = work.expected.get(unit) ?? new Map<number, Arm['expected']>();
  work.expected.set(unit, known);
  const found = known.get(done);
  if (found) return found;
  const answer = scenario.oracle(await inputOf(work, unit), done, work.plan.fixtures);
  known.set(done, answer);
  return answer;
}
