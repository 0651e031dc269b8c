import { formatAmount } from '../core/units.ts';
import type { Unit } from './plan.ts';

/** Times that units may take, in milliseconds; null is without limit. */
export interface Limits {
  /** For each scenario: the scenarios that read share theirs, and so do those that write. */
  readonly scenarioMs: number | null;
  /** Of all units together. */
  readonly runMs: number | null;
}

/**
 * The time that units may take. Known before the run starts and blind to results: whether a further
 * block is done depends on how long the ones before took, never on what they said.
 */
export class Allowance {
  readonly #limitMs: (unit: Unit) => number;
  readonly #runMs: number;
  #totalMs = 0;
  readonly #spentMs = new Map<boolean, number>();
  readonly #lastMs = new Map<Unit, number>();
  readonly #short = new Map<Unit, number>();

  constructor({ scenarioMs, runMs }: Limits, units: readonly Unit[]) {
    this.#runMs = runMs ?? Number.POSITIVE_INFINITY;
    this.#limitMs = (unit) => {
      const alike = units.filter((one) => isWriter(one) === isWriter(unit));
      const scenarios = new Set(alike.map(({ scenario }) => scenario.name));
      return scenarioMs === null ? Number.POSITIVE_INFINITY : scenarioMs * scenarios.size;
    };
  }

  /** True for a unit's first block; for others when the time of its last one would still fit. */
  covers(unit: Unit, number: number): boolean {
    return number === 0 || this.priceMs(unit) <= this.#leftMs(unit);
  }

  /** What a unit's last block took; 0 before there is one. */
  priceMs(unit: Unit): number {
    return this.#lastMs.get(unit) ?? 0;
  }

  /** Notes that a unit ended undecided after so many blocks, because its time was over. */
  endedShort(unit: Unit, number: number): void {
    this.#short.set(unit, number);
  }

  #leftMs(unit: Unit): number {
    const spentMs = this.#spentMs.get(isWriter(unit)) ?? 0;
    return Math.min(this.#limitMs(unit) - spentMs, this.#runMs - this.#totalMs);
  }

  /** Further blocks that fit if each takes as long as the last one; one before there is a last one. */
  further(unit: Unit): number {
    const leftMs = this.#leftMs(unit);
    if (leftMs === Number.POSITIVE_INFINITY) return leftMs;
    const lastMs = this.#lastMs.get(unit);
    return lastMs === undefined ? 1 : Math.max(0, Math.floor(leftMs / lastMs));
  }

  /**
   * Which units have to go without further blocks so that all the others can have `further` more, each as long as its
   * last one: of those that share the time which is too short, the dearest, and no main variant before the others.
   */
  tooDear(units: readonly Unit[], further: number): readonly Unit[] {
    const others = (unit: Unit) => Number(unit.variant.main !== true);
    const kept = units.toSorted((a, b) => others(a) - others(b) || this.priceMs(a) - this.priceMs(b));
    const fits = (unit: Unit) => {
      const alike = kept.filter((one) => isWriter(one) === isWriter(unit));
      return further * alike.reduce((sum, one) => sum + this.priceMs(one), 0) <= this.#leftMs(unit);
    };
    const dear: Unit[] = [];
    for (;;) {
      const last = kept.findLastIndex((unit) => !fits(unit));
      if (last < 0) return dear;
      dear.push(...kept.splice(last, 1));
    }
  }

  /** Does a block of the unit and counts its time. */
  async time(unit: Unit, work: () => Promise<void>): Promise<void> {
    const start = performance.now();
    await work();
    const ms = performance.now() - start;
    this.#totalMs += ms;
    this.#lastMs.set(unit, ms);
    this.#spentMs.set(isWriter(unit), (this.#spentMs.get(isWriter(unit)) ?? 0) + ms);
  }

  /** One sentence for each scenario of which units were still undecided when their time was over. */
  shortfalls(): readonly string[] {
    const names = new Set([...this.#short.keys()].map(({ scenario }) => scenario.name));
    return [...names].map((name) => {
      const short = [...this.#short].filter(([{ scenario }]) => scenario.name === name);
      const blocks = short.map(([, number]) => number);
      const [least, most] = [Math.min(...blocks), Math.max(...blocks)];
      const range = least === most ? formatAmount(most, 'block') : `${least} to ${most} blocks`;
      return `${name}: the time of ${formatAmount(short.length, 'variant')} was used up after ${range} (--profile full has no limit)`;
    });
  }
}

function isWriter({ scenario }: Unit): boolean {
  return scenario.scenario.writes;
}
