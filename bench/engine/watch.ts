import type { Arm } from '../core/run-file.ts';
import { databaseBytes } from '../postgres/databases.ts';
import { alike, isCountedCold } from './alike.ts';
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

/** Readers in the state itself, writers in copies of it. */
async function observeState(
  work: Work,
  state: StateDatabase,
  units: readonly Unit[],
  done: number,
): Promise<void> {
  const writes = ({ scenario }: Unit) => scenario.scenario.writes;
  const [readers, writers] = [units.filter((unit) => !writes(unit)), units.filter(writes)];
  for (const [i, unit] of readers.entries()) await observeUnit(work, state, unit, done + i);
  const { sessions } = work.bench;
  for (let i = 0; i < writers.length; )
    i += await inCopy(sessions, state, (database) =>
      observeWriters(work, { ...state, database }, writers.slice(i), done + readers.length + i),
    );
}

/** What a rollback may leave of dead rows before the copy is another than the state. */
const LEFT_BYTES = 2 ** 20;

/** Watches writers in one copy until one has changed it for those after it; gives how many it watched. */
async function observeWriters(
  work: Work,
  copy: StateDatabase,
  writers: readonly Unit[],
  done: number,
): Promise<number> {
  const bytes = () => work.bench.sessions.admin((admin) => databaseBytes(admin, copy.database));
  const before = await bytes();
  for (const [i, unit] of writers.entries()) {
    const isUndone = await observeUnit(work, copy, unit, done + i);
    if (!isUndone || (await bytes()) > before + LEFT_BYTES) return i + 1;
  }
  return writers.length;
}

/** Says whether the database holds what it held before. */
async function observeUnit(work: Work, database: StateDatabase, unit: Unit, done: number): Promise<boolean> {
  work.setup.signal.throwIfAborted();
  const { state } = database;
  const note = `${unit.scenario.name} ${unit.variant.name}, ${state.name}`;
  work.setup.emit({ kind: 'progress', done, note });
  const arm = armOf(work.run, unit, { state, control: false }, roleOf(work.bench, unit));
  return isObservable(arm) ? observeArm(work, unitIn(work, unit, state), database, arm) : true;
}

async function observeArm(work: Work, unit: Unit, state: StateDatabase, arm: Arm): Promise<boolean> {
  try {
    const input = await inputOf(work, unit);
    const isCold = !unit.scenario.scenario.writes && isCountedCold(work.run, arm);
    const isWarm = !isCold && alike(work.run, arm).some(isTimedWarm);
    const look = () => observe(work.bench, { unit, input, state, arm, isCold, isWarm });
    // What is exact was counted twice: of a long one its first block did so already.
    if (isCold && arm.counters.length === 0) arm.counters.push(...(await look()).counters);
    const found = await look();
    arm.counters.push(...found.counters);
    arm.plans.push(...found.plans);
    arm.planUnits = found.planUnits;
    arm.laterPlans.push(...(found.laterPlans ?? []));
    arm.laterSeen = found.laterPlans !== null;
    return found.isUndone;
  } catch (error) {
    const problem = ofTheArm(work, error);
    warn(work, `${arm.scenario} ${arm.variant} could not be watched in state ${arm.state}: ${problem}`);
    return false;
  }
}
