import type { Arm } from './run-file.ts';

/** What an arm answered and, where one was computed, what it had to answer. */
export interface AnswerFacts {
  readonly digest: string | null;
  readonly expected: string | null;
  /** True when the arm did all its work. */
  readonly complete: boolean;
}

/** What an arm answered. Where a block did everything, the answer is of such a block. */
export function answerFacts(arm: Arm): AnswerFacts {
  return {
    digest: arm.answer?.digest ?? null,
    expected: arm.expected?.digest ?? null,
    complete: arm.samples.some((sample) => sample.done >= sample.total),
  };
}

/** True for an answer that is known to be wrong. */
export function isWrong({ digest, expected }: Pick<AnswerFacts, 'digest' | 'expected'>): boolean {
  return digest !== null && expected !== null && digest !== expected;
}

/**
 * Arms that did everything must answer alike. One ended early answers for the units it did, so it and what stands beside
 * it can only be held against their own expected answers. An arm that misses its expected answer is wrong either way.
 */
export function equalAnswers(before: AnswerFacts, after: AnswerFacts): boolean | null {
  const sides = [before, after];
  if (sides.some(isWrong)) return false;
  if (sides.some((side) => side.digest === null)) return null;
  if (before.complete && after.complete) return before.digest === after.digest;
  return sides.every((side) => side.expected !== null) ? true : null;
}

/** Both answers in words. */
export function differenceOf(
  before: Arm,
  after: Arm,
  answers: { readonly before: AnswerFacts; readonly after: AnswerFacts },
): string {
  return [[before.state, answers.before] as const, [after.state, answers.after] as const]
    .map(([state, { digest, expected }]) => {
      const wrong = expected !== null && expected !== digest ? ` (expected ${expected})` : '';
      return `${state} ${digest ?? 'none'}${wrong}`;
    })
    .join(', ');
}
