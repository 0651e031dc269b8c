import type { PlanNode } from './plan-tree.ts';

/** Figures of two executions of a plan, or of many, together. Both must have the same shape. */
export function planSum(a: PlanNode, b: PlanNode): PlanNode {
  return {
    ...a,
    rowsEstimated: estimateOf(a) + estimateOf(b),
    rows: a.rows + b.rows,
    rowsRemoved: a.rowsRemoved + b.rowsRemoved,
    loops: a.loops + b.loops,
    blocks: a.blocks + b.blocks,
    tempBlocks: a.tempBlocks + b.tempBlocks,
    children: a.children.flatMap((child, i) => {
      const other = b.children[i];
      return other ? [planSum(child, other)] : [];
    }),
  };
}

/** What was never executed was estimated for nothing. */
function estimateOf({ rowsEstimated, loops }: PlanNode): number {
  return loops === 0 ? 0 : rowsEstimated;
}

/** Figures of one execution, out of the sum of so many. */
export function planMean(sum: PlanNode, executions: number): PlanNode {
  return {
    ...sum,
    rowsEstimated: sum.rowsEstimated / executions,
    rows: sum.rows / executions,
    rowsRemoved: sum.rowsRemoved / executions,
    loops: sum.loops / executions,
    blocks: sum.blocks / executions,
    tempBlocks: sum.tempBlocks / executions,
    children: sum.children.map((child) => planMean(child, executions)),
  };
}
