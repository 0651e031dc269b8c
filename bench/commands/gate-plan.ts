import { covers } from '../core/objectives.ts';
import { parseThresholds, type Threshold, type ThresholdsFile } from '../core/thresholds.ts';
import { type Plan, planGate, type Unit } from '../engine/plan.ts';
import { scenarioRecords } from '../engine/run.ts';
import { ofSide, type Side } from '../engine/side.ts';
import type { Suite } from '../engine/suite-folder.ts';
import type { Flags } from './command.ts';
import { count, text, wholeNumber, words } from './flags.ts';

/** What a gate measures of a suite, from the flags. Errors: those of `planGate`. */
export function gatePlan(flags: Flags, suite: Suite): Plan {
  return planGate(suite, {
    scenarios: words(flags, 'scenario'),
    profile: text(flags, 'profile') ?? 'micro',
    contacts: count(flags, 'contacts', 100),
    seed: wholeNumber(flags, 'seed', 0, 2 ** 31 - 1) ?? 1,
    orderSeed: wholeNumber(flags, 'orderSeed', 0, 2 ** 31 - 1),
  });
}

/**
 * What a gate measures of its head to hold it against thresholds, too. They may be of any scenario, chosen or not; a line that is
 * wrong ends it here, before anything is measured. Errors: those of `planGate` and `parseThresholds`, BENCH-GATE-SIDE.
 */
export async function boundedPlan(flags: Flags, head: Side, file: ThresholdsFile | null): Promise<Plan> {
  const plan = await ofSide(head, () => gatePlan(flags, head.suite));
  if (file === null) return plan;
  const whole = await ofSide(head, () => gatePlan({ ...flags, scenario: [] }, head.suite));
  return withBounded(plan, parseThresholds(file.text, file.file, scenarioRecords(whole)));
}

/** A bound of a time takes more than the one block of what the clock is not to judge: such a variant is measured like a main one. */
function withBounded(plan: Plan, thresholds: readonly Threshold[]): Plan {
  const isBounded = ({ scenario, variant }: Unit) =>
    thresholds.some(
      ({ figure, ...one }) =>
        figure.kind === 'time' && one.scenario === scenario.name && covers(one.variants, variant.name),
    );
  const most = ({ scenario }: Unit) =>
    Math.max(...plan.units.flatMap((one) => (one.scenario === scenario ? [one.blocks] : [])));
  return {
    ...plan,
    units: plan.units.map((unit) => (isBounded(unit) ? { ...unit, blocks: most(unit) } : unit)),
  };
}
