import { armIn } from '../core/doubt.ts';
import type { RunFile } from '../core/run-file.ts';
import { doSameWork } from '../core/same-work.ts';
import { type Place, type Plan, placesOf, type Unit } from './plan.ts';

/** Of an ablation's reads, marks those that plans and counters tell to do the same work as in the whole. */
export function markSameWork({ units, states }: Plan, run: RunFile): void {
  const whole = states.at(-1);
  if (!whole) return;
  for (const { scenario, variant } of units.filter((unit) => !unit.scenario.scenario.writes)) {
    const place = { scenario: scenario.name, variant: variant.name };
    const all = armIn(run, place, whole.name);
    for (const { name } of states.slice(0, -1)) {
      const arm = armIn(run, place, name);
      if (arm && all && doSameWork(arm, all)) arm.sameAsWhole = true;
    }
  }
}

/** Where the clock may yet tell something of a unit: not where it does the same work as in the whole. */
export function timedPlaces(plan: Plan, run: RunFile, unit: Unit): readonly Place[] {
  const places = placesOf(plan, unit);
  if (plan.design !== 'ablation') return places;
  const { scenario, variant } = unit;
  const place = { scenario: scenario.name, variant: variant.name };
  const isLeft = ({ state }: Place) => {
    const arm = armIn(run, place, state.name);
    return arm === undefined || (!arm.sameAsWhole && arm.error === null);
  };
  const left = places.filter((one) => one.control || isLeft(one));
  const whole = plan.states.at(-1);
  return left.some(({ state }) => state !== whole) ? left : [];
}
