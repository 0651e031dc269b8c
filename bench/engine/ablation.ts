import { BenchError } from '../core/errors.ts';
import type { DdlStep, StateRecord } from '../core/state-record.ts';
import { createDatabase, databaseBytes, dropDatabase } from '../postgres/databases.ts';
import { relationSizes } from '../postgres/facts.ts';
import { type LooseObject, looseIndexes, materializedViews, partitionedTables } from '../postgres/objects.ts';
import type { Session } from '../postgres/session.ts';
import type { Sessions } from '../postgres/sessions.ts';
import { runStatement } from '../postgres/sql-file.ts';
import type { Emit } from './events.ts';
import { requireDisk } from './machine.ts';
import { chooseTables, type Plan, type Unit } from './plan.ts';
import type { Built, StateDatabase } from './states.ts';
import type { Operations, State, Suite } from './suite-folder.ts';

/** Blocks of a write: enough for a 95 % interval of its cost. Whether that is large is for the gain to say. */
const WRITE_BLOCKS = 6;
/** Time for a scenario, as a multiple of the profile's: there are many states. */
const PATIENCE = 6;

/** What one state of an ablation lacks. */
interface Omission {
  readonly name: string;
  /** Null where only the application does without it. */
  readonly object: LooseObject | null;
  readonly operations: Operations;
}

export interface AblationSetup {
  readonly sessions: Sessions;
  /** Where the server keeps its data. */
  readonly dataFolder: string;
  readonly emit: Emit;
}

/** Kinds of things that an ablation of the suite can leave out, one at a time. */
export function ablationKinds({ states }: Suite): readonly string[] {
  const phases = states.filter(({ phase }) => phase?.up.header['leave-out']?.text === 'operations');
  return [...new Set(['indexes', 'views', 'partitions', ...phases.map(({ name }) => name)])];
}

/** The plan of an ablation: the suite's mix, in the last state of `plan`. Errors: BENCH-USAGE. */
export function ablationPlan(plan: Plan): Plan {
  const { mix } = plan.suite.config;
  if (!mix) throw usage('this suite declares no mix in bench.config.ts: nothing says what a change is worth');
  const inMix = ({ scenario, variant }: Unit) =>
    [...mix.writes, ...mix.reads].some(
      (one) => one.scenario === scenario.name && one.variant === variant.name,
    );
  const { scenarioMs } = plan.profile;
  const patient = scenarioMs === null ? null : scenarioMs * PATIENCE;
  // Useless is only what has every write done in the same way.
  const profile = { ...plan.profile, scenarioMs: patient, watchesAllWriters: true };
  const blocks = ({ scenario }: Unit) =>
    scenario.scenario.writes ? Math.min(profile.readBlocks.main, WRITE_BLOCKS) : profile.readBlocks.main;
  const units = plan.units.filter(inMix).map((unit) => ({ ...unit, blocks: blocks(unit) }));
  const names = new Set(units.map(({ scenario }) => scenario.name));
  const scenarios = plan.scenarios.filter(({ name }) => names.has(name));
  const tables = chooseTables(
    plan.suite,
    scenarios.flatMap(({ scenario }) => scenario.tables),
  );
  return { ...plan, units, profile, tables, scenarios };
}

/**
 * Makes a copy of the last state for each thing of the kind, without it, and hands over the plan that compares
 * each copy with the whole. The copies are dropped afterwards. Errors: BENCH-USAGE where there is none,
 * BENCH-DISK-SPACE.
 */
export async function withAblation<T>(
  { sessions, dataFolder, emit }: AblationSetup,
  plan: Plan,
  built: Built,
  kind: string,
  work: (plan: Plan, built: Built) => Promise<T>,
): Promise<T> {
  const whole = built.states.at(-1);
  if (!whole) throw new Error('a chain of states has a base');
  const omissions = await omissionsOf(sessions, plan, whole, kind);
  if (omissions.length === 0) throw usage(`state ${whole.state.name} has no ${kind} that could be left out`);
  // The control and a writer's copy come on top.
  await requireDisk(dataFolder, (omissions.length + 2) * whole.record.bytes);
  const copies: StateDatabase[] = [];
  try {
    emit({ kind: 'stage', title: `leaving out ${kind}`, total: omissions.length, unit: 'copies' });
    for (const [i, omission] of omissions.entries()) {
      emit({ kind: 'progress', done: i, note: omission.name });
      copies.push(await copyWithout(sessions, whole, omission, i));
    }
    const compared = [...copies, whole].map((one) => ({ ...one, state: { ...one.state, phase: null } }));
    const states = compared.map(({ state }) => state);
    // No state is a phase's here: every scenario is measured in all of them.
    return await work({ ...plan, states, design: 'ablation' }, { ...built, states: compared });
  } finally {
    for (const { database } of copies) {
      await sessions.admin((admin) => dropDatabase(admin, database)).catch(() => undefined);
    }
  }
}

async function omissionsOf(
  sessions: Sessions,
  plan: Plan,
  { state, database }: StateDatabase,
  kind: string,
): Promise<Omission[]> {
  const { operations } = state;
  const loose = (objects: readonly LooseObject[]) =>
    objects.map((object) => ({ name: object.name, object, operations }));
  return sessions.with({ database }, async (owner) => {
    const tables = plan.tables.map(({ name }) => name);
    if (kind === 'indexes') return loose(await looseIndexes(owner, tables));
    if (kind === 'views') return loose(await materializedViews(owner));
    if (kind === 'partitions') return loose(await partitionedTables(owner, tables));
    return [{ name: kind, object: null, operations: operationsWithout(plan.suite, state, kind) }];
  });
}

/** The application as if one phase had changed nothing in it. */
function operationsWithout({ states }: Suite, last: State, left: string): Operations {
  const kept = states.slice(0, states.indexOf(last) + 1).filter(({ name }) => name !== left);
  return Object.assign({}, ...kept.map(({ phase, operations }) => phase?.operations ?? operations));
}

async function copyWithout(
  sessions: Sessions,
  whole: StateDatabase,
  { name, object, operations }: Omission,
  number: number,
): Promise<StateDatabase> {
  const database = `bench_work_without_${number}`;
  await sessions.admin(async (admin) => {
    await dropDatabase(admin, database);
    await createDatabase(admin, database, whole.database);
  });
  const ddl = object
    ? await sessions.with({ database, settings: WRITABLE }, (owner) => leaveOut(owner, object))
    : [];
  const relations = await sessions.with({ database }, relationSizes);
  const bytes = await sessions.admin((admin) => databaseBytes(admin, database));
  const title = `${whole.state.title}, without ${name}`;
  const state: State = { ...whole.state, name: `without ${name}`, title, operations };
  const phases = [...state.phases];
  const record: StateRecord = {
    ...{ name: state.name, title, phases, bytes, cached: false, ddl, notices: [], locks: [] },
    buildMs: ddl.reduce((sum, { ms }) => sum + ms, 0),
    walBytes: ddl.reduce((sum, { walBytes }) => sum + walBytes, 0),
    refreshes: whole.record.refreshes.filter(({ view }) => relations.some((one) => one.name === view)),
    relations: [...relations],
  };
  return { state, database, record };
}

const WRITABLE = { default_transaction_read_only: 'off' };

/** Drops the object, and builds it once more to see what that takes: its steps, none for what cannot be built by itself. */
async function leaveOut(owner: Session, { drop, create }: LooseObject): Promise<DdlStep[]> {
  const run = async (statements: readonly string[]) => {
    const steps: DdlStep[] = [];
    for (const text of statements) steps.push(await runStatement(owner, { text, file: 'ablation', line: 1 }));
    return steps;
  };
  await run(drop);
  const built = await run(create);
  if (built.length > 0) await run(drop);
  await owner.script('CHECKPOINT');
  return built;
}

function usage(problem: string): BenchError {
  return new BenchError('BENCH-USAGE', { problem, command: 'bench run' });
}
