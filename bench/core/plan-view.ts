import { figureDifferences } from './plan-figures.ts';
import { estimateError, nodeError, type PlacedNode, planDifferences, planNodes } from './plan-tree.ts';
import type { Arm, PlanRecord } from './run-file.ts';
import { formatCount, formatRatio } from './units.ts';

/** A statement's plan as lines of text, widest part of an arm. */
export interface PlanView {
  readonly statement: string;
  readonly lines: readonly string[];
  /** How far off the worst estimate of rows is, as a factor. */
  readonly estimateError: number;
  /** What other plan the statement has from its sixth execution on; null when it stays. */
  readonly laterText: string | null;
}

/** Nodes beyond this many are left out, visibly. */
const LINES = 40;

/** The plan that matters most of an arm: of those that read a table, the one with the most blocks. */
export function mainPlan(plans: readonly PlanRecord[]): PlanRecord | null {
  const reading = plans.filter(({ root }) => planNodes(root).some(({ node }) => node.relation !== null));
  const [first, ...rest] = reading;
  if (!first) return null;
  return rest.reduce((most, plan) => (weight(plan) > weight(most) ? plan : most), first);
}

function weight({ root, executions }: PlanRecord): number {
  return root.blocks * executions;
}

/** The main plan of an arm in words; null where none was seen. */
export function planView({ plans, laterPlans }: Pick<Arm, 'plans' | 'laterPlans'>): PlanView | null {
  const plan = mainPlan(plans);
  if (!plan) return null;
  const later = mainPlan(laterPlans);
  const changes = later ? differences(plan, later) : [];
  const nodes = planNodes(plan.root);
  const lines = nodes.slice(0, LINES).map((placed) => `${'  '.repeat(placed.depth)}${nodeText(placed)}`);
  return {
    statement: plan.statement,
    lines: nodes.length > LINES ? [...lines, `… ${nodes.length - LINES} more nodes`] : lines,
    estimateError: estimateError(plan.root),
    laterText: changes.length > 0 ? changes.join('; ') : null,
  };
}

function nodeText(placed: PlacedNode): string {
  const { node, relation, index, keys, rows, rowsEstimated, rowsRemoved, blocks, tempBlocks } = placed.node;
  const by = index !== null && keys !== null ? `${index} (${keys})` : index;
  const on = [relation, by].filter((name) => name !== null).join(' by ');
  const removed = rowsRemoved > 0 ? `, ${formatCount(rowsRemoved)} removed` : '';
  const error = nodeError(placed);
  const estimate = error >= 2 ? ` (estimated ${formatCount(rowsEstimated)}, ${formatRatio(error)} off)` : '';
  const spill = tempBlocks > 0 ? `, ${formatCount(tempBlocks)} temporary` : '';
  return `${node}${on === '' ? '' : ` ${on}`}: ${formatCount(rows)} rows${estimate}${removed}, ${formatCount(blocks)} blocks${spill}`;
}

interface Planned {
  readonly plans: readonly PlanRecord[];
}

/** What differs between the main plans of two arms, structure first, then figures; null where one has none. */
export function planChange(before: Planned, after: Planned): string[] | null {
  const [a, b] = [mainPlan(before.plans), mainPlan(after.plans)];
  return a && b ? differences(a, b) : null;
}

function differences({ root: before }: PlanRecord, { root: after }: PlanRecord): string[] {
  return [...planDifferences(before, after), ...figureDifferences(before, after)];
}
