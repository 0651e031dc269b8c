import { inCopy } from './measure.ts';
import { placesOf } from './plan.ts';
import type { Work } from './work.ts';

/** Works with a second copy of the last state beside the states, where somebody reads it. */
export async function withControl(work: Work, measure: (work: Work) => Promise<void>): Promise<void> {
  const { plan, states, bench } = work;
  const last = states.find(({ state }) => state === plan.states.at(-1));
  const isRead = plan.units.some(
    (unit) => !unit.scenario.scenario.writes && placesOf(plan, unit).some(({ control }) => control),
  );
  const measureWith = (control: string | null) => measure({ ...work, control });
  await (last && isRead ? inCopy(bench.sessions, last, measureWith) : measureWith(null));
}
