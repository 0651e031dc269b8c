import { planTree } from '../bench/core/plan-tree.ts';
import type { Arm, Counters, RunFile } from '../bench/core/run-file.ts';
import { sampleRun } from './sample-run.ts';

const COUNTERS: Counters = {
  ...{ done: 1, total: 1, statements: 1, rows: 50, sharedBlocks: 60, localBlocks: 0, tempBlocks: 0 },
  ...{ dirtiedBlocks: 0, walRecords: 0, walPageImages: 0, walBytes: 0, io: null, tables: null },
};
/** The plan of every arm of `runOf`. */
export const PLAN = {
  statement: 'SELECT',
  executions: 1,
  root: planTree({ 'Node Type': 'Seq Scan', 'Relation Name': 'leads' }),
};
const MIX = {
  writes: [{ scenario: 'add', variant: 'rows', units: 1 }],
  reads: [
    { scenario: 'find', variant: 'one', perWrite: 4 },
    { scenario: 'list', variant: 'page', perWrite: 1 },
  ],
};

/** What a state takes. */
export interface Side {
  /** Milliseconds of the reads `find` and `list`, and of a write of 100 rows. */
  readonly find: number;
  readonly list: number;
  readonly add: number;
  readonly blocks?: number;
  readonly wal?: number;
  readonly hot?: number;
  readonly bytes?: number;
}

/** A run of two states with so many blocks, each with a little noise that both states share. */
export function runOf(before: Side, after: Side, blocks = 20): RunFile {
  const run = sampleRun();
  const states = [before, after].flatMap(({ bytes = 1000 }, i) =>
    run.states.slice(i, i + 1).map((state) => ({
      ...state,
      relations: [{ name: 'items_name', kind: 'index' as const, table: 'items', bytes }],
    })),
  );
  const arm = (scenario: 'find' | 'list' | 'add', variant: string, i: number, side: Side): Arm => ({
    ...{ scenario, variant, state: states[i]?.name ?? '', control: false, role: 'app', cache: 'hot' },
    ...{ answer: { digest: 'same', rows: 1 }, expected: null, laterPlans: [], error: null },
    plans: [{ ...PLAN, root: { ...PLAN.root, blocks: side.blocks ?? 60 } }],
    samples: Array.from({ length: blocks }, (_, block) => ({
      ...{ block, order: 0, client: null, done: 1, total: 1 },
      ...(scenario === 'add' ? { done: 100, total: 100 } : {}),
      executionsMs: [side[scenario] * (1 + 0.01 * Math.sin(block * (i + 2)))],
    })),
    counters: [0, 1].map(() =>
      scenario === 'add'
        ? {
            ...COUNTERS,
            ...{ done: 100, total: 100, walBytes: side.wal ?? 10_000 },
            tables: {
              ...{ inserted: 0, updated: 100, hotUpdated: side.hot ?? 90, deleted: 0, deadRows: 0 },
              ...{ heapBytes: 0, indexBytes: 0, ginPendingPages: null },
            },
          }
        : { ...COUNTERS, sharedBlocks: side.blocks ?? 60 },
    ),
  });
  const arms = [before, after].flatMap((side, i) => [
    arm('find', 'one', i, side),
    arm('list', 'page', i, side),
    arm('add', 'rows', i, side),
  ]);
  const scenarios = (['find', 'list', 'add'] as const).map((name) => ({
    ...{ name, title: name, help: '', claim: null, unit: 'x', writes: name === 'add' },
    states: null,
    variants: [
      { name: arms.find(({ scenario }) => scenario === name)?.variant ?? '', main: true, blocks: null },
    ],
  }));
  return { ...run, states, arms, scenarios, floors: [], mix: MIX };
}
