import { countedOf, metricNamed } from './metrics.ts';
import { type PlanNode, planShape } from './plan-tree.ts';
import type { Arm, PlanRecord } from './run-file.ts';

/**
 * Whether two arms of a read do the same work: their plans have one structure and were executed as often, each scan of a
 * relation reads exactly as many blocks and rows, and as much is sent and given. Their times differ by noise alone, and
 * by planning, which reads a little more for each index there is. Plans after six executions count where both were seen.
 */
export function doSameWork(a: Arm, b: Arm): boolean {
  return a.plans.length > 0 && worksOf(a) === worksOf(b) && haveSameLater(a, b) && countSame(a, b);
}

/** Of both everything that was executed, in its order. */
function worksOf({ plans }: Arm): string {
  return plans
    .map(({ root, executions }) => `${executions} × ${planShape(root)}: ${workOf(root)}`)
    .join('\n');
}

/**
 * What a plan's scans did. Other nodes have no blocks of their own; what a function or an expression reads is in the
 * plans of its statements, but for the catalog.
 */
function workOf({ relation, loops, rows, rowsRemoved, blocks, tempBlocks, children }: PlanNode): string {
  const scan = relation === null ? [tempBlocks] : [loops, rows, rowsRemoved, blocks, tempBlocks];
  return [scan.join(' '), ...children.map(workOf)].join(', ');
}

function haveSameLater(a: Arm, b: Arm): boolean {
  if (a.laterSeen === false || b.laterSeen === false) return true;
  return shapes(a.laterPlans) === shapes(b.laterPlans);
}

function shapes(plans: readonly PlanRecord[]): string {
  return plans.map(({ root }) => planShape(root)).join('\n');
}

function countSame(a: Arm, b: Arm): boolean {
  return ['statements', 'rows'].every((name) => {
    const [one, other] = [a, b].map((arm) => countedOf(arm, metricNamed(name)));
    return one?.isExact === true && other?.isExact === true && one.value === other.value;
  });
}
