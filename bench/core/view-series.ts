import type { View } from './view.ts';
import type { CellView } from './view-cells.ts';
import type { VariantView } from './view-scenarios.ts';

/** What a tool that watches figures over time gets of a variant: its time in the last state it is measured in. */
export interface SeriesView {
  /** `lead-list/page=1`. A projection has a name of its own, so that nothing compares it with a measurement. */
  readonly name: string;
  /** Milliseconds. */
  readonly ms: number;
  readonly cell: CellView;
  readonly variant: VariantView;
}

/**
 * Variants without a time in that state are left out; so are those whose answers differ: no ratio may be made of them. A
 * gate that its first block decided has no times that stand for anything.
 */
export function seriesViews({
  scenarios,
  decidedEarly,
}: Pick<View, 'scenarios' | 'decidedEarly'>): SeriesView[] {
  if (decidedEarly) return [];
  return scenarios.flatMap(({ name, variants }) =>
    variants.flatMap((variant) => {
      const cell = variant.last;
      if (!cell || cell.ms === null || answersDiffer(variant)) return [];
      return [{ name: seriesName(name, variant, cell), ms: cell.ms, cell, variant }];
    }),
  );
}

function seriesName(scenario: string, { label }: VariantView, { projected }: CellView): string {
  return `${scenario}/${label}${projected ? ' (projected)' : ''}`;
}

/** True where two states of the variant answered differently, so that no times of it may be compared. */
export function answersDiffer({ pairs }: VariantView): boolean {
  return pairs.some(
    ({ outcome, change }) => outcome === 'answers differ' || change?.comparison.answersEqual === false,
  );
}
