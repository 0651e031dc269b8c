import type { ArmGroup } from './arm.ts';
import { countedOf, METRICS, type Metric } from './metrics.ts';
import { hasLater, laterSide, type PlanView, planChange, planView } from './plan-view.ts';
import type { Arm } from './run-file.ts';

/** What the server counted for a variant, a row for each metric that has something to say. */
export interface CounterRow {
  readonly metric: string;
  readonly title: string;
  /** One for each state, in order; `≈` before a figure that differed between repetitions, `—` without one. */
  readonly cells: readonly string[];
}

/** A variant's plan in one state. */
export interface StatePlan {
  readonly state: string;
  readonly plan: PlanView;
}

export interface EvidenceView {
  readonly counters: readonly CounterRow[];
  readonly plans: readonly StatePlan[];
}

/** Counters and plans of a variant; `states` are those of the run, in order. */
export function evidenceView({ arms }: ArmGroup, states: readonly string[]): EvidenceView {
  const inOrder = states.map((state) => arms.find((arm) => arm.state === state));
  return {
    counters: METRICS.flatMap((metric) => counterRow(metric, inOrder)),
    plans: inOrder.flatMap((arm) => {
      const plan = arm && planView(arm);
      return arm && plan ? [{ state: arm.state, plan }] : [];
    }),
  };
}

function counterRow(metric: Metric, arms: readonly (Arm | undefined)[]): CounterRow[] {
  const figures = arms.map((arm) => (arm ? countedOf(arm, metric) : null));
  if (figures.every((figure) => figure === null || figure.value === 0)) return [];
  const cells = figures.map((figure) =>
    figure === null ? '—' : `${figure.isExact ? '' : '≈ '}${metric.format(figure.value)}`,
  );
  return [{ metric: metric.name, title: metric.title, cells }];
}

/** What is said of two plans without a difference. */
export const SAME_PLAN = 'same plan';

/** What differs between the plans of two states, in words; null where one has none. */
export function planChangeText({ arms }: ArmGroup, before: string, after: string): string | null {
  const [a, b] = [before, after].map((state) => arms.find((arm) => arm.state === state));
  const changes = a && b ? planChange(a, b) : null;
  if (!a || !b || changes === null) return null;
  const first = changes.length === 0 ? SAME_PLAN : changes.join('; ');
  if (!hasLater(a, b)) return first;
  const later = planChange(laterSide(a), laterSide(b)) ?? [];
  const text = later.length === 0 ? SAME_PLAN : later.join('; ');
  return text === first ? first : `${first}; from the sixth execution on: ${text}`;
}
