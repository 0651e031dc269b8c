import { armFigures, statesOf } from './arm.ts';
import type { Arm, Objective, RunFile } from './run-file.ts';
import { quantile } from './statistics.ts';
import { formatCount, formatMs, formatRatio } from './units.ts';

/** Fewer executions than this have no 95th percentile: none of them would lie beyond it. */
const LEAST_FOR_P95 = 20;

export type ObjectiveVerdict = 'kept' | 'missed' | 'not measured';

/** A bound that a scenario's variant must keep in the last state, and what this run says of it. */
export interface JudgedObjective {
  readonly scenario: string;
  readonly variant: string;
  readonly statistic: Objective['statistic'];
  readonly atMostMs: number;
  readonly measuredMs: number | null;
  readonly verdict: ObjectiveVerdict;
  /** `p95 0.61 ms of 412 executions, at most 5.0 ms`, or why there is no figure. */
  readonly why: string;
}

/** Holds every variant that an objective names against it, as measured in the run's last state. */
export function judgeObjectives(run: RunFile): JudgedObjective[] {
  return run.objectives.flatMap((objective) =>
    run.arms
      .filter(
        (arm) =>
          arm.state === statesOf(run, arm.scenario).at(-1) &&
          !arm.control &&
          arm.scenario === objective.scenario &&
          covers(objective, arm),
      )
      .map((arm) => judge(run, objective, arm)),
  );
}

/** `page:*` covers every variant whose name begins with `page:`. */
function covers({ variants }: Objective, { variant }: Arm): boolean {
  return variants.endsWith('*') ? variant.startsWith(variants.slice(0, -1)) : variant === variants;
}

function judge(run: RunFile, objective: Objective, arm: Arm): JudgedObjective {
  const { scenario, statistic, atMostMs } = objective;
  const head = { scenario, variant: arm.variant, statistic, atMostMs };
  const missing = (why: string) => ({ ...head, measuredMs: null, verdict: 'not measured' as const, why });
  if (run.load.contacts !== objective.contacts) {
    return missing(`it is for ${formatCount(objective.contacts)} ${run.suite.contactsTitle}`);
  }
  const executions = arm.samples.flatMap(({ executionsMs }) => executionsMs);
  const measuredMs = statistic === 'p95' ? p95(executions) : armFigures(arm).ms;
  if (measuredMs === null)
    return missing(`${formatCount(executions.length)} executions are too few for a ${statistic}`);
  const verdict = measuredMs <= atMostMs ? 'kept' : 'missed';
  const distance = verdict === 'missed' ? `, ${formatRatio(measuredMs / atMostMs)} the bound` : '';
  const of =
    statistic === 'p95'
      ? `of ${formatCount(executions.length)} executions`
      : `of ${arm.samples.length} blocks`;
  return {
    ...head,
    measuredMs,
    verdict,
    why: `${statistic} ${formatMs(measuredMs)} ${of}, at most ${formatMs(atMostMs)}${distance}`,
  };
}

function p95(executions: readonly number[]): number | null {
  return executions.length < LEAST_FOR_P95 ? null : quantile(executions, 0.95);
}
