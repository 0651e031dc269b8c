import { answerFacts, isWrong } from './answers.ts';
import { armFigures, statesOf } from './arm.ts';
import { auditClient } from './client.ts';
import type { Arm, Objective, RunFile } from './run-file.ts';
import { medianInterval, quantile, quantileInterval } from './statistics.ts';
import { formatAmount, formatCount, formatMs, formatRatio } from './units.ts';

/** What a time of an arm may be: a percentile of its single executions, or the median of its blocks. */
export const STATISTICS = ['p50', 'median', 'p95', 'p99'] as const;
export type Statistic = (typeof STATISTICS)[number];

/** Chance on either side of the intervals that stand beside a figure. */
const LEVEL = 0.025;

/** Fewer executions than this have no such percentile: none of them would lie beyond it. */
const PERCENTILES = {
  p50: { share: 0.5, least: 1 },
  p95: { share: 0.95, least: 20 },
  p99: { share: 0.99, least: 100 },
} as const;

export type ObjectiveVerdict = 'kept' | 'missed' | 'not measured';

/** A bound from above, and whether a figure may be as large as it. */
export interface UpperBound {
  readonly value: number;
  /** True where the bound itself is already too much: `<` and not `<=`. */
  readonly isStrict: boolean;
}

/** A figure held against its bound; in the bound's unit. */
export interface Held {
  readonly measured: number | null;
  readonly verdict: ObjectiveVerdict;
  /** `p95 0.61 ms (0.58 ms to 0.66 ms) of 412 executions, at most 5.0 ms`, or why there is no verdict. */
  readonly why: string;
}

/** A bound that a scenario's variant must keep in the last state, and what this run says of it. */
export interface JudgedObjective {
  readonly scenario: string;
  readonly variant: string;
  readonly statistic: Objective['statistic'];
  readonly atMostMs: number;
  readonly measuredMs: number | null;
  readonly verdict: ObjectiveVerdict;
  readonly why: string;
}

/** Holds every variant that an objective names against it, as measured in the last state of its scenario. */
export function judgeObjectives(run: RunFile): JudgedObjective[] {
  return run.objectives.flatMap((objective) =>
    lastArms(run, objective.scenario)
      .filter(({ variant }) => covers(objective.variants, variant))
      .map((arm) => judge(run, objective, arm)),
  );
}

function judge(run: RunFile, objective: Objective, arm: Arm): JudgedObjective {
  const { scenario, statistic, atMostMs } = objective;
  const held =
    run.load.contacts === objective.contacts
      ? holdTime(arm, statistic, { value: atMostMs, isStrict: false })
      : notMeasured(`it is for ${formatCount(objective.contacts)} ${run.suite.contactsTitle}`);
  const { measured: measuredMs, verdict, why } = held;
  return { scenario, variant: arm.variant, statistic, atMostMs, measuredMs, verdict, why };
}

/** The arms of a scenario in the last state that it is measured in, without controls. */
export function lastArms(run: RunFile, scenario: string): Arm[] {
  const last = statesOf(run, scenario).at(-1);
  return run.arms.filter((arm) => arm.scenario === scenario && arm.state === last && !arm.control);
}

/** `page:*` covers every variant whose name begins with `page:`. */
export function covers(variants: string, variant: string): boolean {
  return variants.endsWith('*') ? variant.startsWith(variants.slice(0, -1)) : variant === variants;
}

/** No verdict, and why: never the same as kept. */
export function notMeasured(why: string): Held {
  return { measured: null, verdict: 'not measured', why };
}

/** Why an arm has no figure that a bound could be held against; null when it has some. */
export function armTrouble(arm: Arm): string | null {
  if (arm.error !== null) return `it failed: ${arm.error}`;
  return isWrong(answerFacts(arm)) ? 'its answer is not the expected one' : null;
}

/**
 * Holds a time of an arm against a bound in milliseconds. A projection is a lower bound of the time, so it can
 * miss a bound and never keep it; what a busy client measured can keep one and never miss it.
 */
export function holdTime(arm: Arm, statistic: Statistic, bound: UpperBound): Held {
  const trouble = armTrouble(arm);
  if (trouble !== null) return notMeasured(trouble);
  const measured = timeOf(arm, statistic);
  if (measured === null) {
    const { executions } = armFigures(arm);
    const are = executions === 1 ? 'is' : 'are';
    return notMeasured(`${formatAmount(executions, 'execution')} ${are} too few for a ${statistic}`);
  }
  return { measured, ...verdictOn(arm, statistic, measured, bound) };
}

function verdictOn(
  arm: Arm,
  statistic: Statistic,
  measured: number,
  bound: UpperBound,
): Omit<Held, 'measured'> {
  const { blocks, executions, projected } = armFigures(arm);
  const of = statistic === 'median' ? formatAmount(blocks, 'block') : formatAmount(executions, 'execution');
  const range = projected ? '' : rangeText(arm, statistic);
  const figure = `${statistic} ${projected ? 'at least ' : ''}${formatMs(measured)}${range} of ${of}`;
  const why = `${figure}, ${boundText(bound, formatMs)}`;
  const open = (reason: string) => ({ verdict: 'not measured' as const, why: `${reason}; ${why}` });
  if (isKept(measured, bound)) return projected ? open('projected') : { verdict: 'kept', why };
  const client = auditClient(arm);
  if (client && client.bound !== 'server-bound') return open(`${client.bound}: ${client.reason}`);
  return { verdict: 'missed', why: `${why}, ${distance(measured, bound)}` };
}

/** ` (0.58 to 0.66 ms)`: the 95 % interval of a statistic; empty where there are too few values for one. */
function rangeText(arm: Arm, statistic: Statistic): string {
  const range =
    statistic === 'median'
      ? medianInterval([...armFigures(arm).byBlock.values()], LEVEL)
      : quantileInterval(executionsOf(arm), PERCENTILES[statistic].share, LEVEL);
  return range ? ` (${formatMs(range[0])} to ${formatMs(range[1])})` : '';
}

/** True for a figure on the right side of its bound. */
export function isKept(measured: number, { value, isStrict }: UpperBound): boolean {
  return isStrict ? measured < value : measured <= value;
}

/** `at most 5.0 ms` or `below 5.0 ms`. */
export function boundText({ value, isStrict }: UpperBound, format: (value: number) => string): string {
  return `${isStrict ? 'below' : 'at most'} ${format(value)}`;
}

/** How many times the bound a figure is. */
export function distance(measured: number, { value }: UpperBound): string {
  return value === 0 ? 'more than nothing' : `${formatRatio(measured / value)} the bound`;
}

/** A time of an arm in milliseconds, projected to the whole where a budget ended it; null from too few executions. */
function timeOf(arm: Arm, statistic: Statistic): number | null {
  if (statistic === 'median') return armFigures(arm).ms;
  const { share, least } = PERCENTILES[statistic];
  const executions = executionsOf(arm);
  return executions.length < least ? null : quantile(executions, share);
}

/** Every single execution in milliseconds, projected to the whole where a budget ended it. */
function executionsOf({ samples }: Arm): number[] {
  return samples.flatMap(({ executionsMs, done, total }) =>
    done === 0 && total > 0 ? [] : executionsMs.map((ms) => (total === 0 ? ms : (ms * total) / done)),
  );
}
