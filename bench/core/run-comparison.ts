import { answerFacts } from './answers.ts';
import { armFigures, armGroups } from './arm.ts';
import { countedOf, METRICS } from './metrics.ts';
import { planChange } from './plan-view.ts';
import type { Arm, RunFile } from './run-file.ts';

/** Between jobs the clock may differ by this share for no reason: a smaller change of time says nothing. */
export const MARGIN = 0.25;

/** One arm in two runs. Counters compare exactly, times are advisory: nobody knows how the jobs themselves differ. */
export interface ArmComparison {
  readonly scenario: string;
  readonly variant: string;
  readonly state: string;
  readonly beforeMs: number | null;
  readonly afterMs: number | null;
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

/** Every arm that both runs have, in the order of the first; `margin` is the share that times may differ by. */
export function compareRuns(before: RunFile, after: RunFile, margin = MARGIN): ArmComparison[] {
  return pairArms(before, after).both.map(([was, is]) => compareArm(was, is, margin));
}

function compareArm(was: Arm, is: Arm, margin: number): ArmComparison {
  const { scenario, variant, state } = was;
  const answersEqual = sameAnswer(was, is);
  const times = compareTimes(was, is, margin);
  return {
    ...{ scenario, variant, state, ...times, answersEqual },
    time: answersEqual === false ? null : times.time,
    counters: answersEqual === false ? [] : changedCounters(was, is),
    plan: planChange(was, is),
  };
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
