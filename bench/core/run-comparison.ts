import { answerFacts } from './answers.ts';
import { armFigures, armGroups } from './arm.ts';
import { auditClient } from './client.ts';
import { countedOf, METRICS, type Metric } from './metrics.ts';
import { planChange } from './plan-view.ts';
import type { Arm, RunFile } from './run-file.ts';

/** Between jobs the clock may differ by this share for no reason: a smaller change of time says nothing. */
export const MARGIN = 0.25;

/** Two runs: what both measured, and the arms that only one of them has. */
export interface RunComparison {
  /** Whether all sources of the suite are the same: the runs compare two suites where they are not. */
  readonly sameSuite: boolean;
  readonly arms: readonly ArmComparison[];
  readonly onlyBefore: readonly ArmName[];
  readonly onlyAfter: readonly ArmName[];
}

export interface ArmName {
  readonly scenario: string;
  readonly variant: string;
  readonly state: string;
}

/** One arm in two runs. Counters compare exactly, times are advisory: nobody knows how the jobs themselves differ. */
export interface ArmComparison extends ArmName {
  /** What could not be compared and why, in words; the arm is the same only where there is nothing of it. */
  readonly unknown: readonly string[];
  readonly beforeMs: number | null;
  readonly afterMs: number | null;
  /** True for a time that is the least it can be: a budget ended the arm. */
  readonly beforeProjected: boolean;
  readonly afterProjected: boolean;
  /** Which of the times are the client's rather than the server's, in words. */
  readonly client: readonly string[];
  /** Within the margin it is `same`; null without a time, or with another answer. */
  readonly time: TimeChange | null;
  readonly answersEqual: boolean | null;
  /** Exact counters that differ; none are told of another answer. */
  readonly counters: readonly CounterChange[];
  /** What differs between the plans; null where one was not seen. */
  readonly plan: readonly string[] | null;
}

export type TimeChange = 'slower' | 'faster' | 'same';

export interface CounterChange {
  readonly metric: string;
  readonly title: string;
  readonly before: number;
  readonly after: number;
}

/** The arms of two runs, by scenario, variant and state in the order of their run. */
export interface ArmPairs {
  readonly both: readonly (readonly [Arm, Arm])[];
  readonly onlyBefore: readonly Arm[];
  readonly onlyAfter: readonly Arm[];
}

/** Pairs the arms of two runs: the same scenario, variant, state and role. Controls are left out. */
export function pairArms(before: RunFile, after: RunFile): ArmPairs {
  const [was, is] = [before, after].map((run) => armGroups(run).flatMap(({ arms }) => arms));
  const key = ({ scenario, variant, state, role }: Arm) => JSON.stringify([scenario, variant, state, role]);
  const [byKeyBefore, byKeyAfter] = [was, is].map((arms) => new Map(arms?.map((arm) => [key(arm), arm])));
  return {
    both: (was ?? []).flatMap((arm) => {
      const other = byKeyAfter?.get(key(arm));
      return other ? [[arm, other] as const] : [];
    }),
    onlyBefore: (was ?? []).filter((arm) => !byKeyAfter?.has(key(arm))),
    onlyAfter: (is ?? []).filter((arm) => !byKeyBefore?.has(key(arm))),
  };
}

/** Holds the arms of two runs against each other, in the order of the first; `margin` is the share that times may differ by. */
export function compareRuns(before: RunFile, after: RunFile, margin = MARGIN): RunComparison {
  const { both, onlyBefore, onlyAfter } = pairArms(before, after);
  return {
    sameSuite: before.suite.hash === after.suite.hash,
    arms: both.map(([was, is]) => compareArm(was, is, margin)),
    onlyBefore: onlyBefore.map(nameOf),
    onlyAfter: onlyAfter.map(nameOf),
  };
}

function nameOf({ scenario, variant, state }: Arm): ArmName {
  return { scenario, variant, state };
}

function compareArm(was: Arm, is: Arm, margin: number): ArmComparison {
  const answersEqual = sameAnswer(was, is);
  const hasFigures = answersEqual !== false && was.error === null && is.error === null;
  const times = compareTimes(was, is, margin);
  return {
    ...{ ...nameOf(was), answersEqual, unknown: unknownOf(was, is, answersEqual) },
    ...{ ...times, time: hasFigures ? times.time : null },
    beforeProjected: armFigures(was).projected,
    afterProjected: armFigures(is).projected,
    client: told(was, is, clientText),
    counters: hasFigures ? changedCounters(was, is) : [],
    plan: planChange(was, is),
  };
}

/** What could not be compared. An arm that failed has nothing, another answer is told as what it is. */
function unknownOf(was: Arm, is: Arm, answersEqual: boolean | null): string[] {
  const failed = told(was, is, ({ error }, where) => error && `failed ${where}: ${error}`);
  if (failed.length > 0 || answersEqual === false) return failed;
  const hasPlan = [was, is].some(({ plans }) => plans.length > 0);
  const unanswered = told(was, is, ({ answer }, where) => answer === null && `no answer ${where}`);
  return [
    ...unanswered,
    ...(answersEqual === null && unanswered.length === 0 ? ['answers of unlike work, so not compared'] : []),
    ...told(was, is, (arm, where) => armFigures(arm).ms === null && `not timed ${where}`),
    ...told(was, is, ({ plans }, where) => hasPlan && plans.length === 0 && `no plan ${where}`),
    ...unknownCounters(was, is),
  ];
}

function unknownCounters(was: Arm, is: Arm): string[] {
  const uncounted = told(was, is, ({ counters }, where) => counters.length === 0 && `not counted ${where}`);
  if (uncounted.length > 0) return uncounted;
  const varying = METRICS.filter((metric) => varies(was, metric) || varies(is, metric));
  const halves = METRICS.filter((m) => (countedOf(was, m) === null) !== (countedOf(is, m) === null));
  return [
    ...told(
      was,
      is,
      ({ counters }, where) =>
        counters.length === 1 && `counted only once ${where}, so nothing is known to repeat`,
    ),
    ...titled('counters that do not repeat', varying),
    ...titled('counted in one run only', halves),
  ];
}

function varies(arm: Arm, metric: Metric): boolean {
  return arm.counters.length > 1 && countedOf(arm, metric)?.isExact === false;
}

function titled(what: string, metrics: readonly Metric[]): string[] {
  return metrics.length === 0 ? [] : [`${what}: ${metrics.map(({ title }) => title).join(', ')}`];
}

/** Null for a time of the server, and where nobody watched the client. */
function clientText(arm: Arm, where: string): string | null {
  const audit = auditClient(arm);
  return audit && audit.bound !== 'server-bound' ? `${audit.bound} ${where}: ${audit.reason}` : null;
}

/** What there is to say of an arm in either run, once where it is the same. */
function told(was: Arm, is: Arm, say: (arm: Arm, where: string) => string | false | null): string[] {
  const both = say(was, 'in both runs');
  const texts =
    both === say(is, 'in both runs') ? [both] : [say(was, 'in the first run'), say(is, 'in the second run')];
  return texts.flatMap((text) => text || []);
}

function changedCounters(was: Arm, is: Arm): CounterChange[] {
  return METRICS.flatMap((metric) => {
    const [a, b] = [countedOf(was, metric), countedOf(is, metric)];
    if (!a?.isExact || !b?.isExact || a.value === b.value) return [];
    return [{ metric: metric.name, title: metric.title, before: a.value, after: b.value }];
  });
}

/** The times of an arm in two runs, in milliseconds, and whether they differ by more than a share. */
export function compareTimes(
  was: Arm,
  is: Arm,
  margin = MARGIN,
): Pick<ArmComparison, 'beforeMs' | 'afterMs' | 'time'> {
  const [beforeMs, afterMs] = [armFigures(was).ms, armFigures(is).ms];
  const isTimed = beforeMs !== null && afterMs !== null && beforeMs > 0;
  return { beforeMs, afterMs, time: isTimed ? timeChange(afterMs / beforeMs, margin) : null };
}

function timeChange(factor: number, margin: number): TimeChange {
  if (factor > 1 + margin) return 'slower';
  return factor < 1 / (1 + margin) ? 'faster' : 'same';
}

/**
 * Whether an arm gave the same answer twice. Answers of arms that a budget ended cover what each of them did, so
 * those are the same where both, or neither, are what had to come out. Null where it cannot be known.
 */
export function sameAnswer(before: Arm, after: Arm): boolean | null {
  const [a, b] = [answerFacts(before), answerFacts(after)];
  if (a.digest === null || b.digest === null) return null;
  if (a.digest === b.digest) return true;
  if (a.complete && b.complete) return false;
  if (a.expected === null || b.expected === null) return null;
  const [wasRight, isRight] = [a.digest === a.expected, b.digest === b.expected];
  if (wasRight !== isRight) return false;
  return wasRight ? true : null;
}
