import { amount } from './metrics.ts';
import { nodeError, type PlanNode, planNodes, planShape } from './plan-tree.ts';
import { formatRatio } from './units.ts';

/** What all nodes that read one relation did together. */
interface ReadFigures {
  readonly rowsRemoved: number;
  readonly blocks: number;
  /** How far off the worst estimate of its rows was, as a factor. */
  readonly error: number;
}

/** A plan with the figures of one execution, and of how much work it was part. */
export interface Executed {
  readonly root: PlanNode;
  readonly executions: number;
  /** Units of work done by these executions; null where nobody counted them. */
  readonly units: number | null;
}

/**
 * What differs in the figures of two plans of another structure, in words: blocks, rows thrown away and estimates of
 * each relation that both read, and blocks in all, for each unit of work. A spill that comes or goes, in any execution,
 * is told for equal structures too.
 */
export function figureDifferences(before: Executed, after: Executed): string[] {
  const spill = spillChange(before.root, after.root);
  const shares = sharesOf(before, after);
  if (shares === null || planShape(before.root) === planShape(after.root)) return spill;
  const [was, is, unit] = shares;
  const [a, b] = [readFigures(before.root, was), readFigures(after.root, is)];
  const relations = [...a].flatMap(([relation, figures]) => {
    const other = b.get(relation);
    const changes = other ? figureChanges(figures, other, unit) : [];
    return changes.length > 0 ? [`${relation}: ${changes.join(', ')}`] : [];
  });
  const inAll = change(before.root.blocks * was, after.root.blocks * is, 'blocks');
  return [...relations, ...inAll.map((text) => `in all ${text}${unit}`), ...spill];
}

/** What the figures of one execution of either side are to be multiplied by, and what they are of then; null where nothing is fair. */
function sharesOf(before: Executed, after: Executed): readonly [number, number, string] | null {
  if (before.units && after.units) {
    const unit = before.units === 1 && after.units === 1 ? '' : ' for each unit of work';
    return [before.executions / before.units, after.executions / after.units, unit];
  }
  return before.executions === after.executions ? [1, 1, ''] : null;
}

function figureChanges(was: ReadFigures, is: ReadFigures, unit: string): string[] {
  const counts = [
    ...change(was.blocks, is.blocks, 'blocks'),
    ...change(was.rowsRemoved, is.rowsRemoved, 'rows removed'),
  ];
  const isEstimateTold = Math.max(was.error, is.error) >= 2 && was.error !== is.error;
  return [
    ...(counts.length > 0 ? [`${counts.join(', ')}${unit}`] : []),
    ...(isEstimateTold ? [`estimate ${formatRatio(was.error)} → ${formatRatio(is.error)} off`] : []),
  ];
}

function readFigures(root: PlanNode, share: number): Map<string, ReadFigures> {
  const figures = new Map<string, ReadFigures>();
  for (const placed of planNodes(root)) {
    const { relation, rowsRemoved, blocks, node } = placed.node;
    // What is written is read below it.
    if (relation === null || node.startsWith('ModifyTable')) continue;
    const known = figures.get(relation) ?? { rowsRemoved: 0, blocks: 0, error: 1 };
    figures.set(relation, {
      rowsRemoved: known.rowsRemoved + rowsRemoved * share,
      blocks: known.blocks + blocks * share,
      error: Math.max(known.error, nodeError(placed)),
    });
  }
  return figures;
}

/** Temporary files that only one of two plans writes, with the nodes that do. */
function spillChange(before: PlanNode, after: PlanNode): string[] {
  if (before.tempBlocks > 0 === after.tempBlocks > 0) return [];
  const [was, is] = [before, after].map(spilling);
  const nodes = [...new Set([...(was ?? []), ...(is ?? [])])].join(', ');
  return change(before.tempBlocks, after.tempBlocks, 'temporary blocks').map((text) => `${text}: ${nodes}`);
}

/** Means of the same sum may differ in the last digit. */
const ROUNDING = 1 + 1e-9;

/** Nodes that write temporary files themselves: those below have fewer. */
function spilling(root: PlanNode): string[] {
  return planNodes(root).flatMap(({ node }) => {
    const below = node.children.reduce((sum, child) => sum + child.tempBlocks, 0);
    return node.tempBlocks > below * ROUNDING ? [node.node] : [];
  });
}

/** Nothing where both read the same. */
function change(was: number, is: number, unit: string): string[] {
  const [a, b] = [was, is].map((value) => amount(Number(value.toPrecision(12))));
  return a === b ? [] : [`${a} → ${b} ${unit}`];
}
