import type { Arm, RunFile } from './run-file.ts';
import { median, quantile } from './statistics.ts';

/** An arm reduced to figures. Every time is in milliseconds. */
export interface ArmFigures {
  /** A block's value: the median of its executions, projected to the whole where the budget ended it. */
  readonly byBlock: ReadonlyMap<number, number>;
  /**
   * A block's value where arms are compared: the lowest decile of its executions. What else runs on a machine only
   * ever adds to a time, so the quick executions are the least disturbed.
   */
  readonly undisturbed: ReadonlyMap<number, number>;
  /** Median of the block values; null when no block has one. */
  readonly ms: number | null;
  readonly blocks: number;
  /** Timed executions over all blocks. */
  readonly executions: number;
  /** True when at least one sample ended before all its work was done. */
  readonly projected: boolean;
  /** Units done by the sample that `ms` is the time of, and asked for; of two in the middle, the fewer. */
  readonly done: number;
  readonly total: number;
  /** Units per second at `ms`; null when there is no time. */
  readonly perSecond: number | null;
}

/**
 * Reduces an arm. A sample that did `done` of `total` units counts as its time × total ÷ done; one
 * that did nothing has no value.
 */
export function armFigures(arm: Arm): ArmFigures {
  const byBlock = blockValues(arm, 0.5);
  const ms = byBlock.size === 0 || arm.error !== null ? null : median([...byBlock.values()]);
  const middle = middleSample(arm, byBlock);
  return {
    byBlock,
    undisturbed: blockValues(arm, 0.1),
    ms,
    blocks: byBlock.size,
    executions: arm.samples.reduce((sum, sample) => sum + sample.executionsMs.length, 0),
    projected: arm.samples.some((sample) => sample.done < sample.total),
    ...middle,
    perSecond: ms === null || ms === 0 ? null : (middle.total * 1000) / ms,
  };
}

/** Median of the block values where arms are compared; 0 when no block has one. */
export function undisturbedMs({ undisturbed }: Pick<ArmFigures, 'undisturbed'>): number {
  return undisturbed.size === 0 ? 0 : median([...undisturbed.values()]);
}

/** The sample at the median of the block values; the shorter one of two. Without values, of all samples the shortest. */
function middleSample(
  { samples }: Arm,
  byBlock: ReadonlyMap<number, number>,
): { done: number; total: number } {
  const valued = samples
    .filter(({ block }) => byBlock.has(block))
    .sort((a, b) => (byBlock.get(a.block) ?? 0) - (byBlock.get(b.block) ?? 0));
  const last = valued.length - 1;
  const middle = valued.slice(Math.floor(last / 2), Math.ceil(last / 2) + 1);
  const [first, ...others] = valued.length === 0 ? samples : middle;
  const { done, total } = others.reduce(
    (least, one) => (one.done < least.done ? one : least),
    first ?? NOTHING,
  );
  return { done, total };
}

const NOTHING = { done: 0, total: 0 };

/** A quantile of each block's executions, in milliseconds. */
function blockValues({ samples }: Arm, q: number): ReadonlyMap<number, number> {
  const values = new Map<number, number>();
  for (const { block, executionsMs, done, total } of samples) {
    const scale = total === 0 ? 1 : total / done;
    if (Number.isFinite(scale)) values.set(block, quantile(executionsMs, q) * scale);
  }
  return values;
}

/** The states that a scenario is measured in, in the run's order: a phase that cannot touch it leaves it out. */
export function statesOf(
  { states, scenarios }: Pick<RunFile, 'states' | 'scenarios'>,
  scenario: string,
): string[] {
  const measured = scenarios.find(({ name }) => name === scenario)?.states ?? null;
  return states.map(({ name }) => name).filter((name) => measured === null || measured.includes(name));
}

/** Arms that answer the same question in the same way, and so may be compared: one per state. */
export interface ArmGroup {
  readonly scenario: string;
  readonly variant: string;
  readonly role: string;
  readonly cache: Arm['cache'];
  /** In the order of the run's states; states without this arm are absent. */
  readonly arms: readonly Arm[];
  /** The same on the second copy of one state; null when the run has none. */
  readonly control: Arm | null;
}

/** Groups a run's arms by scenario, variant, role and cache, in the run's own order of scenarios and variants. */
export function armGroups(run: RunFile): ArmGroup[] {
  const groups = new Map<string, Arm[]>();
  for (const arm of run.arms) {
    const key = JSON.stringify([arm.scenario, arm.variant, arm.role, arm.cache]);
    groups.set(key, [...(groups.get(key) ?? []), arm]);
  }
  const states = run.states.map((state) => state.name);
  return [...groups.values()]
    .map((arms) => [...arms].sort((a, b) => states.indexOf(a.state) - states.indexOf(b.state)))
    .flatMap((all) => {
      const arms = all.filter(({ control }) => !control);
      return arms[0]
        ? [{ ...named(arms[0]), arms, control: all.find(({ control }) => control) ?? null }]
        : [];
    })
    .sort((a, b) => place(run, a) - place(run, b));
}

function named({ scenario, variant, role, cache }: Arm): Omit<ArmGroup, 'arms' | 'control'> {
  return { scenario, variant, role, cache };
}

function place(run: RunFile, group: ArmGroup): number {
  const scenario = run.scenarios.findIndex(({ name }) => name === group.scenario);
  const variants = run.scenarios[scenario]?.variants ?? [];
  return scenario * 1000 + variants.findIndex(({ name }) => name === group.variant);
}
