import type { ChangeView, ScenarioView } from './view-scenarios.ts';

/**
 * What became slower from one state to the next, however much faster it is in the end: a sentence for each, with the
 * interval, the control and what differs between the plans. Of two states the pair itself says so.
 */
export function regressions(scenarios: readonly ScenarioView[]): string[] {
  return scenarios.flatMap(({ variants }) =>
    variants
      .flatMap(({ steps }) => (steps.length > 1 ? steps : []))
      .filter(({ comparison }) => comparison.verdict === 'regressed')
      .map(sentence),
  );
}

function sentence({ comparison, text, ratioText, intervalText, controlText, planText }: ChangeView): string {
  const { scenario, variant, before, after } = comparison;
  const parts = [
    `${text}, ${ratioText ?? ''} ${intervalText ?? ''}`.trim(),
    ...(controlText === null ? [] : [`control ${controlText}`]),
    `plan: ${planText ?? 'not seen'}`,
  ];
  return `${scenario} ${variant}, ${before} → ${after}: ${parts.join('; ')}`;
}
