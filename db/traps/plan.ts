import type { Database } from '../application.ts';

/** A node of a plan, as EXPLAIN (FORMAT JSON) has it. */
interface Node {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Plan Rows': number;
  readonly Plans?: readonly Node[];
}

/** Every node of the statement's plan, the topmost first. */
export async function planOf(
  db: Database,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Node[]> {
  const { rows } = await db.query<{ 'QUERY PLAN': readonly { Plan: Node }[] }>(
    `EXPLAIN (FORMAT JSON) ${sql}`,
    values,
  );
  const root = rows[0]?.['QUERY PLAN'][0]?.Plan;
  return root === undefined ? [] : [...nodes(root)];
}

function* nodes(node: Node): Generator<Node> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodes(child);
}

/** Names of the indexes a plan reads, in the order of its nodes. */
export function indexesOf(plan: readonly Node[]): readonly string[] {
  return plan.flatMap((node) => node['Index Name'] ?? []);
}

/** Blocks that running the statement reads, in PostgreSQL's cache or not. A first run reads what planning needs. */
export async function blocksOf(db: Database, sql: string, values: readonly unknown[] = []): Promise<number> {
  const explain = `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${sql}`;
  await db.query(explain, values);
  const { rows } = await db.query<{ 'QUERY PLAN': readonly { Plan: Record<string, number> }[] }>(
    explain,
    values,
  );
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan ?? {};
  return (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
}
