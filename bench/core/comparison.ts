import { type ArmGroup, armFigures, armGroups } from './arm.ts';
import type { Arm, RunFile } from './run-file.ts';
import { hodgesLehmann, pairedLogRatios } from './statistics.ts';
import { formatCount } from './units.ts';

export type Verdict = 'improved' | 'regressed' | 'unchanged' | 'inconclusive';

/** A scenario's variant in two states. Times are milliseconds. */
export interface Comparison {
  readonly scenario: string;
  readonly variant: string;
  readonly role: string;
  readonly cache: Arm['cache'];
  /** Names of the two states. */
  readonly before: string;
  readonly after: string;
  /** Median of the block values; projected to the whole where a budget ended the arm. */
  readonly beforeMs: number | null;
  readonly afterMs: number | null;
  /**
   * Time before ÷ time after: 2 is twice as fast, below 1 is slower. exp(−d) of the Hodges–Lehmann
   * estimate over paired blocks, so it need not be exactly beforeMs ÷ afterMs. Null when the answers
   * differ or no block holds both arms.
   */
  readonly ratio: number | null;
  /** Confidence interval of `ratio`. */
  readonly interval: readonly [number, number] | null;
  /** Blocks in which both arms were measured. */
  readonly blocks: number;
  readonly verdict: Verdict;
  /** Why the verdict is what it is. */
  readonly reason: string;
  /** Null when one of the answers is not known. */
  readonly answersEqual: boolean | null;
  readonly answers: { readonly before: AnswerFacts; readonly after: AnswerFacts };
  /** True when a figure rests on an arm that a budget ended early. */
  readonly projected: boolean;
  readonly beforeProjected: boolean;
  readonly afterProjected: boolean;
  /** What limited the arms (server or client); not judged yet. */
  readonly bound: null;
}

/** What an arm answered and, where one was computed, what it had to answer. */
export interface AnswerFacts {
  readonly digest: string | null;
  readonly expected: string | null;
  /** True when the arm did all its work. */
  readonly complete: boolean;
}

/**
 * Compares each state with the one before it, and the first with the last, for every scenario,
 * variant, role and cache of the run. Pairs of states that lack an arm are left out.
 */
export function compareStates(run: RunFile): Comparison[] {
  const pairs = statePairs(run.states.map(({ name }) => name));
  return armGroups(run).flatMap((group) =>
    pairs.flatMap(([before, after]) => {
      const arms = [before, after].map((state) => group.arms.find((arm) => arm.state === state));
      return arms[0] && arms[1] ? [compareArms(group, arms[0], arms[1])] : [];
    }),
  );
}

/** [0,1], [1,2], … and, when that is not among them, [first, last]. */
function statePairs(states: readonly string[]): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (const [i, after] of states.entries()) {
    const before = states[i - 1];
    if (before !== undefined) pairs.push([before, after]);
  }
  const [first, last] = [states[0], states.at(-1)];
  if (states.length > 2 && first !== undefined && last !== undefined) pairs.push([first, last]);
  return pairs;
}

function compareArms(group: ArmGroup, before: Arm, after: Arm): Comparison {
  const [a, b] = [armFigures(before), armFigures(after)];
  const answers = { before: answerFacts(before), after: answerFacts(after) };
  const answersEqual = equalAnswers(answers.before, answers.after);
  const logRatios = a.ms === null || b.ms === null ? [] : pairedLogRatios(a.byBlock, b.byBlock);
  const change = answersEqual === false ? null : hodgesLehmann(logRatios);
  return {
    scenario: group.scenario,
    variant: group.variant,
    role: group.role,
    cache: group.cache,
    before: before.state,
    after: after.state,
    beforeMs: a.ms,
    afterMs: b.ms,
    ratio: change && Math.exp(-change.estimate),
    interval: change?.interval ? [Math.exp(-change.interval[1]), Math.exp(-change.interval[0])] : null,
    blocks: logRatios.length,
    // Without an interval nothing is proven, however large the ratio.
    verdict: 'inconclusive',
    reason: reasonFor(before, after, answers, answersEqual, logRatios.length),
    answersEqual,
    answers,
    projected: a.projected || b.projected,
    beforeProjected: a.projected,
    afterProjected: b.projected,
    bound: null,
  };
}

/** Where a block did everything, the arm's answer is of such a block. */
function answerFacts(arm: Arm): AnswerFacts {
  return {
    digest: arm.answer?.digest ?? null,
    expected: arm.expected?.digest ?? null,
    complete: arm.samples.some((sample) => sample.done >= sample.total),
  };
}

/**
 * Arms that did everything must answer alike. One ended early answers for the units it did, so it can
 * only be held against its own expected answer. An arm that misses its expected answer is wrong either way.
 */
function equalAnswers(before: AnswerFacts, after: AnswerFacts): boolean | null {
  const sides = [before, after];
  if (sides.some((side) => side.digest !== null && side.expected !== null && side.digest !== side.expected))
    return false;
  if (sides.some((side) => side.digest === null)) return null;
  if (before.complete && after.complete) return before.digest === after.digest;
  return sides.every((side) => side.complete || side.expected !== null) ? true : null;
}

function reasonFor(
  before: Arm,
  after: Arm,
  answers: Comparison['answers'],
  answersEqual: boolean | null,
  blocks: number,
): string {
  for (const arm of [before, after]) if (arm.error !== null) return `${arm.state}: ${arm.error}`;
  if (answersEqual === false) return `answers differ: ${describeAnswers(before, after, answers)}`;
  if (blocks === 0) return 'no block has both states';
  return `no interval from ${formatCount(blocks)} ${blocks === 1 ? 'block' : 'blocks'}`;
}

function describeAnswers(before: Arm, after: Arm, answers: Comparison['answers']): string {
  return [[before.state, answers.before] as const, [after.state, answers.after] as const]
    .map(([state, { digest, expected }]) => {
      const wrong = expected !== null && expected !== digest ? ` (expected ${expected})` : '';
      return `${state} ${digest ?? 'none'}${wrong}`;
    })
    .join(', ');
}
