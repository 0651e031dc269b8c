import { compareVariant, runLevel } from '../core/comparison.ts';
import type { RunFile, VariantRecord } from '../core/run-file.ts';
import { type GoesOn, isDecided } from '../core/stopping.ts';
import { looksOf } from '../core/verdict.ts';
import { Allowance } from './allowance.ts';
import { type Plan, placesOf, type Unit } from './plan.ts';

/** After so many blocks it is known how long one takes: the first one finds caches cold. */
const PRICED = 2;

/**
 * Which units get another block: `goesOn` says so at the looks and when a unit's time is over. Where the time cannot take
 * all of them to their first look, the dearest go without, main variants last, since no verdict comes before it.
 */
export class Schedule {
  readonly #plan: Plan;
  readonly #run: RunFile;
  readonly #goesOn: GoesOn;
  readonly #looks: readonly number[];
  readonly #allowance: Allowance;
  readonly #ended = new Map<Unit, number>();
  readonly #done = new Map<Unit, number>();

  constructor(plan: Plan, run: RunFile, goesOn: GoesOn) {
    this.#plan = plan;
    this.#run = run;
    this.#goesOn = goesOn;
    this.#looks = looksOf(runLevel(run));
    const { scenarioMs, gateMs } = plan.profile;
    this.#allowance = new Allowance({ scenarioMs, runMs: run.gate && gateMs }, plan.units);
  }

  /** To be called before a round's units are asked for. */
  begin(round: number): void {
    const [look] = this.#looks;
    if (look === undefined || round < PRICED || round >= look) return;
    const looked = this.#plan.units.filter((unit) => unit.blocks >= look && !this.#ended.has(unit));
    for (const unit of this.#allowance.tooDear(looked, look - round)) {
      this.#recordOf(unit).timeOver ??= round;
      this.#allowance.endedShort(unit, round);
      this.#ended.set(unit, round);
    }
  }

  wants(unit: Unit, round: number): boolean {
    if (this.#ended.has(unit)) return false;
    const { scenario, variant } = unit;
    const record = this.#recordOf(unit);
    if (record.timeOver === undefined && round < unit.blocks && !this.#allowance.covers(unit, round))
      record.timeOver = round;
    const isWanted = round < unit.blocks && this.#goesOn(this.#run, scenario.name, variant.name, round);
    if (!isWanted) {
      this.#ended.set(unit, round);
      if (record.timeOver === round && !this.#isDecided(unit)) this.#allowance.endedShort(unit, round);
    }
    return isWanted;
  }

  #isDecided({ scenario, variant }: Unit): boolean {
    const comparisons = compareVariant(this.#run, scenario.name, variant.name);
    return comparisons.length > 0 && comparisons.every((one) => isDecided(this.#run, one));
  }

  #recordOf({ scenario, variant }: Unit): VariantRecord {
    const { variants } = this.#run.scenarios.find(({ name }) => name === scenario.name) ?? { variants: [] };
    const record = variants.find(({ name }) => name === variant.name);
    if (!record) throw new Error(`the run has no ${scenario.name} ${variant.name}`);
    return record;
  }

  async time(unit: Unit, work: () => Promise<void>): Promise<void> {
    await this.#allowance.time(unit, work);
    this.#done.set(unit, this.#doneOf(unit) + 1);
  }

  #doneOf(unit: Unit): number {
    return this.#done.get(unit) ?? 0;
  }

  /** Arms of the run if every unit that goes on were decided at its next look, or ends with its time. */
  arms(round: number): number {
    const next = this.#looks.find((look) => look > round) ?? Number.POSITIVE_INFINITY;
    const blocks = (unit: Unit) =>
      this.#ended.get(unit) ?? Math.min(unit.blocks, next, this.#doneOf(unit) + this.#further(unit));
    return this.#plan.units.reduce((sum, unit) => sum + blocks(unit) * placesOf(this.#plan, unit).length, 0);
  }

  #further(unit: Unit): number {
    const isOver = this.#recordOf(unit).timeOver !== undefined;
    return isOver ? Number.POSITIVE_INFINITY : this.#allowance.further(unit);
  }

  shortfalls(): readonly string[] {
    return this.#allowance.shortfalls();
  }
}
