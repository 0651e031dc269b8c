import type { Arm } from '../core/run-file.ts';
import { isComplete, type Visit } from './measure.ts';

/** Another answer from the same arm, which is trouble of the arm, not a figure. */
export class UnstableAnswer extends Error {
  constructor(before: string, now: string) {
    super(`the answer changed between blocks: ${before}, then ${now}`);
  }
}

/**
 * Keeps what a visit answered. One that is not as expected stays on record, whatever later blocks say. The
 * answer of a block that did all its work replaces those of blocks that a budget ended, and never the other
 * way round; two of the first kind must be the same. Errors: UnstableAnswer.
 */
export function keepAnswer(arm: Arm, visited: Visit, expected: Arm['expected']): void {
  if (arm.expected && arm.answer?.digest !== arm.expected.digest) return;
  const whole = arm.samples.some(isComplete) ? arm.answer : null;
  const isWrong = expected !== null && expected.digest !== visited.answer.digest;
  if (whole && !isComplete(visited) && !isWrong) return;
  if (whole && isComplete(visited) && whole.digest !== visited.answer.digest) {
    throw new UnstableAnswer(whole.digest, visited.answer.digest);
  }
  arm.answer = visited.answer;
  arm.expected = expected;
}
