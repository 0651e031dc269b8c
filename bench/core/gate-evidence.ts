import { type ArmGroup, armFigures, armGroups } from './arm.ts';
import { type Comparison, compareStates, worseAudit } from './comparison.ts';
import { isCounted, judgeCounters } from './counter-gate.ts';
import { type ArmPair, type FindingKind, found, type Judged, joined, NOTHING, open } from './finding.ts';
import { type GateComparison, type GateEvidence, joinEvidence } from './gate.ts';
import { hasPlans } from './plan-gate.ts';
import { isSure, projectionText } from './projection.ts';
import { compareTimes, MARGIN, pairArms, sameAnswer, type TimeChange } from './run-comparison.ts';
import type { Arm, RunFile } from './run-file.ts';
import type { StateRecord } from './state-record.ts';
import { isSlowApart, isSuspect, SUSPECT_TEXT } from './suspect.ts';
import { evidenceOfLines } from './threshold-evidence.ts';
import { formatAmount, formatChange, formatMs, formatPercent } from './units.ts';
import { LIMITS, type Verdict } from './verdict.ts';

/** How times of two jobs count: nobody knows how the jobs themselves differ. */
export interface TimeRule {
  /** Times may differ by this share. */
  readonly margin: number;
  /** False where a slower arm is only told. */
  readonly decides: boolean;
}

/** Times are told, with the default margin. */
export const ADVISORY: TimeRule = { margin: MARGIN, decides: false };

const ONLY_BASE = 'only the base has it: what became of it?';
const UNSEEN =
  'nothing but the answer: no counter that repeats, no plan and no verdict on times on both sides';
const BY_PLAN = `by plan not judged by the clock; not slower by ${SUSPECT_TEXT}`;
const ONLY_HEAD = 'only the head has it: nothing to compare with';

/** Holds two run files against each other, each arm of the first with the same one of the second. */
export function evidenceOfRuns(before: RunFile, after: RunFile, rule: TimeRule): GateEvidence {
  const { both, onlyBefore, onlyAfter } = pairArms(before, after);
  const times = both.map(([was, is]) => judgeJobTimes(was, is, rule));
  const judged = joined([
    ...both.map(([was, is], i) =>
      judgePair(after, pairOf(was, is, before.states, after.states), times[i]?.comparison),
    ),
    ...times.map(({ judged: one }) => one),
    ...onlyBefore.map((arm) => missing(arm, ONLY_BASE, true)),
    ...onlyAfter.map((arm) => missing(arm, ONLY_HEAD, false)),
    both.length > 0 ? NOTHING : open({ name: 'all', why: 'the runs have no arm in common', isOpen: true }),
  ]);
  return { ...judged, comparisons: times.map(({ comparison }) => comparison), thresholds: null };
}

/**
 * Holds two states of one run against each other: their blocks were interleaved, so times count as anywhere in the run,
 * by exact intervals and with a control. A scenario that is by plan not measured in one of them cannot be touched.
 */
export function evidenceOfStates(run: RunFile, before: string, after: string): GateEvidence {
  const comparisons = compareStates(run).filter((one) => one.before === before && one.after === after);
  const leftOut = (run.gate?.touched ?? []).flatMap(({ scenario, through }) => (through ? [] : [scenario]));
  const groups = armGroups(run).filter(({ scenario }) => isMeasuredIn(run, scenario, [before, after]));
  const judged = joined([
    ...groups.map((group) => judgeGroup(run, group, comparisons, before, after)),
    ...comparisons.map((comparison) => judgeTime(comparison)),
    ...leftOut.map((name) => open({ name, why: 'nothing of the change can reach it', isOpen: false })),
    ...(run.gate?.unpaired?.base ?? []).map((name) => open({ name, why: ONLY_BASE, isOpen: true })),
    ...(run.gate?.unpaired?.head ?? []).map((name) => open({ name, why: ONLY_HEAD, isOpen: false })),
    comparisons.length + leftOut.length > 0
      ? NOTHING
      : open({ name: 'all', why: `nothing was measured in both ${before} and ${after}`, isOpen: true }),
  ]);
  return { ...judged, comparisons, thresholds: null };
}

/** All that a run measured for a gate says: its two sides, and the head held against thresholds where there are any. */
export function evidenceOfGate(run: RunFile): GateEvidence {
  const [base, head] = run.states;
  const sides = evidenceOfStates(run, base?.name ?? 'base', head?.name ?? 'head');
  const text = run.gate?.thresholds ?? '';
  return text === '' ? sides : joinEvidence([sides, evidenceOfLines(run, text)]);
}

function isMeasuredIn(run: RunFile, scenario: string, states: readonly string[]): boolean {
  const measured = run.scenarios.find(({ name }) => name === scenario)?.states ?? null;
  return states.every((state) => measured === null || measured.includes(state));
}

function judgeGroup(
  run: RunFile,
  { scenario, variant, role, arms }: ArmGroup,
  comparisons: readonly Comparison[],
  before: string,
  after: string,
): Judged {
  const [was, is] = [before, after].map((state) => arms.find((arm) => arm.state === state));
  const time = comparisons.find(
    (one) => one.scenario === scenario && one.variant === variant && one.role === role,
  );
  if (was && is) return judgePair(run, pairOf(was, is, run.states, run.states), time);
  if (was) return missing(was, `not measured in ${after}`, true);
  return is ? missing(is, `not measured in ${before}: nothing to compare with`, false) : NOTHING;
}

/** Counters, plans and answers; open where none but the answer could be compared, and the times say nothing either. */
function judgePair(run: RunFile, pair: ArmPair, time: Pick<Comparison, 'verdict'> | undefined): Judged {
  const { name, before, after } = pair;
  const judged = judgeCounters(pair);
  const isTimed = time !== undefined && time.verdict !== 'inconclusive';
  const hasFailed = before.error !== null || after.error !== null;
  if (hasFailed || isTimed || isCounted(pair) || hasPlans(pair) || !isWatched(run, after)) return judged;
  return joined([judged, open({ name, why: UNSEEN, isOpen: true })]);
}

/** By plan, a write that is no main one is counted once and has no plan: its answer judges it. */
function isWatched({ scenarios }: RunFile, arm: Arm): boolean {
  const scenario = scenarios.find(({ name }) => name === arm.scenario);
  return !scenario?.writes || scenario.variants.some(({ name, main }) => main && name === arm.variant);
}

function pairOf(
  before: Arm,
  after: Arm,
  wereStates: readonly StateRecord[],
  areStates: readonly StateRecord[],
): ArmPair {
  return {
    ...{ name: nameOf(after), before, after },
    relations: [relationsOf(wereStates, before), relationsOf(areStates, after)],
  };
}

function relationsOf(states: readonly StateRecord[], { state }: Arm): StateRecord['relations'] {
  return states.find(({ name }) => name === state)?.relations ?? [];
}

function nameOf({ scenario, variant, state }: Pick<Arm, 'scenario' | 'variant' | 'state'>): string {
  return `${scenario}/${variant}/${state}`;
}

function missing(arm: Arm, why: string, isOpen: boolean): Judged {
  return open({ name: nameOf(arm), why, isOpen });
}

/** The verdict on times of one run, as the run itself has it. What was not to be timed cannot be open. */
function judgeTime(comparison: Comparison): Judged {
  const { scenario, variant, after: state, verdict, reason, judged, beforeMs, afterMs } = comparison;
  const arm = nameOf({ scenario, variant, state });
  const times = `${msText(beforeMs)} → ${msText(afterMs)}`;
  const isOpen = judged || isSuspect(comparison) || isSlowApart(comparison);
  const why = `time: ${judged ? reason : unjudgedText(comparison, times)}`;
  if (verdict === 'inconclusive') return open({ name: `${arm}/time`, why, isOpen });
  if (verdict !== 'regressed') return NOTHING;
  return timeFinding(`${arm}/time`, 'failure', `slower: medians ${times}; of lowest deciles ${reason}`);
}

/** Of what the clock was not to judge. */
function unjudgedText(comparison: Comparison, times: string): string {
  const { ratio, reason, blocks } = comparison;
  if (ratio === null) return isSlowApart(comparison) ? `${times}, not compared: ${reason}` : reason;
  return isSuspect(comparison)
    ? `${times} in ${formatAmount(blocks, 'block')}, too few for a verdict`
    : BY_PLAN;
}

function timeFinding(name: string, kind: FindingKind, sentence: string): Judged {
  return found({ name, rule: 'time', kind, sentence, plan: [] });
}

function openTime(name: string, why: string): Judged {
  return open({ name, why: `time: ${why}`, isOpen: true });
}

function msText(ms: number | null): string {
  return ms === null ? 'none' : formatMs(ms);
}

/** The times of one arm in two jobs, as a comparison and as what a gate makes of it. */
function judgeJobTimes(
  was: Arm,
  is: Arm,
  rule: TimeRule,
): { readonly judged: Judged; readonly comparison: GateComparison } {
  const { beforeMs, afterMs, time } = compareTimes(was, is, rule.margin);
  const answersEqual = sameAnswer(was, is);
  const isComparable = answersEqual !== false && beforeMs !== null && afterMs !== null && beforeMs > 0;
  const judgement = isComparable
    ? judgeChange(nameOf(is), { was, is, beforeMs, afterMs, time: time ?? 'same' }, rule)
    : timeless(nameOf(is), answersEqual, rule);
  const { judged, verdict, reason } = judgement;
  const projected = [was, is].some((arm) => armFigures(arm).projected);
  const comparison: GateComparison = {
    ...{ scenario: is.scenario, variant: is.variant, before: was.state, after: is.state, beforeMs, afterMs },
    ...{ ratio: isComparable && afterMs > 0 ? beforeMs / afterMs : null, interval: null, blocks: 0 },
    ...{ verdict, reason, smallestDetectable: null, control: null, answersEqual, projected },
    bound: worseAudit(was, is)?.bound ?? null,
  };
  return { judged, comparison };
}

interface JobTimes {
  readonly was: Arm;
  readonly is: Arm;
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly time: TimeChange;
}

interface TimeJudgement {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly judged: Judged;
}

const WORDS = { slower: 'regressed', faster: 'improved', same: 'unchanged' } as const;

/** Times that were asked to decide, and cannot be compared, leave the gate open. */
function timeless(arm: string, answersEqual: boolean | null, { decides }: TimeRule): TimeJudgement {
  const reason =
    answersEqual === false ? 'not compared, the answers differ' : 'there is none on one of the sides';
  return { verdict: 'inconclusive', reason, judged: decides ? openTime(`${arm}/time`, reason) : NOTHING };
}

/** Advisory times are told when they are slower; those that decide fail, unless the client or a trifle explains them. */
function judgeChange(arm: string, times: JobTimes, { margin, decides }: TimeRule): TimeJudgement {
  const { was, is, beforeMs, afterMs, time } = times;
  const name = `${arm}/time`;
  const figures = `${formatChange(beforeMs / afterMs)}: ${formatMs(beforeMs)} → ${formatMs(afterMs)}`;
  const whenSlower = (kind: FindingKind, reason: string) =>
    time === 'slower' ? timeFinding(name, kind, `${figures}; ${reason}`) : NOTHING;
  if (!decides) {
    const reason = 'advisory: two jobs differ by themselves';
    return { verdict: 'inconclusive', reason, judged: whenSlower('report', reason) };
  }
  const trouble = worseAudit(was, is)?.trouble ?? null;
  if (trouble !== null) return { verdict: 'inconclusive', reason: trouble, judged: openTime(name, trouble) };
  if (time === 'slower' && afterMs - beforeMs < LIMITS.floorMs) {
    const reason = `less than ${formatMs(LIMITS.floorMs)} apart`;
    return { verdict: 'unchanged', reason, judged: whenSlower('report', reason) };
  }
  const projected = { beforeProjected: armFigures(was).projected, afterProjected: armFigures(is).projected };
  // Where a budget ended both, their rates compare.
  if (projected.beforeProjected !== projected.afterProjected && !isSure(projected, WORDS[time])) {
    const reason = projectionText(projected, { before: 'the base', after: 'the head' });
    return { verdict: 'inconclusive', reason, judged: openTime(name, reason) };
  }
  const reason = `the margin is ${formatPercent(margin)}`;
  return { verdict: WORDS[time], reason, judged: whenSlower('failure', reason) };
}
