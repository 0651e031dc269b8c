import type { ScenarioView } from './view-scenarios.ts';

/** Which times are not the server's, a sentence for each: `lead-list page 1, views: client-bound, the client …`. */
export function clientTexts(scenarios: readonly ScenarioView[]): string[] {
  return scenarios.flatMap(({ name, variants }) =>
    variants.flatMap(({ label, cells }) =>
      cells.flatMap(({ state, client }) =>
        client === null || client.bound === 'server-bound'
          ? []
          : [`${name} ${label}, ${state}: ${client.bound}, ${client.reason}`],
      ),
    ),
  );
}
