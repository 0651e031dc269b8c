import type { Change, RunPlace, Series } from './history-series.ts';
import { METRICS } from './metrics.ts';
import { formatChange, formatMs, formatRatio } from './units.ts';

/** A change in words. */
export interface ChangeText {
  /** Which way: more time, more of a counter, less of either, or another answer. */
  readonly direction: 'up' | 'down' | 'other';
  /** `slower +10 %`, `Blocks +17 %`, `another answer`. */
  readonly short: string;
  /** From what level to what level, and the ratio. */
  readonly levels: string;
}

/** Says what changed. */
export function changeText(change: Change): ChangeText {
  if (change.by === 'answer') {
    const levels = `${change.before} → ${change.after}`;
    return { direction: 'other', short: 'another answer', levels };
  }
  const direction = change.after > change.before ? 'up' : 'down';
  return change.by === 'clock'
    ? { direction, short: formatChange(change.ratio), levels: clockLevels(change) }
    : { direction, short: counterShort(change), levels: counterLevels(change) };
}

function clockLevels({ before, after, ratio, interval }: Extract<Change, { by: 'clock' }>): string {
  const range = interval ? `[${interval.map(formatRatio).join(', ')}]` : 'no interval from so few runs';
  return `${formatMs(before)} → ${formatMs(after)}, ratio ${formatRatio(ratio)} ${range}`;
}

type CounterChange = Extract<Change, { by: 'counter' }>;

function counterShort({ metric, before, after, ratio }: CounterChange): string {
  const word = after > before ? 'more' : 'less';
  const share = ratio === null ? 'same' : formatChange(ratio);
  return `${titleOf(metric)}: ${share.startsWith('same') ? word : share.replace(/^\S+/, word)}`;
}

function counterLevels({ metric, before, after, ratio }: CounterChange): string {
  const format = METRICS.find(({ name }) => name === metric)?.format ?? String;
  const levels = `${format(before)} → ${format(after)}`;
  return ratio === null ? levels : `${levels}, ratio ${formatRatio(ratio)} exactly`;
}

function titleOf(metric: string): string {
  return METRICS.find(({ name }) => name === metric)?.title ?? metric;
}

/** A run by its id, commit and time. */
export function placeText({ run, commit, time }: RunPlace): string {
  return `${run} (commit ${commit ?? 'not known'}, ${time.slice(0, 16).replace('T', ' ')})`;
}

/** The series' name: scenario, variant and state. */
export function seriesTitle({ scenario, variant, state }: Series): string {
  return `${scenario} ${variant}, state ${state}`;
}

/** How many runs, and the last one's time. */
export function lastText({ lines }: Series): string {
  const last = lines.at(-1);
  const runs = `${lines.length} ${lines.length === 1 ? 'run' : 'runs'}`;
  if (last === undefined || last.ms === null) return `${runs}, the last one without a time`;
  return `${runs}, last ${last.projected ? '≥ ' : ''}${formatMs(last.ms)}`;
}
