import { armFigures } from './arm.ts';
import type { Comparison } from './comparison.ts';
import type { Arm } from './run-file.ts';
import { doSameWork } from './same-work.ts';
import { hodgesLehmann } from './signed-rank.ts';

/** Where a figure of projections leaves the truth: at least that much, at most, or on either side. */
export type Mark = '' | '≥' | '≤' | '≈';

/** A figure with the range it lies in: no estimate where nothing was measured, no range where nothing bounds it. */
export interface Span {
  readonly estimate: number | null;
  readonly range: readonly [number, number] | null;
  /** The least and the most that a block had: no interval, however few they are. */
  readonly seen: readonly [number, number] | null;
  readonly mark: Mark;
}

export type Basis = 'interval' | 'same plan and blocks' | 'no interval' | 'not measured';

/** What a change does to one execution of a read, or to one unit of a write. */
export interface Figure extends Span {
  readonly basis: Basis;
  /** Why the figure decides nothing; null for one that does. */
  readonly doubt: string | null;
}

/** A comparison with its arms, and what speaks against its times. */
export interface Sides {
  readonly comparison: Comparison;
  readonly before: Arm;
  readonly after: Arm;
  readonly doubt: string | null;
}

/** Milliseconds that one execution of a read saves; `level` is the one-sided level of its interval. */
export function gainOf(found: Sides | null, level: number): Figure {
  if (!found || !hasTimes(found)) return notMeasured(found);
  if (hasSameWork(found)) return SAME_WORK;
  return figureOf(found, differences(found.after, found.before), level);
}

/** One-sided, of what a write costs: it has few blocks, and no verdict of its own. Six of them have an interval. */
const COST_LEVEL = 0.025;

/** Milliseconds that one unit of a write takes longer. */
export function costOf(found: Sides | null): Figure {
  const { total } = found ? armFigures(found.before) : { total: 0 };
  if (!found || !hasTimes(found) || total === 0) return notMeasured(found);
  const figure = figureOf(found, differences(found.before, found.after), COST_LEVEL);
  return { ...figure, ...scaled(figure, 1 / total) };
}

function figureOf(found: Sides, { values, mark }: Differences, level: number): Figure {
  const shift = hodgesLehmann(values, level);
  if (!shift) return notMeasured(found);
  return {
    ...{ estimate: shift.estimate, range: shift.interval, mark, doubt: found.doubt },
    seen: [Math.min(...values), Math.max(...values)],
    basis: shift.interval ? 'interval' : 'no interval',
  };
}

const SAME_WORK: Figure = {
  estimate: 0,
  range: [0, 0],
  seen: [0, 0],
  mark: '',
  basis: 'same plan and blocks',
  doubt: null,
};

function notMeasured(found: Sides | null): Figure {
  const doubt = found?.comparison.reason ?? null;
  return { estimate: null, range: null, seen: null, mark: '', basis: 'not measured', doubt };
}

/** Answers that differ have times, and nothing to compare. */
function hasTimes({ comparison }: Sides): boolean {
  return comparison.ratio !== null && comparison.beforeMs !== null && comparison.afterMs !== null;
}

interface Differences {
  readonly values: readonly number[];
  readonly mark: Mark;
}

/**
 * `b` − `a` of each block that both were measured in, in milliseconds: of the medians of the executions, since those
 * are the times that reports print.
 */
function differences(a: Arm, b: Arm): Differences {
  const [from, to] = [armFigures(a), armFigures(b)];
  const values = [...from.byBlock].flatMap(([block, ms]) => {
    const other = to.byBlock.get(block);
    return other === undefined ? [] : [other - ms];
  });
  return { values, mark: joined([from.projected ? '≤' : '', to.projected ? '≥' : '']) };
}

/** The same work takes the same time, unless it is proven that it does not. */
function hasSameWork({ comparison, before, after }: Sides): boolean {
  if (comparison.verdict === 'improved' || comparison.verdict === 'regressed') return false;
  return doSameWork(before, after);
}

/** So many times a span; `factor` is above zero. */
export function scaled({ estimate, range, seen, mark }: Span, factor: number): Span {
  const times = (ends: Span['range']) => ends && ([ends[0] * factor, ends[1] * factor] as const);
  return {
    estimate: estimate === null ? null : estimate * factor,
    range: times(range),
    seen: times(seen),
    mark,
  };
}

/**
 * Ends added to ends: the sum lies between them wherever each part lies between its own. What was not measured adds
 * nothing and leaves the sum without a range.
 */
export function sum(spans: readonly Span[]): Span {
  const known = spans.flatMap(({ estimate }) => estimate ?? []);
  return {
    estimate: known.length === 0 ? null : total(known),
    range: endToEnd(spans.map(({ range }) => range)),
    seen: endToEnd(spans.map(({ seen }) => seen)),
    mark: joined(spans.map(({ mark }) => mark)),
  };
}

function endToEnd(ranges: readonly Span['range'][]): Span['range'] {
  const known = ranges.flatMap((range) => (range ? [range] : []));
  if (known.length < ranges.length) return null;
  return [total(known.map(([low]) => low)), total(known.map(([, high]) => high))];
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** The mark of a sum of figures with these marks. */
export function joined(marks: readonly Mark[]): Mark {
  const [first = '', ...others] = [...new Set(marks.filter((mark) => mark !== ''))];
  return others.length === 0 ? first : '≈';
}

/** The mark of a figure that is taken away. */
export function turned(mark: Mark): Mark {
  if (mark === '≥') return '≤';
  return mark === '≤' ? '≥' : mark;
}
