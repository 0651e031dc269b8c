import { joined, type Mark, type Span, turned } from './ledger-spans.ts';
import { formatCount } from './units.ts';

/**
 * Reads for each unit written at which gain and cost are even: the change pays from so many on, or, where it makes
 * writes quicker and reads slower, below so many only.
 */
export type BreakEven = { readonly pays: 'from' | 'below'; readonly reads: number } | 'never';

/** Where a change begins to pay; the range from the best case to the worst. Null where something is not measured. */
export interface BreakEvens {
  readonly breakEven: BreakEven | null;
  readonly breakEvenRange: readonly [BreakEven, BreakEven] | null;
  /** Where projections leave it. */
  readonly breakEvenMark: Mark;
  /** Whether reads gain exactly nothing, and no interval shows that writes lose or gain: no number of reads decides then. */
  readonly isMoot: boolean;
}

/** With the mix's proportions; `reads` come with each unit of the mix. */
export function breakEvens(gain: Span, cost: Span, reads: number): BreakEvens {
  const even = (lost: number, gained: number) => evenAt(lost, gained, reads);
  return {
    breakEven: gain.estimate === null || cost.estimate === null ? null : even(cost.estimate, gain.estimate),
    breakEvenRange: gain.range &&
      cost.range && [even(cost.range[0], gain.range[1]), even(cost.range[1], gain.range[0])],
    breakEvenMark: joined([cost.mark, turned(gain.mark)]),
    isMoot: isZero(gain) && (cost.range === null || (cost.range[0] < 0 && cost.range[1] > 0)),
  };
}

function isZero({ range }: Span): boolean {
  return range?.every((end) => end === 0) ?? false;
}

function evenAt(lost: number, gained: number, reads: number): BreakEven {
  if (gained > 0) return { pays: 'from', reads: (Math.max(0, lost) / gained) * reads };
  if (lost >= 0) return 'never';
  return gained === 0 ? { pays: 'from', reads: 0 } : { pays: 'below', reads: (lost / gained) * reads };
}

/** `4.2 (3.1 to 5)`, `never`, `pays below 3.2`, `none`. */
export function breakEvenText({ breakEven, breakEvenRange, breakEvenMark, isMoot }: BreakEvens): string {
  if (breakEven === null) return 'not measured';
  if (isMoot) return 'none';
  const ends = [...new Set(breakEvenRange?.map((even) => text(even)))];
  const estimate = text(breakEven, breakEvenMark);
  if (ends.length === 0 || (ends.length === 1 && ends[0] === text(breakEven))) return estimate;
  return `${estimate} (${breakEvenRange?.map((even) => text(even)).join(' to ')})`;
}

function text(even: BreakEven, mark: Mark = ''): string {
  if (even === 'never') return even;
  // The quotient is more than it seems where the cost is, or where the gain is less; of two losses nothing is known.
  const sign = even.pays === 'from' ? markOf(even.reads, mark) : mark && '≈';
  const reads = `${sign === '' ? '' : `${sign} `}${figure(even.reads)}`;
  return even.pays === 'from' ? reads : `pays below ${reads}`;
}

/** At most none is none. */
function markOf(reads: number, mark: Mark): Mark {
  return reads === 0 && mark === '≤' ? '' : mark;
}

function figure(reads: number): string {
  return reads >= 100 ? formatCount(reads) : Number(reads.toPrecision(2)).toString();
}
