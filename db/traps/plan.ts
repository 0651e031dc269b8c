import type { Database } from '../application.ts';
import { chooseTenant } from '../phases/00-base/request.ts';
import { only, type Tenant } from '../testing/tenant.ts';

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

/** A session that hears the plans of what it runs. */
export interface Hearing {
  readonly db: Database;
  /** Nodes of the one statement since the last call whose text has `words`; statements inside functions count. */
  planWith(words: string): readonly Node[];
}

type Connect = (
  onNotice: (notice: { readonly message: string }) => void,
) => Promise<Database & { script(sql: string): Promise<void> }>;

/** Opens a session of the owner's in which auto_explain tells each plan; the role of the application may not load it. */
export async function hearPlans(connect: Connect, tenant: Tenant): Promise<Hearing> {
  const heard: { 'Query Text': string; Plan: Node }[] = [];
  const db = await connect(({ message }) => {
    const json = /plan:\s*(\{[\s\S]*)$/.exec(message)?.[1];
    if (json !== undefined) heard.push(JSON.parse(json));
  });
  await db.script(`
    LOAD 'auto_explain';
    SET auto_explain.log_min_duration = 0;
    SET auto_explain.log_nested_statements = on;
    SET auto_explain.log_format = json;
    SET auto_explain.log_level = notice`);
  await chooseTenant(db, tenant);
  const planWith = (words: string) => {
    const found = heard.splice(0).filter((plan) => plan['Query Text'].includes(words));
    return [...nodes(only(found).Plan)];
  };
  return { db, planWith };
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
