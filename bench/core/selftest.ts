import { z } from 'zod';
import { armFigures, armGroups } from './arm.ts';
import { type Comparison, compareStates, compareVariant, limitsOf } from './comparison.ts';
import { EXIT } from './errors.ts';
import type { GateResult } from './gate.ts';
import type { Arm, RunFile } from './run-file.ts';
import { runLevel } from './run-level.ts';
import { pairedLogRatios } from './statistics.ts';
import { endedInTime, type GoesOn, goesOn } from './stopping.ts';
import { deviation, LIMITS } from './verdict.ts';

/** Slowdowns that recorded blocks are replayed with: 1.1 takes 10 % longer. */
export const REPLAYED = [1.03, 1.05, 1.1, 1.2, 1.5] as const;
/** Blocks that scatter by less than this, as a deviation of ln(after ÷ before), are steady. */
export const STEADY = 0.05;
/** A slowdown near the floor is found or not by chance: what is counted is twice as much. */
const CLEAR_MS = 2 * LIMITS.floorMs;

const count = z.number().int().nonnegative();
const Found = z.object({
  factor: z.number(),
  trials: count,
  found: count,
  steadyTrials: count,
  steadyFound: count,
  /** Judged, and not counted: of less than twice the gate's floor, or bound by the client. */
  leftOut: count.default(0),
  /** The `scenario variant` of those that were not found. */
  missed: z.array(z.string()).default([]),
  /** What was said of each of these instead. */
  reasons: z.array(z.string()).default([]),
});

/** How the clock judged one comparison, for whoever asks later; figures have four significant digits. */
const JudgedTime = z.object({
  /** `scenario variant`. */
  name: z.string(),
  blocks: count,
  beforeMs: z.number().nullable(),
  /** Deviation of all that were measured: a replay may have wanted more. */
  spread: z.number().nonnegative(),
  /** Time before ÷ after, with the interval of the verdict. */
  ratio: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  verdict: z.enum(['improved', 'regressed', 'unchanged', 'inconclusive']),
  /** The factors that its blocks were replayed with, and called slower. */
  found: z.array(z.number()),
});

type JudgedTime = z.infer<typeof JudgedTime>;

/** One whole gate over two builds of the same state: as they are, or with a fault planted in the second. */
export const Trial = z.object({
  /** `aa`, or the name of the fault. */
  kind: z.string(),
  number: count,
  /** What the trial is of: another suite, server, scale or choice of scenarios has another key. */
  key: z.string(),
  verdict: z.enum(['passed', 'failed', 'inconclusive']),
  /** Null in journals of earlier versions, as is whatever else they lack. */
  exitCode: count.nullable().default(null),
  /** Names of what failed. */
  failures: z.array(z.string()),
  /** The rule that the fault must be found by, and whether it was; null where there is no fault. */
  foundBy: z.string().nullable().default(null),
  found: z.boolean().default(false),
  /** Comparisons that the clock was to judge, how many it called a change, and the `scenario variant` of those left open. */
  comparisons: count,
  flagged: count,
  /** Comparisons so short that what must be caught lies below the gate's floor: no such change of them is called one. */
  short: count.default(0),
  open: z.array(z.string()),
  /** Median deviation of the blocks. */
  spread: z.number().nonnegative(),
  /** The change that the gate tolerated for what its controls differed by; null where none was to be judged. */
  tolerated: z.number().nullable().default(null),
  replays: z.array(Found),
  judged: z.array(JudgedTime).default([]),
  seconds: z.number().nonnegative(),
  /** When it began, and the order of its blocks. */
  at: z.string().default(''),
  orderSeed: count.nullable().default(null),
});

export type Trial = z.infer<typeof Trial>;

/** Rules that can fail, and so find a fault. */
const FAILING = /^(answer|error|blocks|temp-blocks|rows|rows-processed|wal-records|time|scan(:.+)?)$/;

/** Whether a fault may say that it is found by this. */
export function isFailingRule(rule: unknown): boolean {
  return typeof rule === 'string' && FAILING.test(rule);
}

/** Whether the rule is among what failed; another answer is found by its own exit code only. */
export function isFound(
  foundBy: string,
  { failures, exitCode }: Pick<GateResult, 'failures' | 'exitCode'>,
): boolean {
  const isNamed = failures.some(({ rule }) => rule === foundBy || rule.startsWith(`${foundBy}:`));
  return isNamed && (foundBy !== 'answer' || exitCode === EXIT.answersDiffer);
}

/** Whether the gate of a trial did what it must: found the fault, or nothing where there is none. */
export function isAsExpected({
  foundBy,
  found,
  verdict,
  flagged,
}: Pick<Trial, 'foundBy' | 'found' | 'verdict' | 'flagged'>): boolean {
  return foundBy === null ? verdict !== 'failed' && flagged === 0 : found;
}

/**
 * Goes on where a gate would, also if the head were slower by what must be caught or more: its replay needs those blocks,
 * where it counts.
 */
export const goesOnReplayed: GoesOn = (run, scenario, variant, blocks) => {
  if (goesOn(run, scenario, variant, blocks)) return true;
  const comparisons = compareVariant(run, scenario, variant);
  const factors = REPLAYED.filter(
    (factor) => factor >= 1 + LIMITS.mustCatch && comparisons.some((one) => isCounted(one, factor)),
  );
  return factors.some((factor) => goesOn(slowedRun(run, factor), scenario, variant, blocks));
};

/** A slowdown near the gate's floor is found by chance, and the client's own time says nothing. */
function isCounted({ bound, beforeMs }: Comparison, factor: number): boolean {
  return bound !== 'client-bound' && (beforeMs ?? 0) * (factor - 1) >= CLEAR_MS;
}

/**
 * What a gate's run says of the gate itself: how its comparisons were judged, and replayed with these slowdowns. Each is
 * judged at the block where a gate would have ended; for replays the run has to go on as `goesOnReplayed` says.
 */
export function examine(
  run: RunFile,
  factors: readonly number[] = REPLAYED,
): Pick<Trial, 'comparisons' | 'flagged' | 'short' | 'open' | 'spread' | 'tolerated' | 'replays' | 'judged'> {
  const comparisons = judgedIn(run);
  const blocks = logRatiosOf(run);
  const spreads = [...blocks.values()].map(deviation).sort((a, b) => a - b);
  const replayed = factors.map((factor) => ({ factor, all: judgedIn(slowedRun(run, factor)) }));
  return {
    comparisons: comparisons.length,
    flagged: comparisons.filter(({ verdict }) => verdict === 'regressed' || verdict === 'improved').length,
    short: comparisons.filter(({ beforeMs }) => (beforeMs ?? 0) * LIMITS.mustCatch < LIMITS.floorMs).length,
    open: comparisons.filter(({ verdict }) => verdict === 'inconclusive').map(nameOf),
    spread: rounded(spreads[Math.floor(spreads.length / 2)] ?? 0),
    tolerated: rounded(toleratedIn(run)),
    replays: replayed.map(({ factor, all }) => replay(blocks, factor, all)),
    judged: comparisons.map((one) => judgedTime(one, blocks.get(nameOf(one)) ?? [], replayed)),
  };
}

/** What the clock was to judge, as it stood where a gate would have ended. */
function judgedIn(run: RunFile): Comparison[] {
  return compareStates(endedInTime(run)).filter(({ judged }) => judged);
}

/** Where a gate would have ended, as well. */
function toleratedIn(run: RunFile): number {
  const ended = endedInTime(run);
  return limitsOf(ended, armGroups(ended), runLevel(ended)).tolerated;
}

/** A slowdown, and the comparisons of the run with it. */
interface Replayed {
  readonly factor: number;
  readonly all: readonly Comparison[];
}

function judgedTime(
  one: Comparison,
  logRatios: readonly number[],
  replayed: readonly Replayed[],
): JudgedTime {
  const { blocks, beforeMs, ratio, interval, verdict } = one;
  const isFoundIn = ({ all }: Replayed) =>
    all.some((other) => nameOf(other) === nameOf(one) && other.verdict === 'regressed');
  return {
    ...{ name: nameOf(one), blocks, verdict },
    beforeMs: beforeMs === null ? null : rounded(beforeMs),
    spread: rounded(deviation(logRatios)),
    ratio: ratio === null ? null : rounded(ratio),
    interval: interval === null ? null : [rounded(interval[0]), rounded(interval[1])],
    found: replayed.filter(isFoundIn).map(({ factor }) => factor),
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/**
 * The same blocks with every time of the second state multiplied, in both of its copies. A slowdown of less than
 * twice the gate's own floor is not counted, nor is a comparison that the client bound.
 */
function replay(
  blocks: ReadonlyMap<string, readonly number[]>,
  factor: number,
  all: readonly Comparison[],
): Trial['replays'][number] {
  const of = (one: Comparison) => blocks.get(nameOf(one)) ?? [];
  const judged = all.filter((one) => isCounted(one, factor));
  const steady = judged.filter((one) => of(one).length > 1 && deviation(of(one)) <= STEADY);
  const found = (some: typeof judged) => some.filter(({ verdict }) => verdict === 'regressed').length;
  const missed = judged.filter(({ verdict }) => verdict !== 'regressed');
  return {
    factor,
    ...{ trials: judged.length, found: found(judged) },
    ...{ steadyTrials: steady.length, steadyFound: found(steady) },
    leftOut: all.length - judged.length,
    missed: missed.map(nameOf),
    reasons: missed.map(({ verdict, reason }) => `${verdict}: ${reason}`),
  };
}

function slowedRun(run: RunFile, factor: number): RunFile {
  const [, head] = run.states;
  const arms = run.arms.map((arm) => (arm.state === head?.name ? slowed(arm, factor) : arm));
  return { ...run, arms, confirmations: [] };
}

function slowed(arm: Arm, factor: number): Arm {
  const samples = arm.samples.map((sample) => ({
    ...sample,
    executionsMs: sample.executionsMs.map((ms) => ms * factor),
  }));
  return { ...arm, samples };
}

function nameOf({ scenario, variant }: Pick<Comparison, 'scenario' | 'variant'>): string {
  return `${scenario} ${variant}`;
}

/** The blocks of each `scenario variant` that has two or more in both states, as ln(after ÷ before). */
function logRatiosOf(run: RunFile): ReadonlyMap<string, readonly number[]> {
  const found = armGroups(run).flatMap((group) => {
    const [before, after] = group.arms;
    if (!before || !after) return [];
    const logRatios = pairedLogRatios(armFigures(before).undisturbed, armFigures(after).undisturbed);
    return logRatios.length < 2 ? [] : [[nameOf(group), logRatios] as const];
  });
  return new Map(found);
}
