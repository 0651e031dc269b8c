import { amount } from './metrics.ts';
import { type Executed, figureDifferences } from './plan-figures.ts';
import {
  estimateError,
  nodeError,
  type PlacedNode,
  planDifferences,
  planNodes,
  planShape,
} from './plan-tree.ts';
import type { Arm, PlanRecord } from './run-file.ts';
import { formatCount, formatRatio } from './units.ts';

/** A statement's plan as lines of text, widest part of an arm. */
export interface PlanView {
  readonly statement: string;
  readonly lines: readonly string[];
  /** How far off the worst estimate of rows is, as a factor. */
  readonly estimateError: number;
  /** What other plans statements have from the sixth execution on; null when all stay, or nobody looked. */
  readonly laterText: string | null;
  /** Whether nobody looked at the plans of then: nothing is known of what stays. */
  readonly isLaterOpen: boolean;
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

/** Whether two arms have main plans of one structure; null where one of them has none. */
export function sameMainPlan(before: Pick<Arm, 'plans'>, after: Pick<Arm, 'plans'>): boolean | null {
  const [was, is] = [mainPlan(before.plans), mainPlan(after.plans)];
  return was && is && planShape(was.root) === planShape(is.root);
}

function weight({ root, executions }: PlanRecord): number {
  return root.blocks * executions;
}

/** The main plan of an arm in words; null where none was seen. */
export function planView(
  arm: Pick<Arm, 'plans' | 'laterPlans' | 'laterSeen' | 'planUnits'>,
): PlanView | null {
  const plan = mainPlan(arm.plans);
  if (!plan) return null;
  const changes = laterChanges(plan, arm);
  return {
    statement: plan.statement,
    lines: linesOf(plan),
    estimateError: estimateError(plan.root),
    laterText: changes.length > 0 ? changes.join('; ') : null,
    isLaterOpen: arm.laterSeen === false,
  };
}

function linesOf({ root, executions }: PlanRecord): string[] {
  const nodes = planNodes(root);
  const lines = nodes.slice(0, LINES).map((placed) => `${'  '.repeat(placed.depth)}${nodeText(placed)}`);
  return [
    ...(executions > 1 ? [`${formatCount(executions)} executions, figures of one:`] : []),
    ...lines,
    ...(nodes.length > LINES ? [`… ${nodes.length - LINES} more nodes`] : []),
  ];
}

/** Letters that name a statement beside another. */
const STATEMENT_LETTERS = 60;

/** What the new ones of the later plans differ in from the first ones of their statement; all but the main one are named. */
function laterChanges(
  main: PlanRecord,
  { plans, laterPlans, planUnits }: Pick<Arm, 'plans' | 'laterPlans' | 'planUnits'>,
): string[] {
  const known = new Set(plans.map(keyOf));
  return laterPlans.flatMap((later) => {
    const { statement } = later;
    const first = [main, ...plans].find((plan) => plan.statement === statement);
    if (known.has(keyOf(later)) || !first) return [];
    const changes = differences(executed(first, planUnits), executed(later, planUnits));
    return first === main ? changes : [`${nameOf(statement)}: ${changes.join(', ')}`];
  });
}

function nameOf(statement: string): string {
  return statement.length > STATEMENT_LETTERS ? `${statement.slice(0, STATEMENT_LETTERS)} …` : statement;
}

function keyOf({ statement, root }: PlanRecord): string {
  return JSON.stringify([statement, planShape(root)]);
}

function nodeText(placed: PlacedNode): string {
  const { node, relation, index, keys, rows, rowsEstimated, rowsRemoved, blocks, tempBlocks } = placed.node;
  const by = index !== null && keys !== null ? `${index} (${keys})` : index;
  const on = [relation, by].filter((name) => name !== null).join(' by ');
  const removed = rowsRemoved > 0 ? `, ${amount(rowsRemoved)} removed` : '';
  const error = nodeError(placed);
  const estimate = error >= 2 ? ` (estimated ${amount(rowsEstimated)}, ${formatRatio(error)} off)` : '';
  const spill = tempBlocks > 0 ? `, ${amount(tempBlocks)} temporary` : '';
  return `${node}${on === '' ? '' : ` ${on}`}: ${amount(rows)} rows${estimate}${removed}, ${amount(blocks)} blocks${spill}`;
}

/** Plans of an arm: those of its first executions, or from the sixth on. */
export type Planned = Pick<Arm, 'plans' | 'planUnits'>;

/** Whether a statement of two arms has another plan from the sixth execution on. */
export function hasLater(...arms: readonly Pick<Arm, 'laterPlans'>[]): boolean {
  return arms.some(({ laterPlans }) => laterPlans.length > 0);
}

/** An arm with its plans from the sixth execution on: those that it began with, where they stay. */
export function laterSide<A extends Pick<Arm, 'plans' | 'laterPlans'>>(arm: A): A {
  return arm.laterPlans.length > 0 ? { ...arm, plans: arm.laterPlans } : arm;
}

/** What differs between the main plans of two arms, structure first, then figures; null where one has none. */
export function planChange(before: Planned, after: Planned): string[] | null {
  const [a, b] = [mainPlan(before.plans), mainPlan(after.plans)];
  return a && b ? differences(executed(a, before.planUnits), executed(b, after.planUnits)) : null;
}

function executed({ root, executions }: PlanRecord, units: Planned['planUnits']): Executed {
  return { root, executions, units: units ?? null };
}

function differences(before: Executed, after: Executed): string[] {
  return [...planDifferences(before.root, after.root), ...figureDifferences(before, after)];
}
