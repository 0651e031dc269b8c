import type { ScenarioView } from './view-scenarios.ts';

/**
 * Which times are not the server's, a sentence for each: `lead-list page 1, views: client-bound, the client …`.
 * Nothing is said of times that nothing rests on: of a state that does the same work as another.
 */
export function clientTexts(scenarios: readonly ScenarioView[]): string[] {
  return scenarios.flatMap(({ name, variants }) =>
    variants.flatMap(({ label, cells, pairs }) => {
      const same = pairs.filter(({ outcome }) => outcome === 'same work').map(({ before }) => before.state);
      return cells.flatMap(({ state, client }) =>
        client === null || client.bound === 'server-bound' || same.includes(state)
          ? []
          : [`${name} ${label}, ${state}: ${client.bound}, ${client.reason}`],
      );
    }),
  );
}
