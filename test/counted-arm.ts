import type { ArmPair } from '../bench/core/finding.ts';
import type { PlanNode } from '../bench/core/plan-tree.ts';
import type { Arm, Counters, PlanRecord, RunFile } from '../bench/core/run-file.ts';

const COUNTERS: Counters = {
  ...{ done: 1, total: 1, statements: 1, rows: 50, sharedBlocks: 100, localBlocks: 0, tempBlocks: 0 },
  ...{ dirtiedBlocks: 0, walRecords: 100, walPageImages: 0, walBytes: 5000, io: null, tables: null },
};

/** Three repetitions of a count, the same unless each is given. */
export function repetitions(...changes: Partial<Counters>[]): Counters[] {
  const each = changes.length === 0 ? [{}] : changes;
  return [0, 1, 2].map((i) => ({ ...COUNTERS, ...each[i % each.length] }));
}

/** A reader's arm that answered, was counted and has a plan by index. */
export function countedArm(changes: Partial<Arm> = {}): Arm {
  const answer = { digest: 'ordered:50:ab', rows: 50 };
  return {
    ...{ scenario: 'lead-list', variant: 'page=1', state: 'views', control: false },
    ...{ role: 'app', cache: 'hot' as const, answer, expected: answer, error: null, laterPlans: [] },
    samples: [{ block: 0, order: 0, executionsMs: [5], client: null, done: 1, total: 1 }],
    counters: repetitions(),
    plans: [planOf(indexScan('leads'))],
    ...changes,
  };
}

/** The run as if all its arms had been counted, each with a plan and the answer that it had to give. */
export function countedRun(run: RunFile): RunFile {
  const { counters, plans } = countedArm();
  return { ...run, arms: run.arms.map((arm) => ({ ...arm, counters, plans, answer: arm.expected })) };
}

/** The pair of two arms; `pages` is the size of the table `leads`. */
export function pairOf(before: Arm, after: Arm, pages = 1000): ArmPair {
  const leads = { name: 'leads', kind: 'table' as const, table: 'leads', bytes: pages * 8192 };
  return { name: 'lead-list/page=1/views', before, after, relations: [[leads], [leads]] };
}

export function planOf(root: PlanNode, statement = 'SELECT'): PlanRecord {
  return { statement, executions: 1, root };
}

export function node(changes: Partial<PlanNode>): PlanNode {
  return {
    ...{
      node: 'Result',
      relation: null,
      index: null,
      keys: null,
      rowsEstimated: 50,
      rows: 50,
      rowsRemoved: 0,
    },
    ...{ loops: 1, blocks: 100, tempBlocks: 0, children: [] },
    ...changes,
  };
}

export function indexScan(relation: string): PlanNode {
  return node({ node: 'Index Scan', relation, index: `${relation}_key` });
}

export function seqScan(relation: string): PlanNode {
  return node({ node: 'Seq Scan', relation });
}
