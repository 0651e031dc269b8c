import type { View } from './view.ts';

/**
 * The document `bench run --json` prints. Scripts rely on these keys; more may be added, none renamed.
 * `path` is where the run file lies, null when it is not known.
 */
export function runJson(view: View, path: string | null) {
  return {
    ...{ schemaVersion: view.source.schemaVersion, run: view.run, path, status: view.status },
    server: view.source.server,
    fixtures: view.source.fixtures,
    states: view.states.map(({ name, phases, buildMs, bytes, walBytes, cached }) => ({
      ...{ name, phases, buildMs, bytes, walBytes, cached },
    })),
    comparisons: view.comparisons,
    claims: view.claims,
    objectives: view.objectives,
    ledger: view.ledger,
    headline: view.headline,
    warnings: view.warnings,
  };
}
