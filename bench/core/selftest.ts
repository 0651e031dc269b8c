import { z } from 'zod';
import { armFigures, armGroups } from './arm.ts';
import { lowerBound, upperBound } from './binomial.ts';
import { type Comparison, compareStates } from './comparison.ts';
import type { Arm, RunFile } from './run-file.ts';
import { pairedLogRatios } from './statistics.ts';
import { endedInTime, type GoesOn, goesOn } from './stopping.ts';
import { deviation, LIMITS } from './verdict.ts';

/** Slowdowns that recorded blocks are replayed with: 1.1 takes 10 % longer. */
export const REPLAYED = [1.03, 1.05, 1.1, 1.2, 1.5] as const;
/** Blocks that scatter by less than this, as a deviation of ln(after ÷ before), are steady. */
export const STEADY = 0.05;
/** A slowdown near the floor is found or not by chance: what is counted is twice as much. */
const CLEAR_MS = 2 * LIMITS.floorMs;
const CONFIDENCE = 0.95;

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
});

/** One whole gate over two copies of the same state: as they are, or with a fault planted in the second. */
export const Trial = z.object({
  /** `aa`, or the name of the fault. */
  kind: z.string(),
  number: count,
  /** What the trial is of: another suite, server, scale or choice of scenarios has another key. */
  key: z.string(),
  verdict: z.enum(['passed', 'failed', 'inconclusive']),
  /** Names of what failed. */
  failures: z.array(z.string()),
  /** Comparisons that the clock was to judge, how many it called a change, and the `scenario variant` of those left open. */
  comparisons: count,
  flagged: count,
  /** Comparisons so short that what must be caught lies below the gate's floor: no such change of them is called one. */
  short: count.default(0),
  open: z.array(z.string()),
  /** Median deviation of the blocks. */
  spread: z.number().nonnegative(),
  replays: z.array(Found),
  seconds: z.number().nonnegative(),
});

export type Trial = z.infer<typeof Trial>;

/** Goes on where a gate would, also if the head were slower by what must be caught or more: its replay needs those blocks. */
export const goesOnReplayed: GoesOn = (run, scenario, variant, blocks) => {
  const factors = REPLAYED.filter((factor) => factor >= 1 + LIMITS.mustCatch);
  return [1, ...factors].some((factor) => goesOn(slowedRun(run, factor), scenario, variant, blocks));
};

/**
 * What a gate's run says of the gate itself: how its comparisons were judged, and replayed with slowdowns. Each is judged
 * at the block where a gate would have ended.
 */
export function examine(
  run: RunFile,
): Pick<Trial, 'comparisons' | 'flagged' | 'short' | 'open' | 'spread' | 'replays'> {
  const comparisons = compareStates(endedInTime(run)).filter(({ judged }) => judged);
  const spreads = [...logRatiosOf(run).values()].map(deviation).sort((a, b) => a - b);
  return {
    comparisons: comparisons.length,
    flagged: comparisons.filter(({ verdict }) => verdict === 'regressed' || verdict === 'improved').length,
    short: comparisons.filter(({ beforeMs }) => (beforeMs ?? 0) * LIMITS.mustCatch < LIMITS.floorMs).length,
    open: comparisons
      .filter(({ verdict }) => verdict === 'inconclusive')
      .map(({ scenario, variant }) => `${scenario} ${variant}`),
    spread: spreads[Math.floor(spreads.length / 2)] ?? 0,
    replays: REPLAYED.map((factor) => replay(run, factor)),
  };
}

/**
 * The same blocks with every time of the second state multiplied, in both of its copies. A slowdown of less than
 * twice the gate's own floor is not counted, nor is a comparison that the client bound.
 */
function replay(run: RunFile, factor: number): Trial['replays'][number] {
  const blocks = logRatiosOf(run);
  const of = ({ scenario, variant }: Comparison) => blocks.get(`${scenario}/${variant}`) ?? [];
  const all = compareStates(endedInTime(slowedRun(run, factor))).filter((one) => one.judged);
  const judged = all.filter(
    ({ bound, beforeMs }) => bound !== 'client-bound' && (beforeMs ?? 0) * (factor - 1) >= CLEAR_MS,
  );
  const steady = judged.filter((one) => of(one).length > 1 && deviation(of(one)) <= STEADY);
  const found = (some: typeof judged) => some.filter(({ verdict }) => verdict === 'regressed').length;
  const missed = judged.filter(({ verdict }) => verdict !== 'regressed');
  return {
    factor,
    ...{ trials: judged.length, found: found(judged) },
    ...{ steadyTrials: steady.length, steadyFound: found(steady) },
    leftOut: all.length - judged.length,
    missed: missed.map(({ scenario, variant }) => `${scenario} ${variant}`),
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

/** The blocks of each `scenario/variant` that has two or more in both states, as ln(after ÷ before). */
function logRatiosOf(run: RunFile): ReadonlyMap<string, readonly number[]> {
  const found = armGroups(run).flatMap(({ scenario, variant, arms: [before, after] }) => {
    if (!before || !after) return [];
    const logRatios = pairedLogRatios(armFigures(before).undisturbed, armFigures(after).undisturbed);
    return logRatios.length < 2 ? [] : [[`${scenario}/${variant}`, logRatios] as const];
  });
  return new Map(found);
}

/** A `scenario variant`, and in how many gates. */
export interface Frequency {
  readonly name: string;
  readonly gates: number;
}

/** What all trials say, as `bench selftest --json` prints it. */
export interface Rates {
  readonly aa: { readonly gates: number; readonly falseFailures: number; readonly upper95: number };
  readonly comparisons: {
    readonly n: number;
    readonly flagged: number;
    readonly upper95: number;
    /** So short that no change which must be caught is called one. */
    readonly short: number;
    readonly open: number;
    /** In how many gates each was left open, the most frequent first. */
    readonly leftOpen: readonly Frequency[];
  };
  readonly injected: readonly InjectedRate[];
  /** Smallest and largest median deviation of the blocks of a gate. */
  readonly spread: readonly [number, number];
}

export interface InjectedRate {
  /** `replayed`, `replayed on steady blocks`, or the name of a fault. */
  readonly kind: string;
  /** 0.1 is 10 % slower; null for a fault. */
  readonly size: number | null;
  readonly trials: number;
  readonly found: number;
  readonly lower95: number;
  /** Replays that were not counted: of less than twice the gate's floor, or bound by the client. */
  readonly leftOut: number;
  /** Which replays were missed, the most frequent first. */
  readonly missed: readonly Frequency[];
}

/**
 * Sums trials up, each rate with its one-sided 95 % bound. Bounds take trials as independent: whole gates nearly are,
 * comparisons of one gate share its minutes, and those of one variant are repeats.
 */
export function ratesOf(trials: readonly Trial[]): Rates {
  const aa = trials.filter(({ kind }) => kind === 'aa');
  const falseFailures = aa.filter(({ verdict }) => verdict === 'failed').length;
  const n = sum(aa, ({ comparisons }) => comparisons);
  const flagged = sum(aa, (trial) => trial.flagged);
  const spreads = aa.map(({ spread }) => spread);
  return {
    aa: { gates: aa.length, falseFailures, upper95: upperBound(falseFailures, aa.length, CONFIDENCE) },
    comparisons: {
      n,
      flagged,
      upper95: upperBound(flagged, n, CONFIDENCE),
      short: sum(aa, ({ short }) => short),
      open: sum(aa, ({ open }) => open.length),
      leftOpen: frequencies(aa.flatMap(({ open }) => open)),
    },
    injected: [...replayRates(aa), ...faultRates(trials)],
    spread: spreads.length === 0 ? [0, 0] : [Math.min(...spreads), Math.max(...spreads)],
  };
}

function frequencies(names: readonly string[]): readonly Frequency[] {
  return [...new Set(names)]
    .map((name) => ({ name, gates: names.filter((one) => one === name).length }))
    .sort((a, b) => b.gates - a.gates);
}

function replayRates(aa: readonly Trial[]): InjectedRate[] {
  return REPLAYED.flatMap((factor) => {
    const own = aa.flatMap(({ replays }) => replays.filter((one) => one.factor === factor));
    const size = Number((factor - 1).toFixed(2));
    const total = (of: 'trials' | 'found' | 'steadyTrials' | 'steadyFound' | 'leftOut') =>
      sum(own, (one) => one[of]);
    const all = rate('replayed', size, total('trials'), total('found'));
    return [
      { ...all, leftOut: total('leftOut'), missed: frequencies(own.flatMap(({ missed }) => missed)) },
      rate('replayed on steady blocks', size, total('steadyTrials'), total('steadyFound')),
    ];
  });
}

function faultRates(trials: readonly Trial[]): InjectedRate[] {
  const kinds = [...new Set(trials.map(({ kind }) => kind))].filter((kind) => kind !== 'aa');
  return kinds.map((kind) => {
    const own = trials.filter((trial) => trial.kind === kind);
    return rate(kind, null, own.length, own.filter(({ verdict }) => verdict === 'failed').length);
  });
}

function rate(kind: string, size: number | null, trials: number, found: number): InjectedRate {
  return {
    kind,
    size,
    trials,
    found,
    lower95: lowerBound(found, trials, CONFIDENCE),
    leftOut: 0,
    missed: [],
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
