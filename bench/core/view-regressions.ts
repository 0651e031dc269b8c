import type { RunFile } from './run-file.ts';
import { objectOf } from './view-omissions.ts';
import type { ChangeView, ScenarioView } from './view-scenarios.ts';

/** What `regressions` are of. */
export function regressionTitle(design: RunFile['design']): string {
  return design === 'chain' ? 'Slower than in the state before' : 'Slower with the object than without it';
}

/**
 * What became slower from one state to the next, however much faster it is in the end, or in an ablation what is slower
 * with an object than without it: a sentence for each, with the interval, the control and what differs between the
 * plans. Of two states of a chain the pair itself says so.
 */
export function regressions(design: RunFile['design'], scenarios: readonly ScenarioView[]): string[] {
  return scenarios.flatMap(({ variants }) =>
    variants
      .flatMap(({ steps }) => (steps.length > 1 || design === 'ablation' ? steps : []))
      .filter(({ comparison }) => comparison.verdict === 'regressed')
      .map((change) => sentence(design, change)),
  );
}

function sentence(design: RunFile['design'], change: ChangeView): string {
  const { scenario, variant, before, after } = change.comparison;
  const where = design === 'chain' ? `${before} → ${after}` : `with ${objectOf(before)}`;
  const parts = [
    `${change.text}, ${change.ratioText ?? ''} ${change.intervalText ?? ''}`.trim(),
    ...(change.controlText === null ? [] : [`control ${change.controlText}`]),
    `plan: ${change.planText ?? 'not seen'}`,
  ];
  return `${scenario} ${variant}, ${where}: ${parts.join('; ')}`;
}
