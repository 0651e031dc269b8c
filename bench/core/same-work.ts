import { countedOf, metricNamed } from './metrics.ts';
import { planShape } from './plan-tree.ts';
import type { Arm, PlanRecord } from './run-file.ts';

/**
 * Whether two arms of a read do the same work: all their plans were seen and have one structure, at once and after six
 * executions, and exactly as many blocks are read and rows given. Their times differ by noise alone.
 */
export function doSameWork(a: Arm, b: Arm): boolean {
  return (
    haveSamePlans(a, b) &&
    ['blocks', 'temp-blocks', 'rows'].every((name) => {
      const [one, other] = [a, b].map((arm) => countedOf(arm, metricNamed(name)));
      return one?.isExact === true && other?.isExact === true && one.value === other.value;
    })
  );
}

function haveSamePlans(a: Arm, b: Arm): boolean {
  return (
    a.plans.length > 0 && shapes(a.plans) === shapes(b.plans) && shapes(a.laterPlans) === shapes(b.laterPlans)
  );
}

function shapes(plans: readonly PlanRecord[]): string {
  return plans.map(({ root }) => planShape(root)).join('\n');
}
