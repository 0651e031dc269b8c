import { compareVariant } from '../core/comparison.ts';
import type { RunFile, VariantRecord } from '../core/run-file.ts';
import { runLevel } from '../core/run-level.ts';
import { type GoesOn, goesOn, isDecided, isLarge } from '../core/stopping.ts';
import { looksOf } from '../core/verdict.ts';
import { Allowance } from './allowance.ts';
import { type Place, type Plan, placesOf, type Unit } from './plan.ts';
import { timedPlaces } from './same-work.ts';

/** After so many blocks it is known how long one takes: the first one finds caches cold, and so does one after a restart. */
const PRICED = 3;
/** A large change may take so many times a gate's own time. */
export const PATIENCE = 3;

/**
 * Which units get another block: `goesOn` says so at the looks and when a unit's time is over. Where the time cannot take
 * all of them to their first look, the dearest go without, main variants last, since no verdict comes before it; but of
 * a gate not those that a change made dear, which have a time of their own.
 */
export class Schedule {
  readonly #plan: Plan;
  readonly #run: RunFile;
  readonly #goesFurther: GoesOn;
  readonly #allowance: Allowance;
  readonly #ended = new Map<Unit, number>();
  readonly #done = new Map<Unit, number>();
  /** Units that `goesOn` alone would have ended, and large changes: what they take is no time of the run's own. */
  readonly #beyond = new Set<Unit>();

  /** `further` may give blocks beyond the run's own, once `goesOn` wants none. */
  constructor(plan: Plan, run: RunFile, further: GoesOn) {
    this.#plan = plan;
    this.#run = run;
    this.#goesFurther = further;
    const { scenarioMs, gateMs } = plan.profile;
    this.#allowance = new Allowance({ scenarioMs, runMs: run.gate && gateMs }, plan.units);
  }

  /** An ablation knows after its first block how many comparisons it judges. */
  #looks(): readonly number[] {
    return looksOf(runLevel(this.#run));
  }

  /** To be called before a round's units are asked for. */
  begin(round: number): void {
    const [look] = this.#looks();
    if (look === undefined || round < PRICED || round >= look) return;
    const looked = this.#plan.units.filter((unit) => unit.blocks >= look && !this.#ended.has(unit));
    for (const unit of looked) if (this.#isWorthIt(unit, look - round)) this.#beyond.add(unit);
    const own = looked.filter((unit) => !this.#beyond.has(unit));
    for (const unit of this.#allowance.tooDear(own, look - round)) {
      this.#recordOf(unit).timeOver ??= round;
      this.#allowance.endedShort(unit, round);
      this.#ended.set(unit, round);
    }
  }

  /** Of a gate: a large change is there, and so many more blocks of it take no age. */
  #isWorthIt(unit: Unit, further: number): boolean {
    const { gateMs } = this.#plan.profile;
    if (this.#run.gate === null || gateMs === null) return false;
    return this.#allowance.priceMs(unit) * further <= PATIENCE * gateMs && this.#compared(unit).some(isLarge);
  }

  /** Where a further block of the unit is measured. */
  places(unit: Unit): readonly Place[] {
    return timedPlaces(this.#plan, this.#run, unit);
  }

  wants(unit: Unit, round: number): boolean {
    if (this.#ended.has(unit)) return false;
    const hasMore = round < unit.blocks && this.places(unit).length > 0;
    const isWanted = hasMore && (this.#wantsOwn(unit, round) || this.#asks(this.#goesFurther, unit, round));
    if (!isWanted) this.#end(unit, round);
    return isWanted;
  }

  #wantsOwn(unit: Unit, round: number): boolean {
    if (this.#beyond.has(unit)) return false;
    const record = this.#recordOf(unit);
    if (record.timeOver === undefined && !this.#allowance.covers(unit, round)) record.timeOver = round;
    const isWanted = this.#asks(goesOn, unit, round);
    if (!isWanted) this.#beyond.add(unit);
    return isWanted;
  }

  #asks(goes: GoesOn, { scenario, variant }: Unit, round: number): boolean {
    return goes(this.#run, scenario.name, variant.name, round);
  }

  #end(unit: Unit, round: number): void {
    this.#ended.set(unit, round);
    if (this.#recordOf(unit).timeOver === round && !this.#isDecided(unit))
      this.#allowance.endedShort(unit, round);
  }

  #compared({ scenario, variant }: Unit) {
    return compareVariant(this.#run, scenario.name, variant.name);
  }

  #isDecided(unit: Unit): boolean {
    const comparisons = this.#compared(unit).filter(({ judged }) => judged);
    return comparisons.length > 0 && comparisons.every((one) => isDecided(this.#run, one));
  }

  #recordOf({ scenario, variant }: Unit): VariantRecord {
    const { variants } = this.#run.scenarios.find(({ name }) => name === scenario.name) ?? { variants: [] };
    const record = variants.find(({ name }) => name === variant.name);
    if (!record) throw new Error(`the run has no ${scenario.name} ${variant.name}`);
    return record;
  }

  /** Does a block of the unit; beyond the run's own it costs no time. */
  async time(unit: Unit, work: () => Promise<void>): Promise<void> {
    if (this.#beyond.has(unit)) await work();
    else await this.#allowance.time(unit, work);
    this.#done.set(unit, this.#doneOf(unit) + 1);
  }

  #doneOf(unit: Unit): number {
    return this.#done.get(unit) ?? 0;
  }

  /** Arms of the run if every unit that goes on were decided at its next look, or ends with its time. */
  arms(round: number): number {
    const next = this.#looks().find((look) => look > round) ?? Number.POSITIVE_INFINITY;
    const blocks = (unit: Unit) =>
      this.#ended.get(unit) ?? Math.min(unit.blocks, next, this.#doneOf(unit) + this.#further(unit));
    const first = (unit: Unit) => placesOf(this.#plan, unit).length;
    const further = (unit: Unit) => (blocks(unit) - 1) * this.places(unit).length;
    return this.#plan.units.reduce((sum, unit) => sum + first(unit) + further(unit), 0);
  }

  #further(unit: Unit): number {
    const isOver = this.#recordOf(unit).timeOver !== undefined;
    return isOver ? Number.POSITIVE_INFINITY : this.#allowance.further(unit);
  }

  shortfalls(): readonly string[] {
    return this.#allowance.shortfalls();
  }
}
