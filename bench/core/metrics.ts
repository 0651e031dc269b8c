import type { Arm, Counters } from './run-file.ts';
import { median } from './statistics.ts';
import { formatBytes, formatCount, formatPercent } from './units.ts';

/** Something the server counts. Each says for itself what it is and how it reads. */
export interface Metric {
  readonly name: string;
  readonly title: string;
  readonly better: 'lower' | 'higher';
  /** What it counts, plural: `blocks`, `bytes`; null for a share. */
  readonly unit: string | null;
  /** The figure of one repetition, for each unit of work where `perUnit` says so; null where it has none. */
  readonly of: (counters: Counters) => number | null;
  readonly perUnit: boolean;
  readonly format: (value: number) => string;
}

/** Per unit of work, so that an arm which a budget ended early can be compared with one that was not. */
const eachUnit =
  (figure: (counters: Counters) => number | null | undefined) =>
  (counters: Counters): number | null => {
    const value = figure(counters) ?? null;
    return value === null || counters.done === 0 ? null : value / counters.done;
  };

/** A count, or the mean of counts: with three digits where it is small and no whole number. */
export function amount(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : decimals(value);
}

function decimals(value: number): string {
  return value >= 100 ? formatCount(value) : Number(value.toPrecision(3)).toString();
}

/** All metrics, in the order of reports. */
export const METRICS: readonly Metric[] = [
  lower('blocks', 'Blocks', 'blocks', (c) => c.sharedBlocks + c.localBlocks),
  lower('temp-blocks', 'Blocks of temporary files', 'blocks', (c) => c.tempBlocks),
  lower('rows', 'Rows returned or changed', 'rows', (c) => c.rows),
  lower('statements', 'Statements sent', 'statements', (c) => c.statements),
  lower('dirtied-blocks', 'Blocks dirtied', 'blocks', (c) => c.dirtiedBlocks),
  lower('wal-records', 'WAL records', 'records', (c) => c.walRecords),
  { ...lower('wal-bytes', 'WAL', 'bytes', (c) => c.walBytes), format: formatBytes },
  lower('io-reads', 'Blocks read from files', 'blocks', (c) => c.io?.reads),
  {
    name: 'hot-share',
    title: 'Updates that were HOT',
    better: 'higher',
    unit: null,
    of: ({ tables }) => (tables && tables.updated > 0 ? tables.hotUpdated / tables.updated : null),
    perUnit: false,
    format: formatPercent,
  },
  lower('dead-rows', 'Dead rows', 'rows', (c) => c.tables?.deadRows),
  { ...lower('heap-bytes', 'Growth of tables', 'bytes', (c) => c.tables?.heapBytes), format: signedBytes },
  { ...lower('index-bytes', 'Growth of indexes', 'bytes', (c) => c.tables?.indexBytes), format: signedBytes },
  {
    ...lower('gin-pending-pages', 'Pending pages of GIN indexes afterwards', 'pages', () => null),
    of: ({ tables }) => tables?.ginPendingPages ?? null,
    perUnit: false,
  },
];

function lower(
  name: string,
  title: string,
  unit: string,
  figure: (counters: Counters) => number | null | undefined,
): Metric {
  return { name, title, better: 'lower', unit, of: eachUnit(figure), perUnit: true, format: amount };
}

/** The figure of a whole repetition: what all its units of work took, also those that a budget left out. */
export function wholeFigure(metric: Metric, counters: Counters): number | null {
  const value = metric.of(counters);
  if (value === null || !metric.perUnit) return value;
  // 7 ÷ 50 × 50 is not 7 in binary floating point.
  return Number((value * counters.total).toPrecision(12));
}

function signedBytes(bytes: number): string {
  return bytes < 0 ? `−${formatBytes(-bytes)}` : formatBytes(bytes);
}

/** The metric of this name. Errors: a plain Error for a name that is none. */
export function metricNamed(name: string): Metric {
  const found = METRICS.find((metric) => metric.name === name);
  if (!found) throw new Error(`no metric is called ${name}`);
  return found;
}

/** A metric's figure for an arm. */
export interface Counted {
  /** The median of the repetitions. */
  readonly value: number;
  /** Of any repetition. */
  readonly least: number;
  readonly most: number;
  /** True when at least two repetitions gave the very same: only then a small difference means something. */
  readonly isExact: boolean;
}

/** The metric over an arm's repetitions; null without one. */
export function countedOf({ counters }: Pick<Arm, 'counters'>, metric: Metric): Counted | null {
  const values = counters.flatMap((repetition) => metric.of(repetition) ?? []);
  if (values.length === 0) return null;
  return {
    value: median(values),
    least: Math.min(...values),
    most: Math.max(...values),
    isExact: values.length > 1 && values.every((value) => value === values[0]),
  };
}
