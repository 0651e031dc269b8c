import type { Arm, RunFile } from '../core/run-file.ts';
import { inCopy, roleOf } from './measure.ts';
import { isObservable, observe } from './observe.ts';
import { statesFor, type Unit } from './plan.ts';
import { isTimedWarm } from './readers.ts';
import type { StateDatabase } from './states.ts';
import { armOf, databaseOf, inputOf, ofTheArm, unitIn, type Work, warn } from './work.ts';

/** Between timing: counters and plans of every arm, state by state. */
export async function observeArms(work: Work): Promise<void> {
  const { plan, bench, setup } = work;
  if (!bench.counts)
    return warn(work, 'no counters and no plans: the server does not preload pg_stat_statements');
  const isWatched = ({ scenario, variant }: Unit) =>
    !scenario.scenario.writes || variant.main === true || plan.profile.watchesAllWriters;
  const units = plan.units.filter(isWatched);
  const total = units.reduce((sum, { scenario }) => sum + statesFor(plan, scenario).length, 0);
  setup.emit({ kind: 'stage', title: 'counting and looking at plans', total, unit: 'arms' });
  let done = 0;
  for (const state of plan.states) {
    const own = units.filter(({ scenario }) => statesFor(plan, scenario).includes(state));
    await observeState(work, databaseOf(work, { state, control: false }), own, done);
    done += own.length;
    await work.save();
  }
}

/** Readers in the state itself, writers in one copy of it. */
async function observeState(
  work: Work,
  state: StateDatabase,
  units: readonly Unit[],
  done: number,
): Promise<void> {
  const writes = ({ scenario }: Unit) => scenario.scenario.writes;
  const [readers, writers] = [units.filter((unit) => !writes(unit)), units.filter(writes)];
  await observeUnits(work, state, readers, done);
  if (writers.length === 0) return;
  await inCopy(work.bench.sessions, state, (database) =>
    observeUnits(work, { ...state, database }, writers, done + readers.length),
  );
}

async function observeUnits(
  work: Work,
  database: StateDatabase,
  units: readonly Unit[],
  done: number,
): Promise<void> {
  const { state } = database;
  for (const [i, unit] of units.entries()) {
    work.setup.signal.throwIfAborted();
    const note = `${unit.scenario.name} ${unit.variant.name}, ${state.name}`;
    work.setup.emit({ kind: 'progress', done: done + i, note });
    const arm = armOf(work.run, unit, { state, control: false }, roleOf(work.bench, unit));
    if (isObservable(arm)) await observeArm(work, unitIn(work, unit, state), database, arm);
  }
}

async function observeArm(work: Work, unit: Unit, state: StateDatabase, arm: Arm): Promise<void> {
  try {
    const input = await inputOf(work, unit);
    // What is counted already took half a second and more.
    const isWarm = arm.counters.length === 0 && alike(work.run, arm).some(isTimedWarm);
    const { counters, plans, laterPlans } = await observe(work.bench, { unit, input, state, arm, isWarm });
    arm.counters.push(...counters);
    arm.plans.push(...plans);
    arm.laterPlans.push(...(laterPlans ?? []));
    arm.laterSeen = laterPlans !== null;
  } catch (error) {
    const problem = ofTheArm(work, error);
    warn(work, `${arm.scenario} ${arm.variant} could not be watched in state ${arm.state}: ${problem}`);
  }
}

/** The arms that are counted in one way: both sides of a gate, whose exact figures it compares, else each for itself. */
function alike({ gate, arms }: RunFile, arm: Arm): readonly Arm[] {
  if (gate === null) return [arm];
  return arms.filter(({ scenario, variant }) => scenario === arm.scenario && variant === arm.variant);
}
