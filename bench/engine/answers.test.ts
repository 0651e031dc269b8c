import { describe, expect, it } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import type { Arm } from '../core/run-file.ts';
import { keepAnswer } from './answers.ts';

const TOTAL = 10;

/** An arm after these visits: rows done, what was answered, what was expected. */
function armAfter(...visits: readonly (readonly [done: number, digest: string, expected?: string])[]): Arm {
  const [first] = sampleRun().arms;
  if (!first) throw new Error('the sample run has arms');
  const arm: Arm = { ...first, samples: [], answer: null, expected: null };
  for (const [done, digest, expected] of visits) {
    const answer = { digest, rows: done };
    const client = { cpuShare: 0, loopShare: 0, gcShare: 0, delayMs: 0, idleMs: 0 };
    const visit = { executionsMs: [1], client, counters: [], done, total: TOTAL, answer };
    keepAnswer(arm, visit, expected === undefined ? null : { digest: expected, rows: done });
    arm.samples.push({ block: arm.samples.length, order: 0, executionsMs: [1], client, done, total: TOTAL });
  }
  return arm;
}

describe('the answer of an arm', () => {
  it('is that of a block that did everything, whichever came first', () => {
    expect(armAfter([4, 'four', 'four'], [TOTAL, 'all']).answer?.digest).toBe('all');
    expect(armAfter([TOTAL, 'all'], [4, 'four', 'four'])).toMatchObject({
      answer: { digest: 'all' },
      expected: null,
    });
  });

  it('may differ between blocks that did different parts', () => {
    expect(armAfter([4, 'four', 'four'], [5, 'five', 'five']).answer?.digest).toBe('five');
  });

  it('may not differ between blocks that did everything', () => {
    expect(() => armAfter([TOTAL, 'all'], [4, 'four', 'four'], [TOTAL, 'other'])).toThrow(/all, then other/);
  });

  it('that was not as expected stays on record', () => {
    expect(armAfter([4, 'wrong', 'four'], [TOTAL, 'all']).answer?.digest).toBe('wrong');
    expect(armAfter([TOTAL, 'all'], [4, 'wrong', 'four'], [TOTAL, 'all'])).toMatchObject({
      answer: { digest: 'wrong' },
      expected: { digest: 'four' },
    });
  });
});
