import { type AnswerFacts, answerFacts, differenceOf, equalAnswers } from './answers.ts';
import { type ArmGroup, armFigures, armGroups, undisturbedMs } from './arm.ts';
import { auditClient, type Bound } from './client.ts';
import { type Control, controlOf, environmentDoubt, hasMoved, toleratedBy } from './control.ts';
import { isSure, type Projected, projectionText } from './projection.ts';
import type { Arm, RunFile } from './run-file.ts';
import { blocksAgain, isJudged, pairsFor, runLevel } from './run-level.ts';
import { asRatio, asRatios } from './signed-rank.ts';
import { pairedLogRatios } from './statistics.ts';
import { GROSS_TEXT, isCleared, isGross, isSuspect } from './suspect.ts';
import { formatAmount, formatChange } from './units.ts';
import { type Judgement, judge, LIMITS, type Limits, type Verdict } from './verdict.ts';

export type { Verdict } from './verdict.ts';

/** A scenario's variant in two states. Times are milliseconds. */
export interface Comparison extends Projected {
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
  /** Interval of `ratio` at the level of the verdict, which knows how many comparisons the run judges. */
  readonly interval: readonly [number, number] | null;
  /** The plain 95 % interval of `ratio`; null from fewer than six blocks. */
  readonly interval95: readonly [number, number] | null;
  /** Blocks in which both arms were measured. */
  readonly blocks: number;
  readonly verdict: Verdict;
  /** Why the verdict is what it is. */
  readonly reason: string;
  /** False where further blocks may say more. */
  readonly isSettled: boolean;
  /** True where the blocks decide and a projection leaves it open all the same: further blocks will not change that. */
  readonly leftOpen: boolean;
  /** Whether it was to get blocks enough for a verdict: by plan, most writes and what nothing weighs are not. */
  readonly judged: boolean;
  /** In an ablation: a read that does the same work with and without the object. */
  readonly sameAsWhole: boolean;
  /** The smallest slowdown that would have been found with 95 % chance, as a share: 0.05 is 5 %; null where none would. */
  readonly smallestDetectable: number | null;
  /** What the second copy of a state said, measured beside it; null without one. */
  readonly control: Control | null;
  /** What a regression was when it was measured once more, on fresh copies after a restart; null where it was not. */
  readonly confirmation: Pick<Comparison, 'verdict' | 'ratio' | 'interval'> | null;
  /** Null when one of the answers is not known. */
  readonly answersEqual: boolean | null;
  readonly answers: { readonly before: AnswerFacts; readonly after: AnswerFacts };
  /** True when a figure rests on an arm that a budget ended early. */
  readonly projected: boolean;
  /** Whether the arms' times are the server's, the worse of the two; null where nobody watched the client. */
  readonly bound: Bound | null;
}

/**
 * Compares each state with the one before it, and the first with the last, for every scenario,
 * variant, role and cache of the run. Pairs of states that lack an arm are left out.
 */
export function compareStates(run: RunFile): Comparison[] {
  const groups = armGroups(run);
  const level = runLevel(run);
  const found = compareGroups(run, groups, level, limitsOf(run, groups, level));
  return found.map((comparison) => {
    if (comparison.verdict === 'regressed') return confirmed(run, comparison);
    return isSuspect(comparison) || isGross(comparison) ? judgedAgain(run, comparison) : comparison;
  });
}

/**
 * What was measured again, with blocks enough: the ones that raised the question are no part of it. Where they show no
 * change, and surely none so large, it is what it was: not to be judged by the clock.
 */
function judgedAgain(run: RunFile, comparison: Comparison): Comparison {
  const again = secondMeasurement(run, comparison);
  if (again === null) return comparison;
  const first = `${formatAmount(comparison.blocks, 'block')} before that: ${formatChange(comparison.ratio ?? 1)}`;
  const isBoth =
    isGross(comparison) && isGross(again) && again.bound !== 'client-bound' && again.bound !== 'tainted';
  const judged = again.judged && !(again.verdict === 'inconclusive' && isCleared(again));
  if (!isBoth) return { ...again, judged, reason: `${again.reason}; ${first}` };
  const second = `${formatChange(again.ratio ?? 1)} in ${formatAmount(again.blocks, 'block')}`;
  return {
    ...again,
    ...{ verdict: 'regressed', isSettled: true },
    reason: `${second}, ${first}; no interval, but by ${GROSS_TEXT} both times`,
  };
}

/** The limits of every verdict of a run. */
export function limitsOf(
  run: Pick<RunFile, 'tolerated'>,
  groups: readonly ArmGroup[],
  level: number,
): Limits {
  return { ...LIMITS, tolerated: run.tolerated ?? toleratedBy(groups, level) };
}

/**
 * A regression that was measured once more must have come back. Where it did not, and both measurements lie inside what
 * must be caught, nothing has changed that must be.
 */
function confirmed(run: RunFile, comparison: Comparison): Comparison {
  const again = secondMeasurement(run, comparison);
  if (again === null) return comparison;
  const confirmation = { verdict: again.verdict, ratio: again.ratio, interval: again.interval };
  if (again.verdict === 'regressed') {
    const found = `${comparison.reason}; again on fresh copies after a restart`;
    return { ...comparison, reason: found, confirmation };
  }
  const reason = `not confirmed on fresh copies after a restart: ${again.verdict} there (${again.reason})`;
  const isSmall = again.verdict === 'unchanged' && isInside(comparison.interval, LIMITS.mustCatch);
  const mayBeNone = isSmall && isSure(comparison, 'unchanged');
  return { ...comparison, verdict: mayBeNone ? 'unchanged' : 'inconclusive', reason, confirmation };
}

/** Whether an interval of ratios holds no change of so much. */
function isInside(interval: Comparison['interval'], change: number): boolean {
  return interval !== null && interval[0] > 1 / (1 + change) && interval[1] < 1 + change;
}

function secondMeasurement(
  run: RunFile,
  { scenario, variant, before, after }: Comparison,
): Comparison | null {
  const found = run.confirmations.find((one) => one.before === before && one.after === after);
  if (!found) return null;
  const isThere = (scenarioName: string, name: string) =>
    found.arms.some((arm) => arm.scenario === scenarioName && arm.variant === name);
  const scenarios = run.scenarios.map((one) => ({
    ...one,
    variants: one.variants
      .filter(({ name }) => isThere(one.name, name))
      // All of them were to get blocks enough, this time.
      .map((variant) => ({ ...variant, blocks: blocksAgain(run, null) })),
  }));
  const states = run.states.filter(({ name }) => name === before || name === after);
  const tolerated = limitsOf(run, armGroups(run), runLevel(run)).tolerated;
  const second = { ...run, states, scenarios, arms: found.arms, confirmations: [], tolerated };
  return compareStates(second).find((c) => c.scenario === scenario && c.variant === variant) ?? null;
}

/** The comparisons of one variant, as the run would judge them now. */
export function compareVariant(run: RunFile, scenario: string, variant: string): Comparison[] {
  const groups = armGroups(run);
  const own = groups.filter((group) => group.scenario === scenario && group.variant === variant);
  const level = runLevel(run);
  return compareGroups(run, own, level, limitsOf(run, groups, level));
}

function compareGroups(
  run: RunFile,
  groups: readonly ArmGroup[],
  level: number,
  limits: Limits,
): Comparison[] {
  return groups.flatMap((group) => {
    const own = { level, limits, control: controlOf(group, level), judged: isJudged(run, group) };
    return pairsFor(run, group.scenario).flatMap(([before, after]) => {
      const arms = [before, after].map((state) => group.arms.find((arm) => arm.state === state));
      return arms[0] && arms[1] ? [compareArms(group, arms[0], arms[1], own)] : [];
    });
  });
}

/** How the comparisons of a variant are judged. */
interface Rules {
  readonly level: number;
  readonly limits: Limits;
  readonly control: Control | null;
  readonly judged: boolean;
}

function compareArms(
  group: ArmGroup,
  before: Arm,
  after: Arm,
  { level, limits, control, judged: isJudgedByPlan }: Rules,
): Comparison {
  const [a, b] = [armFigures(before), armFigures(after)];
  const answers = { before: answerFacts(before), after: answerFacts(after) };
  const answersEqual = equalAnswers(answers.before, answers.after);
  const isComparable = a.ms !== null && b.ms !== null && answersEqual !== false;
  const logRatios = isComparable ? pairedLogRatios(a.undisturbed, b.undisturbed) : [];
  const judged = judge({ logRatios, beforeMs: undisturbedMs(a), level, limits });
  const worse = worseAudit(...restsOn(judged.verdict, before, after));
  const projected = { beforeProjected: a.projected, afterProjected: b.projected };
  const states = { before: before.state, after: after.state };
  const unsure = isSure(projected, judged.verdict) ? null : projectionText(projected, states);
  const trouble = troubleOf(before, after, answers, answersEqual);
  const sameAsWhole = before.sameAsWhole === true;
  const objections = { trouble, client: worse?.trouble ?? null, control, unsure };
  return {
    scenario: group.scenario,
    variant: group.variant,
    role: group.role,
    cache: group.cache,
    ...states,
    beforeMs: a.ms,
    afterMs: b.ms,
    ...asRatio(judged.shift),
    interval95: asRatios(judged.interval95),
    blocks: logRatios.length,
    ...verdictOf(judged, objections),
    ...{ isSettled: judged.isSettled, judged: isJudgedByPlan && !sameAsWhole, sameAsWhole },
    smallestDetectable: overruling(objections) === null ? judged.detectable : null,
    control,
    confirmation: null,
    answersEqual,
    answers,
    projected: a.projected || b.projected,
    ...projected,
    bound: worse?.bound ?? null,
  };
}

/**
 * Whether the times of arms are the server's, the worst of them: a figure that is the client's, or of a client
 * held up, becomes no verdict. Null where nobody watched the client.
 */
export function worseAudit(...arms: readonly Arm[]): { bound: Bound; trouble: string | null } | null {
  const audits = arms.flatMap((arm) => {
    const audit = auditClient(arm);
    return audit ? [{ ...audit, state: arm.state }] : [];
  });
  const bad = audits.find(({ bound }) => bound !== 'server-bound');
  if (bad) return { bound: bad.bound, trouble: `${bad.bound} in ${bad.state}: ${bad.reason}` };
  return audits.length === 0 ? null : { bound: 'server-bound', trouble: null };
}

/** A read that was the client's, and became slow on the server, is slower by more than it seems: that stands. */
function restsOn(verdict: Verdict, before: Arm, after: Arm): readonly Arm[] {
  return verdict === 'regressed' ? [after] : [before, after];
}

/** What keeps the blocks from deciding, each null where it does not. */
interface Objections {
  readonly trouble: string | null;
  readonly client: string | null;
  readonly control: Control | null;
  readonly unsure: string | null;
}

/**
 * Trouble outranks figures; a client that measured itself, and a control that moved, outrank whatever the blocks say; and
 * a projection leaves a verdict open that it does not leave sure.
 */
function verdictOf(
  { verdict, reason }: Judgement,
  objections: Objections,
): Pick<Comparison, 'verdict' | 'reason' | 'leftOpen'> {
  const open = (why: string, leftOpen = false) =>
    ({ verdict: 'inconclusive', reason: why, leftOpen }) as const;
  const why = overruling(objections);
  if (why !== null) return open(why);
  if (objections.unsure !== null) return open(`${objections.unsure}; ${reason}`, true);
  return { verdict, reason, leftOpen: false };
}

/** Why no blocks could have been called a change; null where they could. */
function overruling({ trouble, client, control }: Objections): string | null {
  return trouble ?? client ?? (control && hasMoved(control) ? environmentDoubt(control) : null);
}

function troubleOf(
  before: Arm,
  after: Arm,
  answers: Comparison['answers'],
  answersEqual: boolean | null,
): string | null {
  for (const arm of [before, after]) if (arm.error !== null) return `${arm.state}: ${arm.error}`;
  return answersEqual === false ? `answers differ: ${differenceOf(before, after, answers)}` : null;
}
