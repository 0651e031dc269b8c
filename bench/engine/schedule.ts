import { runLevel } from '../core/comparison.ts';
import type { RunFile } from '../core/run-file.ts';
import { looksOf } from '../core/verdict.ts';
import { Allowance } from './allowance.ts';
import { type Plan, placesOf, type Unit } from './plan.ts';

/** Whether a variant of a run needs no block after a look. */
export type IsDecided = (run: RunFile, scenario: string, variant: string) => boolean;

/** After so many blocks it is known how long one takes: the first one finds caches cold. */
const PRICED = 2;

/**
 * Which units get another block. A unit is looked at after the numbers of blocks fixed in advance, and stops there when
 * all of its comparisons are decided; else it goes on to the next look while its time lasts. Where the time cannot take
 * all of them to their first look, the dearest go without, main variants last, since no verdict comes before it.
 */
export class Schedule {
  readonly #plan: Plan;
  readonly #run: RunFile;
  readonly #isDecided: IsDecided;
  readonly #looks: readonly number[];
  readonly #allowance: Allowance;
  readonly #ended = new Map<Unit, number>();
  readonly #done = new Map<Unit, number>();

  constructor(plan: Plan, run: RunFile, isDecided: IsDecided) {
    this.#plan = plan;
    this.#run = run;
    this.#isDecided = isDecided;
    this.#looks = looksOf(runLevel(run));
    const { scenarioMs, gateMs } = plan.profile;
    this.#allowance = new Allowance({ scenarioMs, runMs: run.gate && gateMs }, plan.units);
  }

  /** To be called before a round's units are asked for. */
  begin(round: number): void {
    const [look] = this.#looks;
    if (look === undefined || round < PRICED || round >= look) return;
    const looked = this.#plan.units.filter((unit) => unit.blocks >= look && !this.#ended.has(unit));
    for (const unit of this.#allowance.tooDear(looked, round, look - round)) this.#ended.set(unit, round);
  }

  wants(unit: Unit, round: number): boolean {
    if (this.#ended.has(unit)) return false;
    const goesOn =
      round < unit.blocks && !this.#isDecidedAt(unit, round) && this.#allowance.covers(unit, round);
    if (!goesOn) this.#ended.set(unit, round);
    return goesOn;
  }

  #isDecidedAt({ scenario, variant }: Unit, blocks: number): boolean {
    return this.#looks.includes(blocks) && this.#isDecided(this.#run, scenario.name, variant.name);
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
      this.#ended.get(unit) ??
      Math.min(unit.blocks, next, this.#doneOf(unit) + this.#allowance.further(unit));
    return this.#plan.units.reduce((sum, unit) => sum + blocks(unit) * placesOf(this.#plan, unit).length, 0);
  }

  shortfalls(): readonly string[] {
    return this.#allowance.shortfalls();
  }
}
