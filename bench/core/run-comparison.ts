import { armFigures } from './arm.ts';
import { countedOf, METRICS } from './metrics.ts';
import { planChange } from './plan-view.ts';
import type { Arm, RunFile } from './run-file.ts';

/** Between jobs the clock may differ by this much for no reason: a smaller change of time says nothing. */
const MARGIN = 0.25;

/** One arm in two runs. Counters compare exactly, times are advisory: nobody knows how the jobs themselves differ. */
export interface ArmComparison {
  readonly scenario: string;
  readonly variant: string;
  readonly state: string;
  readonly beforeMs: number | null;
  readonly afterMs: number | null;
  /** `slower`, `faster`, or `same` within 25 %; null without a time. */
  readonly time: 'slower' | 'faster' | 'same' | null;
  readonly answersEqual: boolean | null;
  /** Exact counters that differ. */
  readonly counters: readonly CounterChange[];
  /** What differs between the plans; null where one was not seen. */
  readonly plan: readonly string[] | null;
}

export interface CounterChange {
  readonly metric: string;
  readonly title: string;
  readonly before: number;
  readonly after: number;
}

/** Every arm that both runs have, in the order of the first. */
export function compareRuns(before: RunFile, after: RunFile): ArmComparison[] {
  return before.arms
    .filter(({ control }) => !control)
    .flatMap((was) => {
      const is = after.arms.find(
        (arm) =>
          !arm.control &&
          arm.scenario === was.scenario &&
          arm.variant === was.variant &&
          arm.state === was.state &&
          arm.role === was.role,
      );
      return is ? [compareArm(was, is)] : [];
    });
}

function compareArm(was: Arm, is: Arm): ArmComparison {
  const [beforeMs, afterMs] = [armFigures(was).ms, armFigures(is).ms];
  const { scenario, variant, state } = was;
  return {
    ...{ scenario, variant, state, beforeMs, afterMs },
    time: beforeMs === null || afterMs === null || beforeMs === 0 ? null : timeChange(afterMs / beforeMs),
    answersEqual: was.answer && is.answer ? was.answer.digest === is.answer.digest : null,
    counters: METRICS.flatMap((metric) => {
      const [a, b] = [countedOf(was, metric), countedOf(is, metric)];
      if (!a?.isExact || !b?.isExact || a.value === b.value) return [];
      return [{ metric: metric.name, title: metric.title, before: a.value, after: b.value }];
    }),
    plan: planChange(was, is),
  };
}

function timeChange(factor: number): 'slower' | 'faster' | 'same' {
  if (factor > 1 + MARGIN) return 'slower';
  return factor < 1 / (1 + MARGIN) ? 'faster' : 'same';
}
