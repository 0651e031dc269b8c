import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedArm, countedRun, repetitions } from '../../test/counted-arm.ts';
import { sampleRun } from '../../test/sample-run.ts';
import { decideGate } from './gate.ts';
import { ADVISORY, evidenceOfGate, evidenceOfRuns, evidenceOfStates } from './gate-evidence.ts';
import type { Arm, RunFile } from './run-file.ts';

const timed = (ms: number, more: object = {}): Pick<Arm, 'samples'> => ({
  samples: [{ block: 0, order: 0, executionsMs: [ms], client: null, done: 1, total: 1, ...more }],
});
const runOf = (...arms: Partial<Arm>[]): RunFile => ({ ...sampleRun(), arms: arms.map(countedArm) });
const found = ({ findings }: ReturnType<typeof evidenceOfRuns>) =>
  findings.map(({ name, kind }) => `${kind} ${name}`);
const DECIDING = { margin: 0.25, decides: true };

describe('two runs', () => {
  it('pass when they are the same', () => {
    const run = countedRun(sampleRun());
    for (const rule of [ADVISORY, DECIDING]) {
      const evidence = evidenceOfRuns(run, run, rule);
      expect(evidence.findings).toEqual([]);
      expect(evidence.comparisons).toHaveLength(75);
      expect(decideGate(evidence, [], true).verdict).toBe('passed');
    }
  });

  it('are compared arm by arm, counters first', () => {
    const after = runOf({ counters: repetitions({ sharedBlocks: 900 }), ...timed(50) });
    const evidence = evidenceOfRuns(runOf({}), after, ADVISORY);
    expect(found(evidence)).toEqual([
      'failure lead-list/page=1/views/blocks',
      'report lead-list/page=1/views/time',
    ]);
    expect(evidence.comparisons?.[0]).toMatchObject({
      ...{ scenario: 'lead-list', variant: 'page=1', before: 'views', after: 'views' },
      ...{ beforeMs: 5, afterMs: 50, ratio: 0.1, interval: null, blocks: 0, verdict: 'inconclusive' },
      ...{ reason: 'advisory: two jobs differ by themselves', answersEqual: true, projected: false },
      ...{ smallestDetectable: null, control: null, bound: null },
    });
  });

  it('leave open what the head has no more, and say what is new', () => {
    const evidence = evidenceOfRuns(runOf({ variant: 'gone' }, {}), runOf({}, { variant: 'new' }), ADVISORY);
    expect(evidence.unjudged.map(({ name, isOpen }) => [name, isOpen])).toEqual([
      ['lead-list/gone/views', true],
      ['lead-list/new/views', false],
    ]);
  });

  it('say so when they have nothing in common', () => {
    const evidence = evidenceOfRuns(runOf({}), runOf({ state: 'base' }), ADVISORY);
    expect(evidence.unjudged.at(-1)).toEqual({
      name: 'all',
      why: 'the runs have no arm in common',
      isOpen: true,
    });
  });

  it('are open where only their answers are known, unless their times decide', () => {
    const bare = runOf({ counters: [], plans: [] });
    expect(decideGate(evidenceOfRuns(bare, bare, ADVISORY), [], true)).toMatchObject({ exitCode: 5 });
    expect(decideGate(evidenceOfRuns(bare, bare, DECIDING), [], true)).toMatchObject({ exitCode: 0 });
  });

  it('take the size of a table from their own state', () => {
    const scan = { node: 'Seq Scan', relation: 'leads', index: null, keys: null, rowsEstimated: 1, rows: 1 };
    const root = { ...scan, rowsRemoved: 0, loops: 1, blocks: 1, tempBlocks: 0, children: [] };
    const after = runOf({ plans: [{ statement: 'SELECT', executions: 1, root }] });
    expect(found(evidenceOfRuns(runOf({}), after, ADVISORY))).toContain(
      'failure lead-list/page=1/views/scan:leads',
    );
    const small = { ...after, states: after.states.map((state) => ({ ...state, relations: [] })) };
    const none = { ...runOf({}), states: small.states };
    expect(found(evidenceOfRuns(none, small, ADVISORY))).toEqual(['warning lead-list/page=1/views/plan']);
  });
});

describe('times of two runs that decide', () => {
  const gated = (before: Partial<Arm>, after: Partial<Arm>, margin = 0.25) =>
    evidenceOfRuns(runOf(before), runOf(after), { margin, decides: true });

  it.each([
    [12.5, 'unchanged', []],
    [12.6, 'regressed', ['failure lead-list/page=1/views/time']],
    [7.9, 'improved', []],
  ])('10 ms → %d ms: %s', (ms, verdict, findings) => {
    const evidence = gated(timed(10), timed(ms));
    expect(found(evidence)).toEqual(findings);
    expect(evidence.comparisons?.[0]?.verdict).toBe(verdict);
  });

  it('fail with both figures and the margin', () => {
    expect(gated(timed(10), timed(16), 0.1).findings[0]?.sentence).toBe(
      'slower +60 %: 10 ms → 16 ms; the margin is 10 %',
    );
  });

  const cut = { done: 1, total: 2 };

  it.each([
    ['the base', timed(10, cut), timed(30), 'inconclusive'],
    ['the head', timed(20), timed(10, cut), 'inconclusive'],
    ['the head', timed(10), timed(30, cut), 'regressed'],
    ['the base', timed(10, cut), timed(5), 'improved'],
    ['both', timed(10, cut), timed(30, cut), 'regressed'],
  ])('leave open what a projection of %s does not leave sure', (side, before, after, verdict) => {
    const evidence = gated(before, after);
    expect(evidence.comparisons?.[0]?.verdict).toBe(verdict);
    expect(evidence.unjudged.some(({ why }) => why.includes(`the time in ${side} is projected`))).toBe(
      verdict === 'inconclusive',
    );
    expect(found(evidence)).toEqual(verdict === 'regressed' ? ['failure lead-list/page=1/views/time'] : []);
  });

  it('tell of less than 0.2 ms and fail nothing', () => {
    const evidence = gated(timed(0.1), timed(0.29));
    expect(found(evidence)).toEqual(['report lead-list/page=1/views/time']);
    expect(evidence.comparisons?.[0]?.verdict).toBe('unchanged');
    expect(found(gated(timed(0.1), timed(0.31)))).toEqual(['failure lead-list/page=1/views/time']);
  });

  it('are left open where the client was busy', () => {
    const busy = { client: { cpuShare: 0.9, loopShare: 0.9, gcShare: 0, delayMs: 0, idleMs: 0.1 } };
    const { findings, unjudged } = gated(timed(10), timed(20, busy));
    expect(findings).toEqual([]);
    expect(unjudged[0]).toMatchObject({
      isOpen: true,
      why: expect.stringContaining('client-bound in views'),
    });
  });

  it('are not compared where the answers differ', () => {
    const evidence = gated(timed(10), { ...timed(99), answer: { digest: 'other', rows: 1 } });
    expect(found(evidence)).toEqual(['failure lead-list/page=1/views/answer']);
    expect(evidence.comparisons?.[0]).toMatchObject({ ratio: null, verdict: 'inconclusive' });
    expect(evidence.unjudged[0]).toMatchObject({
      why: 'time: not compared, the answers differ',
      isOpen: true,
    });
  });
});

describe('two states of one run', () => {
  /** A run of `base` and `head` with so many interleaved blocks, the head slower by a factor. */
  function interleaved(factor: number, changes: Partial<Arm> = {}, blocks = 30): RunFile {
    const run = sampleRun();
    const [first] = run.states;
    if (!first) throw new Error('no state');
    const samples = (scale: number) =>
      Array.from({ length: blocks }, (_, block) => ({
        ...{ block, order: 0, client: null, done: 1, total: 1 },
        executionsMs: [10 * scale * (1 + 0.01 * Math.sin(block * scale * 7))],
      }));
    return {
      ...run,
      states: [
        { ...first, name: 'base' },
        { ...first, name: 'head' },
      ],
      scenarios: run.scenarios
        .filter(({ name }) => name === 'lead-list')
        .map((one) => ({ ...one, variants: [{ name: 'page=1', main: true, blocks: 30 }] })),
      arms: [
        countedArm({ state: 'base', samples: samples(1) }),
        countedArm({ state: 'head', samples: samples(factor), ...changes }),
      ],
    };
  }
  const decided = (run: RunFile) => decideGate(evidenceOfStates(run, 'base', 'head'), [], true);

  it('pass when nothing changed', () => {
    expect(decided(interleaved(1.001))).toMatchObject({ verdict: 'passed', exitCode: 0, failures: [] });
  });

  it('fail when the exact interval says slower, with what it could have seen', () => {
    const result = decided(interleaved(1.3));
    expect(result).toMatchObject({ verdict: 'failed', exitCode: 99 });
    expect(result.failures[0]).toMatchObject({ name: 'lead-list/page=1/head/time', rule: 'time' });
    expect(result.failures[0]?.sentence).toMatch(
      /^slower: medians 10 ms → 13 ms; of lowest deciles the interval is slower \+\d/,
    );
    expect(result.comparisons[0]?.smallestDetectable).toBeGreaterThan(0);
  });

  it('are open when the blocks are too few', () => {
    expect(decided(interleaved(1.3, {}, 4))).toMatchObject({ verdict: 'inconclusive', exitCode: 5 });
  });

  it('are judged without the clock where the plan wanted too few blocks', () => {
    const run = interleaved(1.3, {}, 1);
    const scenarios = run.scenarios.map((one) => ({
      ...one,
      variants: one.variants.map((variant) => ({ ...variant, blocks: 1 })),
    }));
    const result = decided({ ...run, scenarios });
    expect(result).toMatchObject({ verdict: 'passed', exitCode: 0 });
    expect(result.unjudged).toContainEqual({
      name: 'lead-list/page=1/head/time',
      why: 'time: by plan not judged by the clock; not slower by 100 % and 10 ms',
      isOpen: false,
    });
  });

  describe('that are much slower in the one block that the plan wanted', () => {
    const once = (factor: number, again: number | null = null, blocks = 15) => {
      const run = interleaved(factor, {}, 1);
      const scenarios = run.scenarios.map((one) => ({
        ...one,
        variants: one.variants.map((variant) => ({ ...variant, blocks: 1 })),
      }));
      const arms = again === null ? [] : interleaved(again, {}, blocks).arms;
      const confirmations = again === null ? [] : [{ before: 'base', after: 'head', arms }];
      return decided({ ...run, scenarios, confirmations });
    };

    it('are open where nobody measured them again', () => {
      const { verdict, unjudged } = once(9);
      expect(verdict).toBe('inconclusive');
      expect(unjudged).toContainEqual({
        name: 'lead-list/page=1/head/time',
        why: expect.stringMatching(/^time: .* → .* in 1 block, too few for a verdict$/),
        isOpen: true,
      });
    });

    it('fail where they were again, with the blocks of that', () => {
      const { failures, comparisons } = once(9, 3);
      expect(failures).toMatchObject([{ name: 'lead-list/page=1/head/time', rule: 'time' }]);
      expect(failures[0]?.sentence).toMatch(/; 1 block before that: .*800 %$/);
      expect(comparisons[0]).toMatchObject({ blocks: 15, verdict: 'regressed' });
      expect(comparisons[0]?.ratio).toBeCloseTo(1 / 3, 1);
    });

    it('fail where they were far slower again in one block that was all they could get', () => {
      const { failures } = once(2_000, 1_500, 1);
      expect(failures).toMatchObject([{ name: 'lead-list/page=1/head/time', rule: 'time' }]);
      expect(failures[0]?.sentence).toMatch(
        /in 1 block, 1 block before that: .*; no interval, but by a factor of 10/,
      );
    });

    it.each([
      [2_000, 900],
      [900, 2_000],
    ])('are open where they were not so both times: %d and %d', (first, again) => {
      expect(once(first, again, 1)).toMatchObject({ verdict: 'inconclusive', failures: [] });
    });

    it('pass where they were not', () => {
      expect(once(9, 1)).toMatchObject({ verdict: 'passed', failures: [], unjudged: [] });
    });
  });

  describe('beside another answer that was accepted', () => {
    const other = (factor: number) => {
      const run = interleaved(factor, { answer: { digest: 'other', rows: 1 } }, 1);
      const scenarios = run.scenarios.map((one) => ({
        ...one,
        variants: one.variants.map((variant) => ({ ...variant, blocks: 1 })),
      }));
      const accepted = [{ name: 'lead-list/page=1/head/answer', because: 'wanted', at: '2026-11-28' }];
      return decideGate(evidenceOfStates({ ...run, scenarios }, 'base', 'head'), accepted, true);
    };

    it('are no comparison, and say so', () => {
      const { verdict, unjudged } = other(1);
      expect(verdict).toBe('passed');
      expect(unjudged).toMatchObject([
        { why: expect.stringMatching(/^time: answers differ/), isOpen: false },
      ]);
    });

    it('are open where they are much slower', () => {
      const { verdict, unjudged } = other(9);
      expect(verdict).toBe('inconclusive');
      expect(unjudged).toMatchObject([
        { why: expect.stringMatching(/^time: 10 ms → 90 ms, not compared: answers differ/), isOpen: true },
      ]);
    });
  });

  describe('are open where only the answer could be compared', () => {
    const once = repetitions().slice(0, 1);
    /** A head of which this was seen, in one block by plan or in thirty. */
    const seen = (
      changes: Partial<Arm>,
      blocks: number,
      record: Partial<RunFile['scenarios'][number]> = {},
    ) => {
      const run = interleaved(1, changes, blocks);
      const variants = [{ name: 'page=1', main: true, blocks }];
      return decided({ ...run, scenarios: run.scenarios.map((one) => ({ ...one, variants, ...record })) });
    };

    it.each([
      ['nothing was seen', { counters: [], plans: [] }, 1, true],
      ['it was counted once', { counters: once, plans: [] }, 1, true],
      ['it was counted exactly', { plans: [] }, 1, false],
      ['it has a plan', { counters: [] }, 1, false],
      ['the clock has a verdict', { counters: [], plans: [] }, 30, false],
    ])('%s: %j, %d blocks', (_, changes, blocks, isOpen) => {
      const { verdict, unjudged } = seen(changes, blocks);
      expect(verdict).toBe(isOpen ? 'inconclusive' : 'passed');
      expect(unjudged.filter((one) => one.isOpen)).toEqual(
        isOpen
          ? [
              {
                name: 'lead-list/page=1/head',
                why: 'nothing but the answer: no counter that repeats, no plan and no verdict on times on both sides',
                isOpen,
              },
            ]
          : [],
      );
    });

    it('but for a write that no plan is taken of', () => {
      const unseen = { counters: once, plans: [] };
      expect(seen(unseen, 1, { writes: true }).verdict).toBe('inconclusive');
      expect(seen({ counters: once }, 1, { writes: true }).verdict).toBe('passed');
      const variants = [{ name: 'page=1', main: false, blocks: 1 }];
      expect(seen(unseen, 1, { writes: true, variants }).verdict).toBe('passed');
      expect(seen(unseen, 1, { writes: false, variants }).verdict).toBe('inconclusive');
    });

    it('and say nothing of it where one fails', () => {
      const { failures, unjudged } = seen({ counters: [], plans: [], error: 'no such column' }, 1);
      expect(failures).toMatchObject([{ rule: 'error' }]);
      expect(unjudged.filter(({ isOpen }) => isOpen)).toEqual([]);
    });
  });

  it('hold the head against the thresholds that were asked for', () => {
    const run = interleaved(1.001);
    const gate = { ref: 'main', commit: 'c', changed: [], accepted: [], touched: null };
    const asked = (thresholds: string) => ({ ...run, gate: { ...gate, thresholds } });
    expect(evidenceOfGate(asked('')).thresholds).toBeNull();
    expect(evidenceOfGate(asked('lead-list page=1 median < 11ms')).thresholds).toMatchObject([
      { verdict: 'kept' },
    ]);
    const missed = asked('# a comment\nlead-list page=1 median < 9ms');
    expect(decideGate(evidenceOfGate(missed), [], false).failures).toMatchObject([
      { name: 'threshold:lead-list/page=1/median/9ms', rule: 'threshold' },
    ]);
  });

  it('fail by counters though the clock says nothing', () => {
    const counters = repetitions({ sharedBlocks: 500 });
    expect(decided(interleaved(1, { counters }, 4)).failures[0]?.name).toBe('lead-list/page=1/head/blocks');
  });

  it('are open when a scenario lost its arm, and not when the plan left it out', () => {
    const run = interleaved(1);
    const [base] = run.arms;
    if (!base) throw new Error('no arm');
    const other = {
      ...run,
      scenarios: run.scenarios.map((one) => ({
        ...one,
        variants: [...one.variants, { name: 'x', main: false, blocks: 30 }],
      })),
    };
    const lost = { ...other, arms: [...run.arms, { ...base, variant: 'x' }] };
    expect(decided(lost)).toMatchObject({
      verdict: 'inconclusive',
      unjudged: [{ name: 'lead-list/x/base', why: 'not measured in head' }],
    });
    const [scenario] = run.scenarios;
    if (!scenario) throw new Error('no scenario');
    const untouched = { ...scenario, name: 'untouched', states: ['base'] };
    expect(
      decided({
        ...run,
        scenarios: [...run.scenarios, untouched],
        arms: [...run.arms, { ...base, scenario: 'untouched' }],
      }),
    ).toMatchObject({ verdict: 'passed', unjudged: [] });
  });

  it('never fail when they are the same to the last digit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 40 }),
        (times) => {
          const run = interleaved(1);
          const samples = times.map((ms, block) => ({
            ...{ block, order: 0, client: null, done: 1, total: 1, executionsMs: [ms] },
          }));
          const arms = run.arms.map((arm) => ({ ...arm, samples }));
          expect(decided({ ...run, arms }).failures).toEqual([]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
