import { randomUUID } from 'node:crypto';
import { BenchError } from '../core/errors.ts';
import { isRefused } from '../postgres/session.ts';
import type { Sessions } from '../postgres/sessions.ts';
import { requireCounters } from './counting.ts';
import type { Emit } from './events.ts';
import { inCopy } from './measure.ts';
import type { Plan, Unit } from './plan.ts';
import { changeState } from './rest.ts';
import { ofSide, type Side } from './side.ts';
import { type BuildRequest, type Built, dropStates, haveStates, type StateDatabase } from './states.ts';
import { fixturesHash, type State, type Suite } from './suite-folder.ts';
import { requireSameRoles } from './whole-server.ts';

export interface SidesSetup {
  readonly sessions: Sessions;
  readonly emit: Emit;
  /** Names the server's build. */
  readonly build: string;
  /** For a trial of the gate the head is built anew, harmed by the fault where there is one, and dropped again. */
  readonly trial?: { readonly fault: string | null };
  /** What of the comparison is worth measuring, once both sides are built; all when left out. */
  readonly select?: (plan: Plan, sides: readonly [StateDatabase, StateDatabase]) => Promise<Plan>;
}

/**
 * Builds the last state of both sides from the same data and hands over the plan that compares them: state `base` and
 * state `head`, each with its own database, operations and scenarios. Scenarios and variants that one side lacks are
 * left out. Errors: BENCH-GATE-DATA where the sides generate other data, BENCH-GATE-ROLES where one changes roles,
 * BENCH-GATE-UNCOUNTED where the server does not count, BENCH-GATE-SIDE where one cannot be built.
 */
export async function withSides<T>(
  setup: SidesSetup,
  plan: Plan,
  [base, head]: readonly [Side, Side],
  work: (plan: Plan, built: Built) => Promise<T>,
): Promise<T> {
  await requireSameData(plan, base, head);
  requireSameRoles(base.suite, head.suite);
  await requireCounters(setup.sessions);
  const was = await build(setup, requestOf(setup, plan, base), base);
  return withHead(setup, plan, head, async (is) => {
    const compare = async (database: string) => {
      const states: [StateDatabase, StateDatabase] = [
        stateOf(base, { ...was.last, database }),
        stateOf(head, is.last),
      ];
      const units = commonUnits(plan, base.suite);
      const own = new Set(units.map(({ scenario }) => scenario));
      const scenarios = plan.scenarios.filter((scenario) => own.has(scenario));
      const compared = { ...plan, units, scenarios, states: states.map(({ state }) => state) };
      const selected = setup.select ? await setup.select(compared, states) : compared;
      return work(selected, { states, load: is.load });
    };
    // Two sides with one database would share more than two databases of a kind do: the base gets a copy.
    return was.last.database === is.last.database
      ? inCopy(setup.sessions, was.last, compare)
      : compare(was.last.database);
  });
}

/** Has the head: from the cache or built now, or for a trial all of it anew. */
async function withHead<T>(
  setup: SidesSetup,
  plan: Plan,
  head: Side,
  work: (head: BuiltSide) => Promise<T>,
): Promise<T> {
  const { sessions, trial, emit } = setup;
  const request = requestOf(setup, plan, head);
  if (!trial) return work(await build(setup, request, head));
  const anew = { ...request, salt: randomUUID() };
  try {
    const is = await build(setup, anew, head);
    if (trial.fault !== null)
      await changeState(sessions, is.last.database, trial.fault, emit).catch((cause: unknown) => {
        if (!isRefused(cause)) throw cause;
        const problem = `bench.config.ts: a fault cannot be planted: ${cause.message}: ${trial.fault}`;
        throw new BenchError('BENCH-SUITE-INVALID', { folder: head.suite.root, problem }, { cause });
      });
    return await work(is);
  } finally {
    await dropStates(sessions, anew).catch(() => undefined);
  }
}

async function requireSameData({ tables, fixtures }: Plan, base: Side, head: Side): Promise<void> {
  const theirs = tables.flatMap(({ name }) => base.suite.tables.filter((table) => table.name === name));
  const hash = (side: Side, of: Plan['tables']) => ofSide(side, () => fixturesHash(of, fixtures));
  if ((await hash(head, tables)) !== (await hash(base, theirs))) throw new BenchError('BENCH-GATE-DATA', {});
}

interface BuiltSide {
  readonly last: StateDatabase;
  readonly load: Built['load'];
}

function requestOf({ build }: SidesSetup, { tables, fixtures }: Plan, { suite }: Side): BuildRequest {
  return { suite, fixtures, tables, chain: suite.states, build };
}

async function build({ sessions, emit }: SidesSetup, request: BuildRequest, side: Side): Promise<BuiltSide> {
  emit({ kind: 'stage', title: `states of ${side.name}`, total: null, unit: '' });
  const { states, load } = await ofSide(side, () => haveStates(sessions, request, emit));
  const last = states.at(-1);
  if (!last) throw new Error('a chain of states has a base');
  return { last, load };
}

function stateOf({ name, title, suite }: Side, { state, database, record }: StateDatabase): StateDatabase {
  const own: State = { ...state, name, title, phase: null, scenarios: suite.scenarios, config: suite.config };
  return { state: own, database, record: { ...record, name, title } };
}

function commonUnits(plan: Plan, base: Suite): Unit[] {
  const theirs = new Set(namesOf(plan, base));
  return plan.units.filter((unit) => theirs.has(nameOf(unit)));
}

/** `scenario/variant` of what only one side has, of the scenarios that were chosen: `wanted`, or all where it is empty. */
export function unpaired(
  plan: Plan,
  base: Suite,
  wanted: readonly string[],
): { readonly base: string[]; readonly head: string[] } {
  const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name.split('/')[0] ?? '');
  const [was, is] = [namesOf(plan, base).filter(isWanted), plan.units.map(nameOf)];
  return {
    base: was.filter((name) => !is.includes(name)),
    head: is.filter((name) => !was.includes(name)),
  };
}

/** What the plan's profile would measure of a suite. */
function namesOf({ fixtures, profile }: Plan, { scenarios }: Suite): string[] {
  return scenarios.flatMap(({ name, scenario }) =>
    scenario
      .variants(fixtures)
      .filter(({ extra }) => profile.extras || extra !== true)
      .map((variant) => `${name}/${variant.name}`),
  );
}

function nameOf({ scenario, variant }: Unit): string {
  return `${scenario.name}/${variant.name}`;
}
