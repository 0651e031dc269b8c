import { describe, expect, test } from 'vitest';
import { PLAN, runOf } from '../../test/ledger-run.ts';
import { sampleRun } from '../../test/sample-run.ts';
import { breakEvenText } from './break-even.ts';
import { compareStates } from './comparison.ts';
import { type LedgerRow, ledger } from './ledger.ts';
import { planTree } from './plan-tree.ts';
import type { Arm, RunFile } from './run-file.ts';
import { ledgerView } from './view-ledger.ts';

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
    const reads = (even: typeof row.breakEven = null) => (even === null || even === 'never' ? 0 : even.reads);
    expect(reads(row.breakEven)).toBeCloseTo((3 / 2) * 5, 0);
    const [low, high] = row.breakEvenRange ?? [];
    expect(reads(low)).toBeLessThan(reads(row.breakEven));
    expect(reads(high)).toBeGreaterThan(reads(row.breakEven));
    expect(row.verdict).toBe('NOT WORTH IT');
    expect(breakEvenText(row)).toMatch(/^7\.\d \(\d.* to \d.*\)$/);
  });

  test('gives nothing for a read with the same plan that reads exactly the same blocks, whatever the clock says', () => {
    const useless = { find: 101, list: 50, add: 130, wal: 14_000, bytes: 5000 };
    const row = rowOf(runOf({ find: 100, list: 50, add: 100 }, useless));
    expect(row.gains.map(({ basis }) => basis)).toEqual(['same plan and blocks', 'same plan and blocks']);
    expect(row.gain).toMatchObject({ estimate: 0, range: [0, 0], mark: '' });
    expect(row).toMatchObject({ verdict: 'NOT WORTH IT', breakEven: 'never', bytes: 4000 });
    expect(row.costs[0]).toMatchObject({ walBytes: [100, 140] });
    expect(row.costs[0]?.rates[0]).toBeGreaterThan(row.costs[0]?.rates[1] ?? 0);
    expect(breakEvenText(row)).toMatch(/^never/);
  });

  test('keeps what makes writes quicker, though no read is answered in another way', () => {
    const quicker = { find: 101, list: 50, add: 70, bytes: 5000 };
    const row = rowOf(runOf({ find: 100, list: 50, add: 100 }, quicker));
    expect(row.gains.map(({ basis }) => basis)).toEqual(['same plan and blocks', 'same plan and blocks']);
    expect(row).toMatchObject({ verdict: 'KEEP', breakEven: { pays: 'from', reads: 0 }, bytes: 4000 });
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

  const withWrites = (run: RunFile, blocks: number) =>
    changed(run, 'add', ({ samples }) => ({ samples: samples.slice(0, blocks) }));

  test('makes no interval of fewer than six writes, but tells what they were', () => {
    const run = runOf({ find: 1, list: 50, add: 100 }, { find: 0.5, list: 50, add: 200, blocks: 5 });
    const few = rowOf(withWrites(run, 5));
    expect(few).toMatchObject({
      verdict: 'UNRESOLVED',
      why: 'too few blocks for an interval of gain or cost',
      costs: [{ basis: 'no interval', range: null }],
    });
    expect(ledgerView(few).costText).toMatch(/^1\.0 ms \(blocks had [\d.]+ ms to [\d.]+ ms\)$/);
    expect(rowOf(withWrites(run, 6)).costs).toMatchObject([{ basis: 'interval' }]);
  });

  test('keeps what gains over ten times what any of a few writes cost', () => {
    const run = runOf({ find: 100, list: 50, add: 100 }, { find: 10, list: 50, add: 200, blocks: 5 });
    expect(rowOf(withWrites(run, 2))).toMatchObject({
      verdict: 'KEEP',
      why: expect.stringMatching(/^a gain of \d+ ms at least .* more than 10 times what any block/),
    });
  });

  test('keeps nothing that costs the reads over ten times what any of a few writes saved', () => {
    const run = runOf({ find: 10, list: 50, add: 200 }, { find: 100, list: 50, add: 100, blocks: 5 });
    expect(rowOf(withWrites(run, 2))).toMatchObject({
      verdict: 'NOT WORTH IT',
      why: expect.stringMatching(/^a loss of \d+ ms at least .* more than 10 times what any block .* saved$/),
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

  test('of an ablation takes no object for quick writes that no plan uses, whatever their blocks say', () => {
    const quicker = { find: 101, list: 50, add: 70, bytes: 5000 };
    const row = rowOf({ ...runOf({ find: 100, list: 50, add: 100 }, quicker), design: 'ablation' });
    expect(row).toMatchObject({
      verdict: 'NOT WORTH IT',
      cost: { range: [expect.any(Number), expect.any(Number)] },
    });
    expect(row.cost.range?.[1]).toBeLessThan(0);
  });

  test('has no break-even where reads gain nothing and writes are not shown to differ', () => {
    const same = { find: 100, list: 50, add: 100 };
    const run = changed(runOf(same, { ...same, bytes: 5000 }), 'add', ({ samples, state }) => ({
      samples: samples.map((one, i) => timed(one, state === 'base' ? 1 + 0.1 * (-1) ** i : 1)),
    }));
    expect(breakEvenText(rowOf(run))).toBe('none');
    expect(rowOf(run).verdict).toBe('NOT WORTH IT');
  });

  test('of a suite without a mix is empty', () => {
    expect(ledger({ ...sampleRun(), mix: null }, [])).toEqual([]);
  });

  /** The read `find` of a state, its blocks times `factors`. */
  const shaken = (run: RunFile, state: string, factors: readonly number[]): RunFile => ({
    ...run,
    arms: run.arms.map((arm) =>
      arm.scenario === 'find' && arm.state === state
        ? { ...arm, samples: arm.samples.map((one, i) => timed(one, factors[i % factors.length] ?? 1)) }
        : arm,
    ),
  });
  const timed = (sample: Arm['samples'][number], factor: number) => ({
    ...sample,
    executionsMs: sample.executionsMs.map((ms) => ms * factor),
  });
  const changed = (run: RunFile, scenario: string, change: (arm: Arm) => Partial<Arm>): RunFile => ({
    ...run,
    arms: run.arms.map((arm) => (arm.scenario === scenario ? { ...arm, ...change(arm) } : arm)),
  });
  const SLOW = { find: 100, list: 50, add: 100 };
  const QUICK = { find: 1, list: 50, add: 200, blocks: 5 };

  test('gives a gain the interval of differences in milliseconds, however large the ratio', () => {
    const run = shaken(runOf(SLOW, QUICK), 'base', [0.8, 1.2, 0.9, 1.1, 1]);
    const [gain] = rowOf(run).gains;
    const [low = 0, high = 0] = gain?.range ?? [];
    // Blocks of 80 to 120 ms: 99 ms saved are known to some milliseconds, not to the tenths that a ratio of 100 has.
    expect(low).toBeLessThan(95);
    expect(high).toBeGreaterThan(103);
    expect(gain?.estimate).toBeCloseTo(99, -1);
  });

  test('believes a proven change of a read whose plan and blocks are the same', () => {
    const row = rowOf(runOf(SLOW, { find: 1, list: 50, add: 101 }));
    expect(row.gains.map(({ basis }) => basis)).toEqual(['interval', 'same plan and blocks']);
    expect(row.verdict, row.why).toBe('KEEP');
  });

  test('takes plans for the same only if those after six executions are', () => {
    const later = [{ ...PLAN, root: planTree({ 'Node Type': 'Index Scan', 'Relation Name': 'leads' }) }];
    const run = changed(runOf(SLOW, SLOW), 'find', ({ state }) => ({
      laterPlans: state === 'base' ? [] : later,
    }));
    expect(rowOf(run).gains.map(({ basis }) => basis)).toEqual(['interval', 'same plan and blocks']);
  });

  test('rests nothing on times that are the client’s, and says so', () => {
    const client = { cpuShare: 0.1, loopShare: 0.95, gcShare: 0, delayMs: 0, idleMs: 0.01 };
    const busy = (scenario: string, run: RunFile) =>
      changed(run, scenario, ({ samples }) => ({ samples: samples.map((one) => ({ ...one, client })) }));
    const row = rowOf(busy('find', runOf(SLOW, QUICK)));
    expect(row.verdict).toBe('UNRESOLVED');
    expect(row.why).toMatch(
      /^find one decides nothing \(client-bound in base: the client itself worked for 95 %/,
    );
    // What plan and blocks say needs no clock.
    expect(rowOf(busy('list', runOf(SLOW, { ...SLOW, find: 1 }))).verdict).toBe('KEEP');
  });

  test('rests nothing on times beside a control that moved', () => {
    const run = runOf(SLOW, QUICK);
    const control = run.arms
      .filter(({ scenario, state }) => scenario === 'find' && state !== 'base')
      .map((arm) => ({ ...arm, control: true, samples: arm.samples.map((one) => timed(one, 2)) }));
    const row = rowOf({ ...run, arms: [...run.arms, ...control] });
    expect(row.verdict).toBe('UNRESOLVED');
    expect(row.why).toContain('find one decides nothing (environment: the control moved as well');
  });

  test('says nothing in figures of what was not measured, and has no row where nothing was', () => {
    const run = runOf(SLOW, QUICK);
    const only = (...names: string[]) => ({
      ...run,
      arms: run.arms.filter((arm) => names.includes(arm.scenario)),
    });
    const unwritten = rowOf(only('find', 'list'));
    expect(unwritten).toMatchObject({ cost: { estimate: null }, breakEven: null, verdict: 'UNRESOLVED' });
    expect(ledgerView(unwritten)).toMatchObject({ costText: 'not measured', breakEvenText: 'not measured' });
    expect(ledgerView(rowOf(only('add')))).toMatchObject({ gainText: 'not measured' });
    expect(ledger(only(), compareStates(only()))).toEqual([]);
    const partly = ledgerView(rowOf(only('list', 'add')));
    expect(partly.gainText).toMatch(/ ms \(only 1 of 2 measured\)$/);
    expect(partly).toMatchObject({ breakEvenText: 'not measured', verdict: 'UNRESOLVED' });
  });

  test('calls useless what changes no plan and costs space, also without a range, and tells what each range is', () => {
    const run = runOf(SLOW, { ...SLOW, add: 130, bytes: 5000 });
    const once = withWrites(run, 1);
    expect(rowOf(run).verdict).toBe('NOT WORTH IT');
    expect(rowOf(once)).toMatchObject({ verdict: 'NOT WORTH IT', cost: { range: null } });
    expect(ledgerView(rowOf(once)).basisText).toBe(
      'too few blocks for an interval: add rows; same plan and blocks: the others',
    );
    expect(ledgerView(rowOf(run)).basisText).toBe(
      'interval of the blocks: add rows; same plan and blocks: the others',
    );
  });

  test('calls nothing useless that has a write done in another way', () => {
    const plans = [{ ...PLAN, root: planTree({ 'Node Type': 'Index Scan', 'Relation Name': 'leads' }) }];
    const run = changed(runOf(SLOW, { ...SLOW, bytes: 5000 }), 'add', ({ state, plans: same }) => ({
      plans: state === 'base' ? same : plans,
    }));
    expect(rowOf(run)).toMatchObject({ verdict: 'UNRESOLVED', costs: [{ hasSamePlan: false }] });
  });

  test('tells what it takes to build, to refresh its views, and whom that stopped', () => {
    const run = runOf(SLOW, QUICK);
    const refreshes = [{ view: 'item_counts', ms: 640, walBytes: 0 }];
    const locks = [{ relation: 'items', mode: 'ShareLock', heldMs: 1200 }];
    const states = run.states.map((state, i) => (i === 0 ? state : { ...state, refreshes, locks }));
    expect(ledgerView(rowOf({ ...run, states })).buildText).toBe(
      '9.3 s, 96 MB of WAL; each refresh of item_counts 640 ms; stopped items: writers, up to 1.2 s (ShareLock)',
    );
  });

  test('has no figure for building what an ablation cannot build by itself', () => {
    const run = { ...runOf(SLOW, QUICK), design: 'ablation' as const };
    expect(ledgerView(rowOf(run)).buildText).toBe('not measured');
  });

  test('gives rates below ten with their digits', () => {
    const text = (add: number) => ledgerView(rowOf(runOf({ ...SLOW, add }, SLOW))).writes[0]?.rateText;
    expect(text(130_000)).toMatch(/^0\.77 → [\d,]+$/);
  });

  test('marks what is projected, and lets it decide in its own direction only', () => {
    const half = (states: readonly string[]) =>
      changed(runOf({ ...SLOW, find: 5 }, QUICK), 'add', ({ state, samples }) => ({
        samples: samples.map((one) => ({ ...one, done: states.includes(state) ? 50 : 100 })),
      }));
    const [base = '', after = ''] = half([]).states.map(({ name }) => name);
    expect(ledgerView(rowOf(half([after])))).toMatchObject({
      costText: expect.stringMatching(/^≥ \d/),
      writes: [{ name: 'add rows', rateText: expect.stringMatching(/^[\d,]+ → ≤ [\d,]+$/) }],
      verdict: 'UNRESOLVED',
      why: expect.stringMatching(/at most: times are projected$/),
    });
    expect(ledgerView(rowOf(half([base])))).toMatchObject({
      costText: expect.stringMatching(/^≤ /),
      verdict: 'KEEP',
    });
    const both = rowOf(half([base, after]));
    expect(ledgerView(both)).toMatchObject({
      costText: expect.stringMatching(/^≈ /),
      breakEvenText: expect.stringMatching(/^≈ /),
      verdict: 'UNRESOLVED',
    });
  });

  test('lets a gain outweigh a projected cost that is far below it', () => {
    const run = changed(runOf({ ...SLOW, find: 2_000 }, QUICK), 'add', ({ samples }) => ({
      samples: samples.map((one) => ({ ...one, done: 50 })),
    }));
    expect(rowOf(run)).toMatchObject({
      verdict: 'KEEP',
      why: expect.stringMatching(/more than 10 times what any block of the writes cost$/),
    });
  });
});
