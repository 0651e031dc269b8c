import { statesOf } from './arm.ts';
import { found, type Judged, joined, NOTHING, open } from './finding.ts';
import { type Metric, wholeFigure } from './metrics.ts';
import {
  armTrouble,
  boundText,
  covers,
  distance,
  type Held,
  holdTime,
  isKept,
  lastArms,
  notMeasured,
  type UpperBound,
} from './objectives.ts';
import type { Arm, RunFile } from './run-file.ts';
import { formatThreshold, type Threshold } from './thresholds.ts';
import { formatBytes, formatCount } from './units.ts';

/** A threshold held against one variant of a run. `measured` is in the bound's unit: milliseconds, bytes or a count. */
export interface JudgedThreshold extends Held {
  /** `threshold:lead-list/page=1/p95/5ms`: by this name a wanted miss is accepted. */
  readonly name: string;
  /** The line, for this variant alone: `lead-list page=1 p95 < 5ms`. */
  readonly text: string;
  readonly line: number;
  readonly scenario: string;
  readonly variant: string;
  /** The last state that the scenario is measured in. */
  readonly state: string;
}

/** The names of findings about thresholds begin so. */
export const THRESHOLD_PREFIX = 'threshold:';

/** Holds every variant that a threshold covers against it, in the last state that its scenario is measured in. */
export function judgeThresholds(run: RunFile, thresholds: readonly Threshold[]): JudgedThreshold[] {
  return thresholds.flatMap((threshold) => {
    const variants = run.scenarios.find(({ name }) => name === threshold.scenario)?.variants ?? [];
    return variants
      .filter(({ name }) => covers(threshold.variants, name))
      .map(({ name }) => judgeVariant(run, threshold, name));
  });
}

function judgeVariant(run: RunFile, threshold: Threshold, variant: string): JudgedThreshold {
  const { scenario, figure, line } = threshold;
  const state = statesOf(run, scenario).at(-1) ?? 'none';
  const arms = lastArms(run, scenario).filter((arm) => arm.variant === variant);
  const held = arms.map((arm) => hold(run, arm, threshold));
  return {
    name: `${THRESHOLD_PREFIX}${scenario}/${variant}/${figure.name}/${threshold.boundText.replaceAll(' ', '')}`,
    text: formatThreshold({ ...threshold, variants: variant }),
    ...{ line, scenario, variant, state },
    ...worst(held, `the run has no figures of it in state ${state}`),
  };
}

/** The arms of a variant differ by who executes it and from where it reads: all of them must keep the bound. */
function worst(held: readonly Held[], none: string): Held {
  const of = (verdict: Held['verdict']) => held.find((one) => one.verdict === verdict);
  return of('missed') ?? of('not measured') ?? of('kept') ?? notMeasured(none);
}

const EARLY = 'the first block decided its gate, so its times are of that block alone';

function hold({ gate }: RunFile, arm: Arm, { figure, bound }: Threshold): Held {
  if (figure.kind === 'counter') return holdCounter(arm, figure.metric, bound);
  return gate?.decidedEarly ? notMeasured(EARLY) : holdTime(arm, figure.name, bound);
}

/** Every repetition must keep the bound, so the largest is held against it. */
function holdCounter(arm: Arm, metric: Metric, bound: UpperBound): Held {
  const trouble = armTrouble(arm);
  if (trouble !== null) return notMeasured(trouble);
  if (arm.counters.some(({ done, total }) => done < total))
    return notMeasured('projected: a budget ended it, so it was not counted to its end');
  const figures = arm.counters.flatMap((counters) => wholeFigure(metric, counters) ?? []);
  if (figures.length === 0) return notMeasured(`${metric.name} was not counted`);
  const measured = Math.max(...figures);
  const format = formatOf(metric);
  const of = figures.length === 1 ? 'in one execution' : `at most in ${figures.length} executions`;
  const why = `${metric.title}: ${format(measured)} ${of}, ${boundText(bound, format)}`;
  return isKept(measured, bound)
    ? { measured, verdict: 'kept', why }
    : { measured, verdict: 'missed', why: `${why}, ${distance(measured, bound)}` };
}

/** Of whole executions, so with the unit and without fractions. */
function formatOf({ unit }: Metric): (value: number) => string {
  if (unit === 'bytes') return (value) => (value < 0 ? `−${formatBytes(-value)}` : formatBytes(value));
  return (value) => `${Number.isInteger(value) ? formatCount(value) : value} ${unit ?? ''}`.trimEnd();
}

/** What thresholds do to a gate: a miss fails it, one that was not measured leaves it open, a wrong answer outranks both. */
export function thresholdFindings(run: RunFile, judged: readonly JudgedThreshold[]): Judged {
  return joined([...wrongAnswers(run, judged), ...judged.map(thresholdFinding)]);
}

function thresholdFinding({ name, text, verdict, why }: JudgedThreshold): Judged {
  if (verdict === 'kept') return NOTHING;
  if (verdict === 'not measured') return open({ name, why, isOpen: true });
  return found({ name, rule: 'threshold', kind: 'failure', sentence: `${text}: ${why}`, plan: [] });
}

/** An arm that gives a wrong answer keeps no bound, however quick it is. */
function wrongAnswers(run: RunFile, judged: readonly JudgedThreshold[]): Judged[] {
  const isBounded = ({ variant, scenario }: Arm) =>
    judged.some((one) => one.variant === variant && one.scenario === scenario);
  return run.scenarios
    .flatMap(({ name }) => lastArms(run, name).filter(isBounded))
    .filter(({ answer, expected }) => answer && expected && answer.digest !== expected.digest)
    .map(({ scenario, variant, state, answer, expected }) =>
      found({
        name: `${scenario}/${variant}/${state}/answer`,
        rule: 'answer',
        kind: 'failure',
        sentence: `a wrong answer: ${answer?.digest}, expected ${expected?.digest}`,
        plan: [],
      }),
    );
}
