import { type Plan, statesFor } from './plan.ts';
import type { NamedScenario } from './suite-folder.ts';

/** What a run will probably take, for the first line and the check of the disk. */
export interface Estimate {
  readonly seconds: number;
  readonly diskBytes: number;
}

/**
 * Rates of a two-core machine, measured with the default profile on 2026-11-23 (docs/performance.md).
 * They only size the announcement and the check of the disk.
 */
const BYTES_PER_ROW = 800;
const BUILD_SECONDS_PER_ROW = 80e-6;
const FIXED_SECONDS = 5;
const READ_SECONDS_PER_ROW = 0.4e-6;
const WRITE_SECONDS_PER_ROW = 4e-6;
const ARM_SECONDS = 0.2;
const SPARE_BYTES = 1024 ** 3;

/** Estimates time and disk of a run with an empty cache. */
export function estimate(plan: Plan): Estimate {
  const rows = plan.tables.reduce((sum, table) => sum + table.rowCount(plan.fixtures), 0);
  const measuring = plan.scenarios.reduce((sum, scenario) => sum + scenarioSeconds(plan, scenario, rows), 0);
  const seconds = FIXED_SECONDS + rows * BUILD_SECONDS_PER_ROW + measuring;
  return { seconds, diskBytes: diskBytes(plan, plan.chain.length) };
}

/** Disk for so many states of the plan that are not there yet, a work copy, the control, and the WAL in between. */
export function diskBytes(plan: Plan, missingStates: number): number {
  const rows = plan.tables.reduce((sum, table) => sum + table.rowCount(plan.fixtures), 0);
  return SPARE_BYTES + rows * BYTES_PER_ROW * (missingStates + 2);
}

/** First blocks are always done, further ones while the scenario's time lasts. */
function scenarioSeconds(plan: Plan, scenario: NamedScenario, rows: number): number {
  const units = plan.units.filter((unit) => unit.scenario === scenario);
  const perRow = scenario.scenario.writes ? WRITE_SECONDS_PER_ROW : READ_SECONDS_PER_ROW;
  const blockSeconds = statesFor(plan, scenario).length * (ARM_SECONDS + rows * perRow);
  const all = units.reduce((sum, unit) => sum + unit.blocks * blockSeconds, 0);
  const first = units.length * blockSeconds;
  const { scenarioMs } = plan.profile;
  return scenarioMs === null ? all : Math.max(first, Math.min(all, scenarioMs / 1000));
}
