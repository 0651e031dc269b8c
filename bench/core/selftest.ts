import { z } from 'zod';
import { armFigures, armGroups } from './arm.ts';
import { lowerBound, upperBound } from './binomial.ts';
import { compareStates, isDecided, stoppedWhenDecided } from './comparison.ts';
import type { Arm, RunFile } from './run-file.ts';
import { pairedLogRatios } from './statistics.ts';
import { deviation, LIMITS } from './verdict.ts';

/** Slowdowns that recorded blocks are replayed with: 1.1 takes 10 % longer. */
export const REPLAYED = [1.03, 1.05, 1.1, 1.2, 1.5] as const;
/** Blocks that scatter by less than this, as a deviation of ln(after ÷ before), are steady. */
export const STEADY = 0.05;
const CONFIDENCE = 0.95;

const count = z.number().int().nonnegative();
const Found = z.object({
  factor: z.number(),
  trials: count,
  found: count,
  steadyTrials: count,
  steadyFound: count,
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
  /** Comparisons that the clock judged, and the `scenario variant` of those it left open. */
  comparisons: count,
  flagged: count,
  open: z.array(z.string()),
  /** Median deviation of the blocks. */
  spread: z.number().nonnegative(),
  replays: z.array(Found),
  seconds: z.number().nonnegative(),
});

export type Trial = z.infer<typeof Trial>;

/**
 * Whether a variant needs no further look, neither as it is nor slowed by what must be caught or more: a real slowdown
 * would get further looks, so its replay must have them.
 */
export function isDecidedReplayed(run: RunFile, scenario: string, variant: string): boolean {
  const factors = REPLAYED.filter((factor) => factor >= 1 + LIMITS.mustCatch);
  return [1, ...factors].every((factor) => isDecided(slowedRun(run, factor), scenario, variant));
}

/**
 * What a gate's run says of the gate itself: how its comparisons were judged, and replayed with slowdowns. Each is judged
 * at the look where it would have ended.
 */
export function examine(
  run: RunFile,
): Pick<Trial, 'comparisons' | 'flagged' | 'open' | 'spread' | 'replays'> {
  const comparisons = compareStates(stoppedWhenDecided(run)).filter(({ interval }) => interval !== null);
  const spreads = [...spreadsOf(run).values()].sort((a, b) => a - b);
  return {
    comparisons: comparisons.length,
    flagged: comparisons.filter(({ verdict }) => verdict === 'regressed').length,
    open: comparisons
      .filter(({ verdict }) => verdict === 'inconclusive')
      .map(({ scenario, variant }) => `${scenario} ${variant}`),
    spread: spreads[Math.floor(spreads.length / 2)] ?? 0,
    replays: REPLAYED.map((factor) => replay(run, factor)),
  };
}

/**
 * The same blocks with every time of the second state multiplied, in both of its copies. A slowdown of less than 0.2 ms is none by the gate's
 * own limits, and a comparison that the client bound is none either: neither is counted.
 */
function replay(run: RunFile, factor: number): Trial['replays'][number] {
  const spreads = spreadsOf(run);
  const judged = compareStates(stoppedWhenDecided(slowedRun(run, factor))).filter(
    ({ interval, beforeMs, bound }) =>
      interval !== null && bound !== 'client-bound' && (beforeMs ?? 0) * (factor - 1) >= LIMITS.floorMs,
  );
  const steady = judged.filter(
    ({ scenario, variant }) => (spreads.get(`${scenario}/${variant}`) ?? 1) <= STEADY,
  );
  const found = (some: typeof judged) => some.filter(({ verdict }) => verdict === 'regressed').length;
  const missed = judged.filter(({ verdict }) => verdict !== 'regressed');
  return {
    factor,
    ...{ trials: judged.length, found: found(judged) },
    ...{ steadyTrials: steady.length, steadyFound: found(steady) },
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

/** Deviation of the blocks of each `scenario/variant` that was measured in both states. */
function spreadsOf(run: RunFile): ReadonlyMap<string, number> {
  const spreads = armGroups(run).flatMap(({ scenario, variant, arms: [before, after] }) => {
    if (!before || !after) return [];
    const logRatios = pairedLogRatios(armFigures(before).undisturbed, armFigures(after).undisturbed);
    return logRatios.length < 2 ? [] : [[`${scenario}/${variant}`, deviation(logRatios)] as const];
  });
  return new Map(spreads);
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
  /** Which replays were missed, the most frequent first. */
  readonly missed: readonly Frequency[];
}

/** Sums trials up, each rate with its one-sided 95 % bound. */
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
    return [
      rate(
        'replayed',
        size,
        sum(own, ({ trials }) => trials),
        sum(own, ({ found }) => found),
        own.flatMap(({ missed }) => missed),
      ),
      rate(
        ...(['replayed on steady blocks', size] as const),
        sum(own, ({ steadyTrials }) => steadyTrials),
        sum(own, ({ steadyFound }) => steadyFound),
      ),
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

function rate(
  kind: string,
  size: number | null,
  trials: number,
  found: number,
  missed: readonly string[] = [],
): InjectedRate {
  const lower95 = lowerBound(found, trials, CONFIDENCE);
  return { kind, size, trials, found, lower95, missed: frequencies(missed) };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
