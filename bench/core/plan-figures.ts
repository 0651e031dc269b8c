import { nodeError, type PlanNode, planNodes, planShape } from './plan-tree.ts';
import { formatCount, formatRatio } from './units.ts';

/** What all nodes that read one relation did together. */
interface ReadFigures {
  readonly rowsRemoved: number;
  readonly blocks: number;
  /** How far off the worst estimate of its rows was, as a factor. */
  readonly error: number;
}

/**
 * What differs in the figures of two plans of another structure, in words: blocks, rows thrown away and estimates of
 * each relation that both read, and blocks in all. A spill that comes or goes is told for equal structures too.
 */
export function figureDifferences(before: PlanNode, after: PlanNode): string[] {
  const spill = spillChange(before, after);
  if (planShape(before) === planShape(after)) return spill;
  const [a, b] = [readFigures(before), readFigures(after)];
  const relations = [...a].flatMap(([relation, was]) => {
    const is = b.get(relation);
    const changes = is ? figureChanges(was, is) : [];
    return changes.length > 0 ? [`${relation}: ${changes.join(', ')}`] : [];
  });
  const inAll =
    before.blocks === after.blocks ? [] : [`in all ${change(before.blocks, after.blocks, 'blocks')}`];
  return [...relations, ...inAll, ...spill];
}

function figureChanges(was: ReadFigures, is: ReadFigures): string[] {
  const isEstimateTold = Math.max(was.error, is.error) >= 2 && was.error !== is.error;
  return [
    ...(was.blocks === is.blocks ? [] : [change(was.blocks, is.blocks, 'blocks')]),
    ...(was.rowsRemoved === is.rowsRemoved ? [] : [change(was.rowsRemoved, is.rowsRemoved, 'rows removed')]),
    ...(isEstimateTold ? [`estimate ${formatRatio(was.error)} → ${formatRatio(is.error)} off`] : []),
  ];
}

function readFigures(root: PlanNode): Map<string, ReadFigures> {
  const figures = new Map<string, ReadFigures>();
  for (const placed of planNodes(root)) {
    const { relation, rowsRemoved, blocks, node } = placed.node;
    // What is written is read below it.
    if (relation === null || node.startsWith('ModifyTable')) continue;
    const known = figures.get(relation) ?? { rowsRemoved: 0, blocks: 0, error: 1 };
    figures.set(relation, {
      rowsRemoved: known.rowsRemoved + rowsRemoved,
      blocks: known.blocks + blocks,
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
  return [`${change(before.tempBlocks, after.tempBlocks, 'temporary blocks')}: ${nodes}`];
}

/** Nodes that write temporary files themselves: those below have fewer. */
function spilling(root: PlanNode): string[] {
  return planNodes(root).flatMap(({ node }) => {
    const below = node.children.reduce((sum, child) => sum + child.tempBlocks, 0);
    return node.tempBlocks > below ? [node.node] : [];
  });
}

function change(was: number, is: number, unit: string): string {
  return `${formatCount(was)} → ${formatCount(is)} ${unit}`;
}
