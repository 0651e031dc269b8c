import { BenchError, unknownName } from '../core/errors.ts';
import { shuffled, streamKey } from '../core/random.ts';
import { wantsVerdict } from '../core/run-level.ts';
import type { Fixtures, Table, Variant } from '../core/suite.ts';
import { MOST_BLOCKS } from '../core/verdict.ts';
import { PROFILES, type Profile } from './profile.ts';
import type { NamedScenario, State, Suite } from './suite-folder.ts';

/** What a user asked for; names and counts not yet looked up. */
export interface Wishes {
  readonly scenarios: readonly string[];
  readonly states: string | null;
  readonly profile: string;
  readonly contacts: number | null;
  readonly seed: number;
  readonly orderSeed: number | null;
}

/** A scenario's variant: what a block visits in every state. */
export interface Unit {
  readonly scenario: NamedScenario;
  readonly variant: Variant<unknown>;
  /** Most blocks it gets. */
  readonly blocks: number;
}

/** A validated run: everything is known to exist. */
export interface Plan {
  readonly suite: Suite;
  readonly profileName: string;
  readonly profile: Profile;
  readonly fixtures: Fixtures;
  readonly orderSeed: number;
  readonly scenarios: readonly NamedScenario[];
  readonly units: readonly Unit[];
  /** States measured, in order of their phases. */
  readonly states: readonly State[];
  /** States to have, measured or not: each is made from the one before. */
  readonly chain: readonly State[];
  readonly tables: readonly Table[];
  /** Which states are compared; see the run file. */
  readonly design: 'chain' | 'ablation';
}

/** Turns wishes into a plan. Errors: BENCH-UNKNOWN-NAME, BENCH-USAGE, BENCH-SUITE-INVALID. */
export function planRun(suite: Suite, wishes: Wishes): Plan {
  const profile = PROFILES[wishes.profile];
  if (!profile) throw unknownName('profile', wishes.profile, Object.keys(PROFILES));
  const fixtures = { seed: wishes.seed, contacts: wishes.contacts ?? profile.contacts };
  const states = chooseStates(suite, wishes.states);
  const scenarios = chooseScenarios(suite, wishes.scenarios, states);
  const lastState = states.at(-1);
  return {
    suite,
    profileName: wishes.profile,
    profile,
    fixtures,
    orderSeed: wishes.orderSeed ?? Math.floor(Math.random() * 2 ** 31),
    scenarios,
    units: scenarios.flatMap((scenario) => unitsOf(suite, scenario, fixtures, profile)),
    states,
    design: 'chain',
    chain: suite.states.slice(0, lastState ? suite.states.indexOf(lastState) + 1 : 0),
    tables: chooseTables(
      suite,
      scenarios.flatMap(({ scenario }) => scenario.tables),
    ),
  };
}

/** A gate's plan: what the clock judges may go on to the last look, for noise that hides a change. Errors as of `planRun`. */
export function planGate(suite: Suite, wishes: Omit<Wishes, 'states'>): Plan {
  const plan = planRun(suite, { ...wishes, states: null });
  const units = plan.units.map((unit) => (wantsVerdict(unit) ? { ...unit, blocks: MOST_BLOCKS } : unit));
  return { ...plan, units };
}

/** A plan to have states with all that the suite has, whatever is measured in them. Errors as of `planRun`. */
export function planStates(suite: Suite, wishes: Omit<Wishes, 'scenarios' | 'orderSeed'>): Plan {
  return { ...planRun(suite, { ...wishes, scenarios: [], orderSeed: 0 }), tables: suite.tables };
}

/** The scenarios asked for, or all that have something to compare in these states. */
function chooseScenarios(
  suite: Suite,
  wanted: readonly string[],
  states: readonly State[],
): readonly NamedScenario[] {
  const known = suite.scenarios.map((scenario) => scenario.name);
  for (const name of wanted) if (!known.includes(name)) throw unknownName('scenario', name, known);
  if (wanted.length > 0) return suite.scenarios.filter(({ name }) => wanted.includes(name));
  return suite.scenarios.filter((one) => statesFor({ states }, one).length >= Math.min(2, states.length));
}

/** `A..B`, `A..`, `..B` or one name, which is compared with the state before it. */
function chooseStates(suite: Suite, wish: string | null): readonly State[] {
  if (wish === null) return suite.states;
  const known = suite.states.map((state) => state.name);
  const indexOf = (name: string) => {
    const index = known.indexOf(name);
    if (index < 0) throw unknownName('state', name, known);
    return index;
  };
  const ends = wish.split('..');
  if (wish === '' || ends.length > 2) {
    const problem = `--state wants a name, A..B, A.. or ..B, got "${wish}"`;
    throw new BenchError('BENCH-USAGE', { problem, command: 'bench run' });
  }
  const [from, to] = ends.length === 2 ? ends : [undefined, wish];
  const last = to ? indexOf(to) : known.length - 1;
  const single = !wish.includes('..');
  const first = from ? indexOf(from) : single ? Math.max(0, last - 1) : 0;
  if (first > last) {
    throw new BenchError('BENCH-USAGE', { problem: `--state ${wish} runs backwards`, command: 'bench run' });
  }
  return suite.states.slice(first, last + 1);
}

/** The tables of these names and those they refer to, in the suite's order. Errors: BENCH-UNKNOWN-NAME. */
export function chooseTables(suite: Suite, wanted: readonly string[]): readonly Table[] {
  const known = suite.tables.map((table) => table.name);
  const chosen = new Set<string>();
  const add = (name: string): void => {
    if (!known.includes(name)) throw unknownName('table', name, known);
    if (chosen.has(name)) return;
    chosen.add(name);
    for (const parent of suite.tables.find((table) => table.name === name)?.references ?? []) add(parent);
  };
  for (const name of wanted) add(name);
  return suite.tables.filter((table) => chosen.has(table.name));
}

function unitsOf(
  { config }: Suite,
  scenario: NamedScenario,
  fixtures: Fixtures,
  profile: Profile,
): readonly Unit[] {
  const { reads = [], writes = [] } = config.mix ?? {};
  const weighed = new Set([...reads, ...writes].map((one) => `${one.scenario}/${one.variant}`));
  const blocks = scenario.scenario.writes ? profile.writeBlocks : profile.readBlocks;
  const isMain = ({ name, main }: Variant<unknown>) =>
    main === true || weighed.has(`${scenario.name}/${name}`);
  const variants = scenario.scenario.variants(fixtures).filter(({ extra }) => profile.extras || !extra);
  // Where none is the main one, all are.
  const main = variants.some(isMain) ? variants.filter(isMain) : variants;
  return variants.map((variant) => ({
    scenario,
    variant,
    blocks: main.includes(variant) ? blocks.main : blocks.other,
  }));
}

/** Variants that the profile leaves out, in words; empty when it measures all. */
export function leftOut(plan: Plan): readonly string[] {
  const names = plan.scenarios.flatMap(({ name, scenario }) =>
    scenario
      .variants(plan.fixtures)
      .filter((variant) => variant.extra && !plan.profile.extras)
      .map((variant) => `${name} ${variant.name}`),
  );
  if (names.length === 0) return [];
  return [`left out by profile ${plan.profileName}: ${names.join(', ')} (--profile full measures them)`];
}

/** The states that a scenario is measured in: not those of phases that cannot touch it. */
export function statesFor({ states }: Pick<Plan, 'states'>, { name }: NamedScenario): readonly State[] {
  return states.filter(({ phase }) => phase?.measuredBy?.includes(name) ?? true);
}

/** What a block visits: a state, or the second copy of it, which tells how much the machine alone moves. */
export interface Place {
  readonly state: State;
  readonly control: boolean;
}

/** Every state once and, for a unit that may get more than one block, the last one's second copy. */
export function placesOf(plan: Pick<Plan, 'states'>, unit: Unit): readonly Place[] {
  const states = statesFor(plan, unit.scenario);
  const places = states.map((state) => ({ state, control: false }));
  const last = states.at(-1);
  const isCompared = states.length > 1 && unit.blocks > 1;
  return isCompared && last ? [...places, { state: last, control: true }] : places;
}

/** A unit, and where to measure it in random order. */
export interface Block {
  readonly unit: Unit;
  /** Counted from 0, per unit. */
  readonly number: number;
  readonly order: readonly Place[];
}

/**
 * Round `round` over units that want a block. A round goes over them in random order, so that each unit's
 * blocks are spread over the whole run; inside a block the places come in random order.
 */
export function roundOf(
  plan: Plan,
  round: number,
  wants: (unit: Unit) => boolean,
  places: (unit: Unit) => readonly Place[] = (unit) => placesOf(plan, unit),
): readonly Block[] {
  const key = (part: string) => streamKey(plan.orderSeed, 'order', part, String(round));
  return permuted(key('units'), plan.units)
    .filter(wants)
    .map((unit) => {
      const arms = key(`${unit.scenario.name}/${unit.variant.name}`);
      return { unit, number: round, order: permuted(arms, places(unit)) };
    });
}

function permuted<T>(key: number, items: readonly T[]): readonly T[] {
  return shuffled(key, items.length).flatMap((index) => items.slice(index, index + 1));
}
