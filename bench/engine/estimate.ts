import type { Plan } from './plan.ts';

/** What a run will probably take, for the first line and the check of the disk. */
export interface Estimate {
  readonly seconds: number;
  readonly diskBytes: number;
}

/**
 * Rates of a two-core machine, measured with the default profile on 2026-11-23 (see
 * docs/performance.md). They only size the announcement and the disk check.
 */
const BYTES_PER_ROW = 1_000;
const BUILD_SECONDS_PER_ROW = 22e-6;
const COPY_SECONDS_PER_ROW = 2.5e-6;
const FIXED_SECONDS = 5;
const READ_ARM_SECONDS = 0.15;
const READ_SECONDS_PER_ROW = 0.15e-6;
const WRITE_ARM_SECONDS = 0.5;
const WRITE_SECONDS_PER_ROW = 2e-6;
const SPARE_BYTES = 1024 ** 3;

/** Estimates time and disk of a run with an empty cache. */
export function estimate(plan: Plan): Estimate {
  const rows = plan.tables.reduce((sum, table) => sum + table.rowCount(plan.fixtures), 0);
  const build = FIXED_SECONDS + rows * (BUILD_SECONDS_PER_ROW + COPY_SECONDS_PER_ROW * plan.chain.length);
  const measure = plan.units.reduce((sum, unit) => {
    const arm = unit.scenario.scenario.writes
      ? WRITE_ARM_SECONDS + rows * (COPY_SECONDS_PER_ROW + WRITE_SECONDS_PER_ROW)
      : READ_ARM_SECONDS + rows * READ_SECONDS_PER_ROW;
    return sum + unit.blocks * plan.states.length * arm;
  }, 0);
  // Each state, one work copy, and the WAL in between.
  const diskBytes = SPARE_BYTES + rows * BYTES_PER_ROW * (plan.chain.length + 1);
  return { seconds: build + measure, diskBytes };
}
