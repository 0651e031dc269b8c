import type { Block, Unit } from './plan.ts';

/**
 * The time that each scenario may take. Known before the run starts and blind to results:
 * whether a further block is done depends on how long the ones before took, never on what they said.
 */
export class Allowance {
  readonly #scenarioMs: number | null;
  readonly #spentMs = new Map<string, number>();
  readonly #lastMs = new Map<Unit, number>();
  readonly #left = new Map<Unit, number>();

  /** `scenarioMs` for each scenario; null is without limit. */
  constructor(scenarioMs: number | null) {
    this.#scenarioMs = scenarioMs;
  }

  /** True for first blocks; for others when the time of the unit's last one would still fit. */
  covers(block: Block): boolean {
    const { unit, number } = block;
    if (this.#scenarioMs === null || number === 0) return true;
    const spentMs = this.#spentMs.get(unit.scenario.name) ?? 0;
    const fits = !this.#left.has(unit) && spentMs + (this.#lastMs.get(unit) ?? 0) <= this.#scenarioMs;
    if (!fits && !this.#left.has(unit)) this.#left.set(unit, number);
    return fits;
  }

  /** Does the block and counts its time. */
  async time(block: Block, work: () => Promise<void>): Promise<void> {
    const { unit } = block;
    const start = performance.now();
    await work();
    const ms = performance.now() - start;
    this.#lastMs.set(unit, ms);
    this.#spentMs.set(unit.scenario.name, (this.#spentMs.get(unit.scenario.name) ?? 0) + ms);
  }

  /** One sentence for each unit that got fewer blocks than planned. */
  shortfalls(): readonly string[] {
    return [...this.#left].map(
      ([{ scenario, variant, blocks }, done]) =>
        `${scenario.name} ${variant.name} has ${done} of ${blocks} blocks: the scenario's time was used up (--profile full has no limit)`,
    );
  }
}
