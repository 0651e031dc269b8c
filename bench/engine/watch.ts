import type { Arm } from '../core/run-file.ts';
import { roleOf } from './measure.ts';
import { isObservable, observe } from './observe.ts';
import { type Place, statesFor, type Unit } from './plan.ts';
import { armOf, databaseOf, inputOf, ofTheArm, type Work, warn } from './work.ts';

/** After all timing: counters and plans of every arm. */
export async function observeArms(work: Work): Promise<void> {
  const { plan, run, bench, setup } = work;
  if (!bench.counts)
    return warn(work, 'no counters and no plans: the server does not preload pg_stat_statements');
  const units = plan.units.filter(
    ({ scenario, variant }) =>
      !scenario.scenario.writes || variant.main === true || plan.profile.watchesAllWriters,
  );
  const total = units.reduce((sum, { scenario }) => sum + statesFor(plan, scenario).length, 0);
  setup.emit({ kind: 'stage', title: 'counting and looking at plans', total, unit: 'arms' });
  let done = 0;
  for (const unit of units) {
    for (const state of statesFor(plan, unit.scenario)) {
      setup.signal.throwIfAborted();
      const note = `${unit.scenario.name} ${unit.variant.name}, ${state.name}`;
      setup.emit({ kind: 'progress', done, note });
      done += 1;
      const place = { state, control: false };
      const arm = armOf(run, unit, place, roleOf(bench, unit));
      if (isObservable(arm)) await observeArm(work, unit, place, arm);
    }
    await work.save();
  }
}

async function observeArm(work: Work, unit: Unit, place: Place, arm: Arm): Promise<void> {
  try {
    const input = await inputOf(work, unit);
    const { counters, plans, laterPlans } = await observe(
      work.bench,
      unit,
      input,
      databaseOf(work, place),
      arm,
    );
    arm.counters.push(...counters);
    arm.plans.push(...plans);
    arm.laterPlans.push(...laterPlans);
  } catch (error) {
    warn(
      work,
      `${arm.scenario} ${arm.variant} could not be watched in state ${arm.state}: ${ofTheArm(work, error)}`,
    );
  }
}
