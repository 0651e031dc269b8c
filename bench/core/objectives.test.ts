import { describe, expect, it } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import { judgeObjectives } from './objectives.ts';
import type { Objective, RunFile } from './run-file.ts';

const LIST: Objective = {
  scenario: 'lead-list',
  variants: 'page*',
  statistic: 'median',
  atMostMs: 2,
  contacts: 100_000,
};

/** The sample run with one objective, and with these times of single executions for every arm. */
function runWith(objective: Objective, executionsMs?: number[]): RunFile {
  const run = sampleRun();
  const arms = run.arms.map((arm) => ({
    ...arm,
    samples: executionsMs
      ? [{ block: 0, order: 0, executionsMs, client: null, done: 1, total: 1 }]
      : arm.samples,
  }));
  return { ...run, arms, objectives: [objective] };
}

describe('an objective', () => {
  it('is judged for every variant it covers, in the last state', () => {
    const judged = judgeObjectives(runWith(LIST));
    expect(judged.map(({ variant, verdict }) => [variant, verdict])).toEqual([
      ['page 1', 'kept'],
      ['page 100', 'missed'],
      ['page 10,000', 'missed'],
    ]);
    expect(judged[1]?.why).toMatch(
      /^median 2\.\d+\s?ms \(2\.\d+\s?ms to 2\.\d+\s?ms\) of \d+ blocks, at most 2\.0\s?ms, 1\.\d+× the bound$/,
    );
  });

  it('covers one variant by its name', () => {
    expect(judgeObjectives(runWith({ ...LIST, variants: 'page 1' }))).toHaveLength(1);
  });

  it('takes a p95 over single executions, and none of fewer than twenty', () => {
    const p95 = { ...LIST, statistic: 'p95' as const };
    const times = Array.from({ length: 21 }, (_, n) => n / 10);
    expect(judgeObjectives(runWith(p95, times))[0]).toMatchObject({ measuredMs: 1.9, verdict: 'kept' });
    expect(judgeObjectives(runWith(p95, times.slice(0, 19)))[0]).toMatchObject({
      measuredMs: null,
      verdict: 'not measured',
      why: '19 executions are too few for a p95',
    });
  });

  it('is kept by no projection, by no arm that failed and by no wrong answer', () => {
    const withArms = (change: Partial<RunFile['arms'][number]>) => {
      const run = runWith({ ...LIST, variants: 'page 1' }, [1]);
      return judgeObjectives({ ...run, arms: run.arms.map((arm) => ({ ...arm, ...change })) })[0];
    };
    const sample = { block: 0, order: 0, executionsMs: [1], client: null, done: 1, total: 1 };
    expect(withArms({ samples: [sample] })?.verdict).toBe('kept');
    expect(withArms({ samples: [{ ...sample, executionsMs: [0.5], total: 2 }] })).toMatchObject({
      verdict: 'not measured',
      why: expect.stringMatching(/^projected; median at least 1\.0\s?ms/),
    });
    expect(withArms({ samples: [{ ...sample, total: 20 }] })?.verdict).toBe('missed');
    expect(withArms({ error: 'x' })).toMatchObject({ verdict: 'not measured', why: 'it failed: x' });
    expect(withArms({ answer: { digest: 'other', rows: 1 } })?.verdict).toBe('not measured');
  });

  it('says nothing at another scale', () => {
    const [judged] = judgeObjectives(runWith({ ...LIST, contacts: 2_000_000 }));
    expect(judged).toMatchObject({ verdict: 'not measured', why: 'it is for 2,000,000 leads' });
  });
});
