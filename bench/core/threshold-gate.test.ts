import { describe, expect, it } from 'vitest';
import { countedArm, repetitions } from '../../test/counted-arm.ts';
import { sampleRun } from '../../test/sample-run.ts';
import type { Arm, RunFile, Sample } from './run-file.ts';
import { judgeThresholds, thresholdFindings } from './threshold-gate.ts';
import { parseThresholds } from './thresholds.ts';

const judged = (run: RunFile, text: string) =>
  judgeThresholds(run, parseThresholds(text, 'thresholds.txt', run.scenarios));

/** A run with one arm: the list's first page in the last state. */
function runOf(changes: Partial<Arm>): RunFile {
  const run = sampleRun();
  return { ...run, arms: [countedArm({ variant: 'page 1', ...changes })] };
}

const samples = (executionsMs: number[], more: Partial<Sample> = {}): Pick<Arm, 'samples'> => ({
  samples: [{ block: 0, order: 0, executionsMs, client: null, done: 1, total: 1, ...more }],
});
const times = (count: number) => Array.from({ length: count }, (_, n) => (n + 1) / 10);
const verdict = (changes: Partial<Arm>, bound: string) => {
  const [threshold] = judged(runOf(changes), `lead-list page 1 ${bound}`);
  return [threshold?.verdict, threshold?.measured];
};

describe('a threshold', () => {
  it('is held against every variant it covers, in the last state of its scenario', () => {
    const run = sampleRun();
    expect(
      judged(run, 'lead-list median < 2.1ms').map(({ text, state, verdict: of }) => [text, state, of]),
    ).toEqual([
      ['lead-list page 1 median < 2.1ms', 'views', 'kept'],
      ['lead-list page 100 median < 2.1ms', 'views', 'missed'],
      ['lead-list page 10,000 median < 2.1ms', 'views', 'missed'],
    ]);
    const earlier = run.scenarios.map((one) => ({ ...one, states: ['base', 'indexes'] }));
    expect(judged({ ...run, scenarios: earlier }, 'lead-list page 1 p95 < 5ms')[0]).toMatchObject({
      state: 'indexes',
      name: 'threshold:lead-list/page 1/p95/5ms',
    });
  });

  it.each([
    [5, '< 5ms', 'missed'],
    [5, '<= 5ms', 'kept'],
    [4.999, '< 5ms', 'kept'],
  ])('%d ms against %s is %s', (ms, bound, expected) =>
    expect(verdict(samples([ms]), `median ${bound}`)).toEqual([expected, ms]),
  );

  it.each([
    [19, 'p95', 'not measured'],
    [20, 'p95', 'kept'],
    [99, 'p99', 'not measured'],
    [100, 'p99', 'kept'],
    [1, 'p50', 'kept'],
  ])('of %d executions has a %s that is %s', (count, statistic, expected) =>
    expect(verdict(samples(times(count)), `${statistic} < 1s`)[0]).toBe(expected),
  );

  it('says the figure, what it is of, the bound, and by how much it is missed', () => {
    const [missed] = judged(runOf(samples(times(21))), 'lead-list page 1 p95 < 1ms');
    expect(missed?.why).toBe('p95 2.0 ms of 21 executions, below 1.0 ms, 2.00× the bound');
  });

  it('is held against counters of a whole execution, the largest of all repetitions', () => {
    const counters = repetitions({ walBytes: 290e6 }, { walBytes: 299e6 }, { walBytes: 310e6 });
    expect(verdict({ counters }, 'wal-bytes < 300MB')).toEqual(['missed', 310e6]);
    expect(verdict({ counters }, 'wal-bytes <= 310MB')).toEqual(['kept', 310e6]);
    const whole = repetitions({ done: 50, total: 50, sharedBlocks: 7 });
    expect(verdict({ counters: whole }, 'blocks <= 7 blocks')).toEqual(['kept', 7]);
    const [kept] = judged(runOf({ counters: whole }), 'lead-list page 1 blocks <= 7 blocks');
    expect(kept?.why).toBe('Blocks: 7 blocks at most in 3 executions, at most 7 blocks');
    const [half] = judged(runOf({ counters: whole }), 'lead-list page 1 blocks < 0.5 blocks');
    expect(half?.why).toMatch(/, below 0\.5 blocks, 14\.0× the bound$/);
  });
});

describe('a threshold that cannot be judged is never kept', () => {
  const failed: Partial<Arm> = { error: 'no such table' };
  const wrong: Partial<Arm> = { answer: { digest: 'ordered:50:00', rows: 50 } };
  const ended = samples([1], { done: 10, total: 100 });
  const busy = samples([5], { client: { loopShare: 0, cpuShare: 0.9, gcShare: 0, delayMs: 0, idleMs: 0.1 } });
  it.each([
    ['the arm failed', failed, 'median < 1s', /it failed: no such table/],
    ['its answer is wrong', wrong, 'median < 1s', /not the expected one/],
    ['its answer is wrong, for a counter', wrong, 'blocks < 9k blocks', /not the expected one/],
    ['nothing was timed', { samples: [] }, 'median < 1s', /0 executions are too few for a median/],
    ['a budget ended it below the bound', ended, 'median < 1s', /projected; median at least 10 ms/],
    ['a busy client missed it', busy, 'median < 4ms', /client-bound: the client itself worked for 90 %/],
    ['it was not counted', { counters: [] }, 'blocks < 9 blocks', /blocks was not counted/],
    [
      'it was not counted to its end',
      { counters: repetitions({ done: 1, total: 9 }) },
      'blocks < 9k blocks',
      /projected/,
    ],
  ])('%s', (_, changes, bound, why) => {
    const run = runOf(changes);
    const held = judged(run, `lead-list page 1 ${bound}`);
    expect(held[0]).toMatchObject({ verdict: 'not measured', why: expect.stringMatching(why) });
    expect(thresholdFindings(run, held).unjudged).toMatchObject([{ isOpen: true }]);
  });

  it('the run has no such arm', () => {
    const run = { ...runOf({}), arms: [] };
    expect(judged(run, 'lead-list page 1 median < 1s')[0]).toMatchObject({
      verdict: 'not measured',
      why: 'the run has no figures of it in state views',
    });
  });

  it('its first block decided the gate: a time, and no counter', () => {
    const gate = { ref: 'main', commit: '1a2b', changed: [], accepted: [], touched: null, thresholds: '' };
    const run = { ...runOf({}), gate: { ...gate, decidedEarly: true } };
    const [time, blocks] = judged(run, 'lead-list page 1 median < 1s\nlead-list page 1 blocks <= 100 blocks');
    expect(time).toMatchObject({ verdict: 'not measured', why: expect.stringMatching(/^the first block/) });
    expect(blocks).toMatchObject({ verdict: 'kept', measured: 100 });
  });

  it('though a projection beyond the bound misses it for certain, and a busy client can keep it', () => {
    expect(verdict(ended, 'median < 5ms')).toEqual(['missed', 10]);
    expect(verdict(busy, 'median < 6ms')).toEqual(['kept', 5]);
  });
});

describe('for a gate', () => {
  it('a miss is a failure with a name to accept it by', () => {
    const run = runOf(samples([5]));
    expect(thresholdFindings(run, judged(run, 'lead-list page 1 median < 2ms')).findings).toEqual([
      {
        name: 'threshold:lead-list/page 1/median/2ms',
        rule: 'threshold',
        kind: 'failure',
        sentence: 'lead-list page 1 median < 2ms: median 5.0 ms of 1 block, below 2.0 ms, 2.50× the bound',
        plan: [],
      },
    ]);
  });

  it('a wrong answer is one too, once for each arm', () => {
    const run = runOf({ answer: { digest: 'ordered:50:00', rows: 50 } });
    const held = judged(run, 'lead-list page 1 median < 1s\nlead-list page 1 p50 < 1s');
    expect(thresholdFindings(run, held).findings).toMatchObject([
      { rule: 'answer', sentence: 'a wrong answer: ordered:50:00, expected ordered:50:ab' },
    ]);
  });
});
