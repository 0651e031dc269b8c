import { z } from 'zod';
import { indexKeys } from './index-keys.ts';

/** A node of a plan, reduced to what decides and what it cost. Figures are totals over all its loops. */
export interface PlanNode {
  /** `Index Scan`, `Sort`, `Aggregate (Hashed)` … */
  readonly node: string;
  readonly relation: string | null;
  readonly index: string | null;
  /** By which of the index's columns it is searched; null where none is, or not known. */
  readonly keys: string | null;
  readonly rowsEstimated: number;
  readonly rows: number;
  /** Read and thrown away by a filter or a recheck. */
  readonly rowsRemoved: number;
  readonly loops: number;
  /** Of this node and those below: shared and local blocks, hit or read. */
  readonly blocks: number;
  /** Blocks of temporary files, read and written: a spill. */
  readonly tempBlocks: number;
  readonly children: readonly PlanNode[];
}

export const PlanNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    node: z.string(),
    relation: z.string().nullable(),
    index: z.string().nullable(),
    keys: z.string().nullable().default(null),
    rowsEstimated: z.number(),
    rows: z.number(),
    rowsRemoved: z.number(),
    loops: z.number(),
    blocks: z.number(),
    tempBlocks: z.number(),
    children: z.array(PlanNode),
  }),
);

const figure = z.number().default(0);

/** What EXPLAIN (FORMAT JSON) and auto_explain write of a node; the rest is ignored. */
const Explained = z.object({
  'Node Type': z.string(),
  Strategy: z.string().optional(),
  'Join Type': z.string().optional(),
  Operation: z.string().optional(),
  'Relation Name': z.string().optional(),
  'Function Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Index Cond': z.string().optional(),
  'Scan Direction': z.string().optional(),
  'Plan Rows': figure,
  'Actual Rows': figure,
  'Actual Loops': figure,
  'Rows Removed by Filter': figure,
  'Rows Removed by Index Recheck': figure,
  'Shared Hit Blocks': figure,
  'Shared Read Blocks': figure,
  'Local Hit Blocks': figure,
  'Local Read Blocks': figure,
  'Temp Read Blocks': figure,
  'Temp Written Blocks': figure,
  Plans: z.array(z.unknown()).default([]),
});

/** Reduces a node of EXPLAIN's JSON and all below it. Errors: ZodError for JSON that is no plan. */
export function planTree(json: unknown): PlanNode {
  const node = Explained.parse(json);
  const loops = Math.max(1, node['Actual Loops']);
  return {
    node: titleOf(node),
    relation: node['Relation Name'] ?? null,
    index: node['Index Name'] ?? null,
    keys: indexKeys(node['Index Cond']),
    rowsEstimated: node['Plan Rows'] * loops,
    rows: Math.round(node['Actual Rows'] * loops),
    rowsRemoved: Math.round((node['Rows Removed by Filter'] + node['Rows Removed by Index Recheck']) * loops),
    loops: node['Actual Loops'],
    blocks:
      node['Shared Hit Blocks'] +
      node['Shared Read Blocks'] +
      node['Local Hit Blocks'] +
      node['Local Read Blocks'],
    tempBlocks: node['Temp Read Blocks'] + node['Temp Written Blocks'],
    children: node.Plans.map(planTree),
  };
}

/** Strategy, join type, operation and direction make other nodes of the same type. */
function titleOf(node: z.infer<typeof Explained>): string {
  if (node['Scan Direction'] === 'Backward') return `${node['Node Type']} Backward`;
  if (node['Function Name'] !== undefined) return `${node['Node Type']} ${node['Function Name']}`;
  const kind = node.Operation ?? node.Strategy ?? node['Join Type'];
  const isUsual = kind === undefined || kind === 'Plain' || kind === 'Inner' || kind === 'Select';
  return isUsual ? node['Node Type'] : `${node['Node Type']} (${kind})`;
}

/** The plan's structure as one line: nodes, relations, indexes and their keys, no figures. Equal text, equal plan. */
export function planShape({ node, relation, index, keys, children }: PlanNode): string {
  const on = [relation, index, keys].filter((name) => name !== null).join('.');
  const below = children.length === 0 ? '' : ` [${children.map(planShape).join(', ')}]`;
  return `${node}${on === '' ? '' : ` ${on}`}${below}`;
}

/** A node where it stands in its plan. */
export interface PlacedNode {
  readonly node: PlanNode;
  readonly depth: number;
  /** Whether a limit above it may have stopped it before its last row. */
  readonly isCut: boolean;
}

/** Nodes that read all that is below them before they give a row. */
const BLOCKING: readonly string[] = ['Sort', 'Hash', 'Aggregate', 'Aggregate (Hashed)', 'Bitmap Heap Scan'];

/** Every node from the root down. */
export function planNodes(root: PlanNode, depth = 0, isCut = false): PlacedNode[] {
  const isCutBelow = root.node === 'Limit' || (isCut && !BLOCKING.includes(root.node));
  const below = root.children.flatMap((child) => planNodes(child, depth + 1, isCutBelow));
  return [{ node: root, depth, isCut }, ...below];
}

/** Rows that all nodes together returned or threw away: the work that a plan did. */
export function rowsProcessed(root: PlanNode): number {
  return planNodes(root).reduce((sum, { node }) => sum + node.rows + node.rowsRemoved, 0);
}

/**
 * How far off the estimate of a node's rows is: the larger of estimate ÷ truth and truth ÷ estimate, both at least one row.
 * 1 where nothing is known: for a node that was never executed, or had fewer rows because a limit stopped it.
 */
export function nodeError({ node: { rows, rowsEstimated, loops }, isCut }: PlacedNode): number {
  const [truth, estimate] = [Math.max(1, rows), Math.max(1, rowsEstimated)];
  if (loops === 0 || (isCut && truth < estimate)) return 1;
  return Math.max(truth / estimate, estimate / truth);
}

/** The worst misjudgement of rows in a plan. */
export function estimateError(root: PlanNode): number {
  return Math.max(...planNodes(root).map(nodeError));
}

/** What differs between two plans, in words; empty for the same structure. */
export function planDifferences(before: PlanNode, after: PlanNode): string[] {
  if (planShape(before) === planShape(after)) return [];
  const [a, b] = [scansOf(before), scansOf(after)];
  const relations = [...new Set([...a.keys(), ...b.keys()])];
  const scans = relations.flatMap((relation) => {
    const [was, is] = [a.get(relation), b.get(relation)];
    return was === is ? [] : [`${relation}: ${was ?? 'not read'} → ${is ?? 'not read'}`];
  });
  const [added, removed] = [missingFrom(before, after), missingFrom(after, before)];
  return [
    ...scans,
    ...removed.map((node) => `${node} is gone`),
    ...added.map((node) => `${node} is new`),
    ...(scans.length + added.length + removed.length === 0 ? ['the same nodes in another order'] : []),
  ];
}

/** How each relation is read: `Index Scan on leads_email_key (workspace_id, email)`. */
function scansOf(root: PlanNode): Map<string, string> {
  const scans = new Map<string, string[]>();
  for (const { node } of planNodes(root)) {
    const { relation } = node;
    if (relation === null) continue;
    // Bitmap index scans name no relation; the heap scan above them does.
    const scanned = node.node === 'Bitmap Heap Scan' ? planNodes(node).map((placed) => placed.node) : [node];
    const via = scanned.flatMap(({ index, keys }) =>
      index === null ? [] : [keys === null ? index : `${index} (${keys})`],
    );
    const text = via.length === 0 ? node.node : `${node.node} on ${via.join(' and ')}`;
    scans.set(relation, [...(scans.get(relation) ?? []), text]);
  }
  return new Map([...scans].map(([relation, texts]) => [relation, texts.join(', ')]));
}

/** How many nodes read a relation through an index, and how many from end to end. */
export interface Reads {
  readonly byIndex: number;
  readonly sequential: number;
}

const BY_INDEX = /^(Index Scan|Index Only Scan|Bitmap Heap Scan)/;

/** How each relation is read, over all nodes of these plans. */
export function readsOf(roots: readonly PlanNode[]): Map<string, Reads> {
  const reads = new Map<string, Reads>();
  for (const { node } of roots.flatMap((root) => planNodes(root))) {
    if (node.relation === null) continue;
    const { byIndex, sequential } = reads.get(node.relation) ?? { byIndex: 0, sequential: 0 };
    reads.set(node.relation, {
      byIndex: byIndex + (BY_INDEX.test(node.node) ? 1 : 0),
      sequential: sequential + (node.node === 'Seq Scan' ? 1 : 0),
    });
  }
  return reads;
}

/** Kinds of nodes without a relation that `other` has more of. */
function missingFrom(root: PlanNode, other: PlanNode): string[] {
  const [have, wanted] = [root, other].map((plan) => countKinds(plan));
  return [...(wanted ?? [])].flatMap(([kind, count]) => (count > (have?.get(kind) ?? 0) ? [kind] : []));
}

function countKinds(root: PlanNode): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { node } of planNodes(root)) {
    if (node.relation === null && node.index === null)
      counts.set(node.node, (counts.get(node.node) ?? 0) + 1);
  }
  return counts;
}
