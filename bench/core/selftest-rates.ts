import { lowerBound, upperBound } from './binomial.ts';
import { REPLAYED, type Trial } from './selftest.ts';

const CONFIDENCE = 0.95;

/** Replayed slowdowns, and the share of them that a gate is to find. */
const WANTED: ReadonlyMap<number, number> = new Map([
  [1.1, 0.95],
  [1.2, 0.99],
]);

/** A `scenario variant`, and in how many gates. */
export interface Frequency {
  readonly name: string;
  readonly gates: number;
}

/** What all trials say, as `bench selftest --json` prints it. */
export interface Rates {
  readonly aa: {
    readonly gates: number;
    readonly falseFailures: number;
    readonly upper95: number;
    readonly inconclusive: number;
  };
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
  /** The rule that a fault must be found by; null for a replay. */
  readonly foundBy: string | null;
  /** 0.1 is 10 % slower; null for a fault. */
  readonly size: number | null;
  readonly trials: number;
  readonly found: number;
  readonly lower95: number;
  /** The share that the gate is to find; null where nothing is asked of it. */
  readonly wanted: number | null;
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
    aa: {
      ...{ gates: aa.length, falseFailures, upper95: upperBound(falseFailures, aa.length, CONFIDENCE) },
      inconclusive: aa.filter(({ verdict }) => verdict === 'inconclusive').length,
    },
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

/** Whether less is found than is wanted: surely, by the upper bound, since a few trials miss by chance. */
export function fallsShort({ wanted, found, trials }: InjectedRate): boolean {
  return wanted !== null && trials > 0 && upperBound(found, trials, CONFIDENCE) < wanted;
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
      {
        ...{ ...all, wanted: WANTED.get(factor) ?? null, leftOut: total('leftOut') },
        missed: frequencies(own.flatMap(({ missed }) => missed)),
      },
      rate('replayed on steady blocks', size, total('steadyTrials'), total('steadyFound')),
    ];
  });
}

function faultRates(trials: readonly Trial[]): InjectedRate[] {
  const kinds = [...new Set(trials.map(({ kind }) => kind))].filter((kind) => kind !== 'aa');
  return kinds.map((kind) => {
    const own = trials.filter((trial) => trial.kind === kind);
    const foundBy = own[0]?.foundBy ?? null;
    return { ...rate(kind, null, own.length, own.filter(({ found }) => found).length), foundBy };
  });
}

function rate(kind: string, size: number | null, trials: number, found: number): InjectedRate {
  return {
    kind,
    foundBy: null,
    size,
    trials,
    found,
    lower95: lowerBound(found, trials, CONFIDENCE),
    wanted: null,
    leftOut: 0,
    missed: [],
  };
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
