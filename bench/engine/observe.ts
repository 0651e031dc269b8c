import { planShape } from '../core/plan-tree.ts';
import type { Arm, Counters, PlanRecord } from '../core/run-file.ts';
import type { Budget, Connections, Database, Outcome, RunContext, Scenario } from '../core/suite.ts';
import { type PlanSession, type PlanSessionOptions, withPlans } from '../postgres/plans.ts';
import { withConnections } from './application.ts';
import { counted } from './counting.ts';
import { type Bench, budgetOf, openSession, roleOf } from './measure.ts';
import type { Unit } from './plan.ts';
import { warmOn } from './readers.ts';
import type { StateDatabase } from './states.ts';

/** Repetitions of counting: what differs between them is no exact figure. */
const REPETITIONS = 3;
/** Longer executions are not repeated to see whether the plan changes. */
const QUICK_MS = 50;
/** Rows of a row-by-row operation that are worth watching. */
const FEW_ROWS = 20;
/** Where one statement writes more rows than this, those quicker than `SLOW_MS` are its checks of one row each. */
const MANY_ROWS = 5_000;
const SLOW_MS = 2;

/** What the pass without a clock found. */
export interface Observed {
  readonly counters: readonly Counters[];
  readonly plans: readonly PlanRecord[];
  /** Plans after six executions, where one of them is another; null where nobody looked. */
  readonly laterPlans: readonly PlanRecord[] | null;
  /** Units of work done while the plans were told. */
  readonly planUnits: number;
  /** Whether the database holds what it held before. */
  readonly isUndone: boolean;
}

/** An arm to watch. */
export interface Subject {
  readonly unit: Unit;
  readonly input: unknown;
  readonly state: StateDatabase;
  readonly arm: Arm;
  /** Whether a reader is counted in the first execution of a session. */
  readonly isCold: boolean;
  /** Whether it is counted after six executions, as the clock timed it. */
  readonly isWarm: boolean;
}

/** Watches one arm: never while anything is timed, since watching takes time itself. */
export function observe(bench: Bench, subject: Subject): Promise<Observed> {
  return subject.unit.scenario.scenario.writes
    ? observeWriter(bench, subject)
    : observeReader(bench, subject);
}

interface Watched extends PlanSession {
  readonly connections: Connections;
}

function watched<T>(
  { sessions }: Bench,
  options: PlanSessionOptions,
  work: (session: Watched) => Promise<T>,
): Promise<T> {
  const { database, role: user } = options;
  return withPlans(sessions, options, (session) =>
    withConnections(sessions, { database, user }, (connections) => work({ ...session, connections })),
  );
}

async function observeReader(
  bench: Bench,
  { unit, input, state, isCold, isWarm }: Subject,
): Promise<Observed> {
  const { scenario } = unit.scenario;
  const { database } = state;
  const options = { database, role: roleOf(bench, unit), leastMs: 0, readOnly: true };
  const found = await watched(bench, options, async ({ db, connections, take }) => {
    await openSession(bench, state, db);
    const context = { app: state.state.operations, db, connections, input, budget: budgetOf(null) };
    const run = () => scenario.run(context);
    const look = async () => {
      take();
      const outcome = await run();
      return { outcome, plans: take() };
    };
    // The first execution of a session also reads the catalog; of a long one that is no part worth its time.
    if (!isCold) await run();
    if (isWarm) {
      const { plans } = await look();
      await warmOn(run, 2);
      const { counters, plans: later } = await countedLooks(bench, database, db, look, REPETITIONS);
      return { counters, plans, laterPlans: otherThan(plans, later) };
    }
    // Of a long one, the first execution of each visit is counted already: here is another such one.
    const repetitions = isCold ? 1 : REPETITIONS;
    const { counters, plans, ms } = await countedLooks(bench, database, db, look, repetitions);
    if (isCold || ms >= QUICK_MS) return { counters, plans, laterPlans: null };
    await warmOn(run, 1 + repetitions);
    return { counters, plans, laterPlans: otherThan(plans, (await look()).plans) };
  });
  return { ...found, planUnits: found.counters[0]?.done ?? 0, isUndone: true };
}

type Look = () => Promise<{ readonly outcome: Outcome<unknown>; readonly plans: PlanRecord[] }>;

/** Counts so many executions: with the plans of the first, and the time that one took. */
function countedLooks(bench: Bench, database: string, db: Database, look: Look, repetitions: number) {
  const start = performance.now();
  return bench.sessions.admin(async (admin) => {
    const looks = [];
    for (let i = 0; i < repetitions; i += 1)
      looks.push(await counted(admin, database, db, look, ({ outcome }) => outcome));
    return {
      counters: looks.map(({ counters }) => counters),
      plans: looks[0]?.value.plans ?? [],
      ms: (performance.now() - start) / repetitions,
    };
  });
}

/** The later plans of a statement each, where one is another than at first; none where all stayed. */
function otherThan(first: readonly PlanRecord[], later: readonly PlanRecord[]): readonly PlanRecord[] {
  const shapes = (records: readonly PlanRecord[]) =>
    records
      .map(({ root }) => planShape(root))
      .sort()
      .join('\n');
  return shapes(later) === shapes(first) ? [] : later;
}

/**
 * The counters of writers are those of their timed executions; here it is about plans. The work is rolled back, unless
 * the application commits it: whoever watches another writer in the same database is told by `isUndone`.
 */
function observeWriter(bench: Bench, { unit, input, state, arm }: Subject): Promise<Observed> {
  const options = {
    ...{ database: state.database, role: roleOf(bench, unit) },
    ...{ leastMs: leastMs(arm), readOnly: false },
  };
  return watched(bench, options, async ({ db, connections, take }) => {
    let isAlone = true;
    const open = () => {
      isAlone = false;
      return connections.open();
    };
    await db.script('BEGIN');
    const transaction = await transactionOf(db);
    const context = { app: state.state.operations, db, connections: { open }, input };
    await openSession(bench, state, db);
    const { plans, done } = await writerPlans(unit.scenario.scenario, context, take);
    const now = await transactionOf(db).catch(() => null);
    const isUndone = isAlone && now === transaction;
    await db.script('ROLLBACK');
    return { counters: [], plans, laterPlans: null, planUnits: done, isUndone };
  });
}

/** Names the transaction that a session is in. */
async function transactionOf(db: Database): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
  return rows[0]?.id;
}

/** Row by row, the few statements of the first rows are all worth telling; else the checks of many rows are not. */
function leastMs({ counters: [counted] }: Arm): number {
  const isRowByRow = counted !== undefined && counted.statements >= counted.done;
  return isRowByRow || (counted?.done ?? 0) <= MANY_ROWS ? 0 : SLOW_MS;
}

async function writerPlans(
  scenario: Scenario,
  context: Omit<RunContext<unknown, unknown>, 'budget'>,
  take: PlanSession['take'],
) {
  await scenario.before?.({ ...context, budget: budgetOfRows(FEW_ROWS) });
  take();
  const { done } = await scenario.run({ ...context, budget: budgetOfRows(FEW_ROWS) });
  return { plans: take(), done };
}

/** A budget that ends after so many rows, not after a time: the same work every time. */
function budgetOfRows(rows: number): Budget {
  let asked = 0;
  return {
    spent: () => {
      asked += 1;
      return asked > rows;
    },
  };
}

/** True for an arm worth watching: it gave an answer. */
export function isObservable({ error, control, samples }: Arm): boolean {
  return error === null && !control && samples.length > 0;
}
