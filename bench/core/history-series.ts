import { changePoints } from './change-points.ts';
import type { HistoryLine } from './history.ts';
import { asRatio } from './signed-rank.ts';
import { median } from './statistics.ts';

/** A variant of one scenario in one state and environment, over runs in the order of their beginning. */
export interface Series {
  readonly scenario: string;
  readonly variant: string;
  readonly state: string;
  readonly role: string;
  readonly environment: HistoryLine['environment'];
  /** At least one. */
  readonly lines: readonly HistoryLine[];
  /** Medians between the changes by the clock. */
  readonly levels: readonly Level[];
  /** In the order of the runs. */
  readonly changes: readonly Change[];
}

/** Runs that take about as long, by their places among the series' lines. */
export interface Level {
  readonly from: number;
  /** The last one's. */
  readonly to: number;
  /** Median of the runs, milliseconds. */
  readonly ms: number;
}

/** A run, as a change names it. */
export type RunPlace = Pick<HistoryLine, 'run' | 'commit' | 'time'>;

interface Place {
  /** Place of the first run after the change among the series' lines. */
  readonly at: number;
  /** The last run before, and the first one after: what was changed lies between them. */
  readonly last: RunPlace;
  readonly first: RunPlace;
}

/** Another level of the times, found by `changePoints`: medians in milliseconds, and the ratio before ÷ after. */
export interface ClockChange extends Place {
  readonly by: 'clock';
  readonly before: number;
  readonly after: number;
  readonly ratio: number;
  /** Interval of `ratio`, 95 % if the place is right; null from too few runs. */
  readonly interval: readonly [number, number] | null;
}

/** A counter that repeats exactly and gives another figure than in the run before. */
export interface CounterChange extends Place {
  readonly by: 'counter';
  readonly metric: string;
  readonly before: number;
  readonly after: number;
  /** Before ÷ after, exact; null where one is zero. */
  readonly ratio: number | null;
}

/** Another answer than in the run before: times on both sides are of different work. */
export interface AnswerChange extends Place {
  readonly by: 'answer';
  readonly before: string;
  readonly after: string;
}

export type Change = ClockChange | CounterChange | AnswerChange;

/** All series of a history, in the order in which they first appear. */
export function seriesOf(lines: readonly HistoryLine[]): Series[] {
  const series = new Map<string, HistoryLine[]>();
  for (const line of lines) {
    const { scenario, variant, state, role, environment } = line;
    const key = JSON.stringify([scenario, variant, state, role, environment.key]);
    series.set(key, [...(series.get(key) ?? []), line]);
  }
  return [...series.values()].flatMap((of) => analysed(of.sort(byTime)) ?? []);
}

function byTime(a: HistoryLine, b: HistoryLine): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
}

function analysed(lines: readonly HistoryLine[]): Series | null {
  const [first] = lines;
  if (!first) return null;
  const { scenario, variant, state, role, environment } = first;
  const { levels, changes } = byClock(lines);
  const metrics = [...new Set(lines.flatMap(({ counters }) => Object.keys(counters)))];
  const all = [...changes, ...metrics.flatMap((metric) => byCounter(lines, metric)), ...byAnswer(lines)];
  return {
    ...{ scenario, variant, state, role, environment, lines, levels },
    changes: all.sort((a, b) => a.at - b.at),
  };
}

/** A run without a time has no place in the series of times. */
function byClock(lines: readonly HistoryLine[]): { levels: Level[]; changes: ClockChange[] } {
  const timed = lines.flatMap(({ ms }, at) => (ms === null || ms === 0 ? [] : [{ at, ms }]));
  const points = changePoints(timed.map(({ ms }) => Math.log(ms)));
  const starts = [0, ...points.map(({ at }) => at)];
  const levels = starts.flatMap((start, i) => levelOf(timed.slice(start, starts[i + 1])) ?? []);
  const changes = points.flatMap(({ shift }, i) => {
    const [before, after] = [levels[i], levels[i + 1]];
    if (!before || !after) return [];
    const { ratio, interval } = asRatio(shift);
    const figures = { before: before.ms, after: after.ms, ratio: ratio ?? 1, interval };
    return placed(lines, before.to, after.from).map((place) => ({
      ...place,
      by: 'clock' as const,
      ...figures,
    }));
  });
  return { levels, changes };
}

function levelOf(timed: readonly { readonly at: number; readonly ms: number }[]): Level | null {
  const [first, last] = [timed[0], timed.at(-1)];
  return first && last ? { from: first.at, to: last.at, ms: median(timed.map(({ ms }) => ms)) } : null;
}

/** Runs in which the counter did not repeat are passed over. */
function byCounter(lines: readonly HistoryLine[], metric: string): CounterChange[] {
  return steps(lines, ({ counters }) => counters[metric] ?? null).map((step) => {
    const { before, after } = step;
    return { ...step, by: 'counter', metric, ratio: before === 0 || after === 0 ? null : before / after };
  });
}

function byAnswer(lines: readonly HistoryLine[]): AnswerChange[] {
  return steps(lines, ({ digest }) => digest).map((step) => ({ ...step, by: 'answer' }));
}

/** Every place where a figure is another than the last one known. */
function steps<T>(
  lines: readonly HistoryLine[],
  figure: (line: HistoryLine) => T | null,
): (Place & { before: T; after: T })[] {
  const known = lines.flatMap((line, at) => {
    const value = figure(line);
    return value === null ? [] : [{ at, value }];
  });
  return known.slice(1).flatMap((is, i) => {
    const was = known[i];
    if (!was || was.value === is.value) return [];
    return placed(lines, was.at, is.at).map((place) => ({ ...place, before: was.value, after: is.value }));
  });
}

function placed(lines: readonly HistoryLine[], before: number, at: number): Place[] {
  const [last, first] = [lines[before], lines[at]];
  return last && first ? [{ at, last: runPlace(last), first: runPlace(first) }] : [];
}

function runPlace({ run, commit, time }: HistoryLine): RunPlace {
  return { run, commit, time };
}
