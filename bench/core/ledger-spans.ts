import { armFigures } from './arm.ts';
import type { Comparison } from './comparison.ts';
import { countedOf, metricNamed } from './metrics.ts';
import { planShape } from './plan-tree.ts';
import type { Arm, PlanRecord } from './run-file.ts';
import { hodgesLehmann } from './signed-rank.ts';
import { tInterval } from './t-interval.ts';

/** Where a figure of projections leaves the truth: at least that much, at most, or on either side. */
export type Mark = '' | '≥' | '≤' | '≈';

/** A figure with the range it lies in: no estimate where nothing was measured, no range where nothing bounds it. */
export interface Span {
  readonly estimate: number | null;
  readonly range: readonly [number, number] | null;
  readonly mark: Mark;
}

export type Basis = 'interval' | 't interval' | 'same plan and blocks' | 'no interval' | 'not measured';

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
  const { values, mark } = differences(found.after, found.before);
  const shift = hodgesLehmann(values, level);
  if (!shift) return notMeasured(found);
  const basis = shift.interval ? 'interval' : 'no interval';
  return { estimate: shift.estimate, range: shift.interval, mark, basis, doubt: found.doubt };
}

/** Milliseconds that one unit of a write takes longer. A few long samples have an interval that assumes more. */
export function costOf(found: Sides | null, level: number): Figure {
  const { total } = found ? armFigures(found.before) : { total: 0 };
  if (!found || !hasTimes(found) || total === 0) return notMeasured(found);
  const { values, mark } = differences(found.before, found.after);
  const shift = hodgesLehmann(values, level);
  if (!shift) return notMeasured(found);
  const few = tInterval(values);
  const span = { estimate: shift.estimate, range: shift.interval ?? few, mark };
  return {
    ...scaled(span, 1 / total),
    basis: shift.interval ? 'interval' : basisOfFew(few),
    doubt: found.doubt,
  };
}

function basisOfFew(interval: Span['range']): Basis {
  return interval ? 't interval' : 'no interval';
}

const SAME_WORK: Figure = {
  estimate: 0,
  range: [0, 0],
  mark: '',
  basis: 'same plan and blocks',
  doubt: null,
};

function notMeasured(found: Sides | null): Figure {
  const doubt = found?.comparison.reason ?? null;
  return { estimate: null, range: null, mark: '', basis: 'not measured', doubt };
}

/** Answers that differ have times, and nothing to compare. */
function hasTimes({ comparison }: Sides): boolean {
  return comparison.ratio !== null && comparison.beforeMs !== null && comparison.afterMs !== null;
}

/**
 * `b` − `a` of each block that both were measured in, in milliseconds: of the medians of the executions, since those
 * are the times that reports print.
 */
function differences(a: Arm, b: Arm): { values: number[]; mark: Mark } {
  const [from, to] = [armFigures(a), armFigures(b)];
  const values = [...from.byBlock].flatMap(([block, ms]) => {
    const other = to.byBlock.get(block);
    return other === undefined ? [] : [other - ms];
  });
  return { values, mark: joined([from.projected ? '≤' : '', to.projected ? '≥' : '']) };
}

/**
 * Plans of one structure, at once and after six executions, that read exactly as many blocks differ by noise alone:
 * unless it is proven that they do not.
 */
function hasSameWork({ comparison, before, after }: Sides): boolean {
  if (comparison.verdict === 'improved' || comparison.verdict === 'regressed') return false;
  if (before.plans.length === 0 || shapes(before.plans) !== shapes(after.plans)) return false;
  if (shapes(before.laterPlans) !== shapes(after.laterPlans)) return false;
  return ['blocks', 'temp-blocks', 'rows'].every((name) => {
    const [a, b] = [before, after].map((arm) => countedOf(arm, metricNamed(name)));
    return a?.isExact === true && b?.isExact === true && a.value === b.value;
  });
}

function shapes(plans: readonly PlanRecord[]): string {
  return plans.map(({ root }) => planShape(root)).join('\n');
}

/** So many times a span; `factor` is above zero. */
export function scaled({ estimate, range, mark }: Span, factor: number): Span {
  return {
    estimate: estimate === null ? null : estimate * factor,
    range: range && [range[0] * factor, range[1] * factor],
    mark,
  };
}

/**
 * Ends added to ends: the sum lies between them wherever each part lies between its own. What was not measured adds
 * nothing and leaves the sum without a range.
 */
export function sum(spans: readonly Span[]): Span {
  const known = spans.flatMap(({ estimate }) => estimate ?? []);
  const add = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const ranges = spans.flatMap(({ range }) => (range ? [range] : []));
  return {
    estimate: known.length === 0 ? null : add(known),
    range:
      ranges.length === spans.length
        ? [add(ranges.map(([low]) => low)), add(ranges.map(([, high]) => high))]
        : null,
    mark: joined(spans.map(({ mark }) => mark)),
  };
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
