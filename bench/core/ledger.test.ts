import { describe, expect, test } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import { compareStates } from './comparison.ts';
import { breakEvenText, type LedgerRow, ledger } from './ledger.ts';
import { planTree } from './plan-tree.ts';
import type { Arm, Counters, RunFile } from './run-file.ts';

const COUNTERS: Counters = {
  ...{ done: 1, total: 1, statements: 1, rows: 50, sharedBlocks: 60, localBlocks: 0, tempBlocks: 0 },
  ...{ dirtiedBlocks: 0, walRecords: 0, walPageImages: 0, walBytes: 0, io: null, tables: null },
};
const PLAN = {
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

interface Side {
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
function runOf(before: Side, after: Side, blocks = 20): RunFile {
  const run = sampleRun();
  const states = [before, after].flatMap(({ bytes = 1000 }, i) =>
    run.states.slice(i, i + 1).map((state) => ({
      ...state,
      relations: [{ name: 'items_name', kind: 'index' as const, table: 'items', bytes }],
    })),
  );
  const arm = (scenario: 'find' | 'list' | 'add', variant: string, i: number, side: Side): Arm => ({
    ...{ scenario, variant, state: states[i]?.name ?? '', control: false, role: 'app', cache: 'hot' },
    ...{ answer: { digest: 'same', rows: 1 }, expected: null, plans: [PLAN], laterPlans: [], error: null },
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

function rowOf(run: RunFile): LedgerRow {
  const [row, ...rest] = ledger(run, compareStates(run));
  if (!row || rest.length > 0) throw new Error('one row expected');
  return row;
}

describe('the ledger', () => {
  test('weighs what reads gain against what a write costs', () => {
    const row = rowOf(runOf({ find: 100, list: 50, add: 100 }, { find: 10, list: 50, add: 200, blocks: 5 }));
    expect(row.gain.estimate).toBeCloseTo(4 * 90, -1);
    expect(row.cost.estimate).toBeCloseTo(1, 1);
    expect(row).toMatchObject({ verdict: 'KEEP', flags: [] });
    expect(row.why).toMatch(/^a net gain of \d+ ms to \d+ ms for each unit written and its reads$/);
  });

  test('says from how many reads on it pays: where gain and cost are even', () => {
    const row = rowOf(runOf({ find: 1, list: 0.5, add: 100 }, { find: 0.5, list: 0.5, add: 400, blocks: 5 }));
    // 5 reads come with a unit and save 4 × 0.5 ms; the unit costs 3 ms more.
    expect(row.breakEven).toBeCloseTo((3 / 2) * 5, 0);
    const [low, high] = row.breakEvenRange ?? [null, null];
    expect(low).toBeLessThan(row.breakEven ?? 0);
    expect(high).toBeGreaterThan(row.breakEven ?? 0);
    expect(row.verdict).toBe('NOT WORTH IT');
    expect(breakEvenText(row)).toMatch(/^7\.\d \(\d.* to \d.*\)$/);
  });

  test('gives nothing for a read with the same plan that reads exactly the same blocks, whatever the clock says', () => {
    const useless = { find: 101, list: 50, add: 130, wal: 14_000, bytes: 5000 };
    const row = rowOf(runOf({ find: 100, list: 50, add: 100 }, useless));
    expect(row.gains.map(({ basis }) => basis)).toEqual(['same plan and blocks', 'same plan and blocks']);
    expect(row.gain).toEqual({ estimate: 0, range: [0, 0] });
    expect(row).toMatchObject({ verdict: 'NOT WORTH IT', breakEven: null, bytes: 4000 });
    expect(row.costs[0]).toMatchObject({ walBytes: [100, 140] });
    expect(row.costs[0]?.rates[0]).toBeGreaterThan(row.costs[0]?.rates[1] ?? 0);
    expect(breakEvenText(row)).toMatch(/^never/);
  });

  test('keeps what makes writes quicker, though no read is answered in another way', () => {
    const quicker = { find: 101, list: 50, add: 70, bytes: 5000 };
    const row = rowOf(runOf({ find: 100, list: 50, add: 100 }, quicker));
    expect(row.gains.map(({ basis }) => basis)).toEqual(['same plan and blocks', 'same plan and blocks']);
    expect(row).toMatchObject({ verdict: 'KEEP', breakEven: 0, bytes: 4000 });
  });

  test('tells of HOT updates that a change ends', () => {
    const harmful = { find: 100, list: 50, add: 130, hot: 0, bytes: 5000 };
    expect(rowOf(runOf({ find: 100, list: 50, add: 100 }, harmful)).flags).toEqual([
      'HOT updates of add rows fall from 90 % to 0 %',
    ]);
  });

  test('does not decide from too few blocks, nor with a part of the mix missing', () => {
    const sides = [
      { find: 100, list: 50, add: 100 },
      { find: 10, list: 50, add: 200, blocks: 5 },
    ] as const;
    expect(rowOf(runOf(...sides, 3))).toMatchObject({
      verdict: 'UNRESOLVED',
      why: 'too few blocks for an interval of gain or cost',
    });
    const run = runOf(...sides);
    const arms = run.arms.filter(({ scenario }) => scenario !== 'list');
    expect(rowOf({ ...run, arms })).toMatchObject({
      verdict: 'UNRESOLVED',
      why: 'list page of the mix has no figure here',
    });
  });

  test('does not decide where gain and cost overlap', () => {
    const row = rowOf(
      runOf({ find: 0.5, list: 50, add: 100 }, { find: 0.25, list: 50, add: 200, blocks: 5 }),
    );
    expect(row.verdict).toBe('UNRESOLVED');
  });

  test('takes the range of a few long samples, and says so', () => {
    const few = runOf({ find: 100, list: 50, add: 100 }, { find: 10, list: 50, add: 200, blocks: 5 });
    const arms = few.arms.map((arm) =>
      arm.scenario === 'add' ? { ...arm, samples: arm.samples.slice(0, 3) } : arm,
    );
    expect(rowOf({ ...few, arms })).toMatchObject({
      verdict: 'KEEP',
      costs: [{ basis: 'range of the samples' }],
    });
  });

  test('of an ablation has a row for each object left out, against the whole', () => {
    const run = runOf({ find: 100, list: 50, add: 100 }, { find: 10, list: 50, add: 200, blocks: 5 });
    const states = run.states.map((state, i) => ({
      ...state,
      name: i === 0 ? 'without items_name' : 'batch',
    }));
    const arms = run.arms.map((arm) => ({
      ...arm,
      state: arm.state === 'base' ? 'without items_name' : 'batch',
    }));
    const row = rowOf({ ...run, states, arms, design: 'ablation' });
    expect(row).toMatchObject({
      change: 'items_name',
      before: 'without items_name',
      after: 'batch',
      verdict: 'KEEP',
    });
  });

  test('of a suite without a mix is empty', () => {
    expect(ledger({ ...sampleRun(), mix: null }, [])).toEqual([]);
  });
});
