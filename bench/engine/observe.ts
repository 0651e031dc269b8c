import { planShape } from '../core/plan-tree.ts';
import type { Arm, Counters, PlanRecord } from '../core/run-file.ts';
import type { Budget, Connections, Scenario } from '../core/suite.ts';
import { type PlanSession, type PlanSessionOptions, withPlans } from '../postgres/plans.ts';
import { withConnections } from './application.ts';
import { counted } from './counting.ts';
import { type Bench, budgetOf, roleOf } from './measure.ts';
import type { Unit } from './plan.ts';
import { beforeVisit } from './readers.ts';
import type { StateDatabase } from './states.ts';

/** Repetitions of counting: what differs between them is no exact figure. */
const REPETITIONS = 3;
/** A prepared statement is planned anew five times; from the sixth execution on it may keep a generic plan. */
const BEFORE_GENERIC = 6;
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
  readonly laterPlans: readonly PlanRecord[];
}

/** Watches one arm: never while anything is timed, since watching takes time itself. */
export function observe(
  bench: Bench,
  unit: Unit,
  input: unknown,
  state: StateDatabase,
  arm: Arm,
): Promise<Observed> {
  return unit.scenario.scenario.writes
    ? observeWriter(bench, unit, input, state, arm)
    : observeReader(bench, unit, input, state, arm);
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
  unit: Unit,
  input: unknown,
  state: StateDatabase,
  arm: Arm,
): Promise<Observed> {
  const { scenario } = unit.scenario;
  const options = { database: state.database, role: roleOf(bench, unit), leastMs: 0, readOnly: true };
  return watched(bench, options, async ({ db, connections, take }) => {
    await bench.config.openSession(db, bench.fixtures);
    const run = () =>
      scenario.run({ app: state.state.operations, db, connections, input, budget: budgetOf(null) });
    // The first execution of a session also reads the catalog; of a long one that is no part worth its time.
    if (beforeVisit(arm) !== 'long') await run();
    take();
    // Of a long one, the timed executions are counted already.
    const repetitions = Math.max(1, REPETITIONS - arm.counters.length);
    const start = performance.now();
    const counters: Counters[] = [];
    const plans: PlanRecord[] = [];
    await bench.sessions.admin(async (admin) => {
      for (let i = 0; i < repetitions; i += 1) {
        let taken: PlanRecord[] = [];
        // Of the execution alone: counting sends statements of its own.
        const watchedRun = async () => {
          take();
          const outcome = await run();
          taken = take();
          return outcome;
        };
        const { counters: one } = await counted(admin, state.database, db, watchedRun, (outcome) => outcome);
        counters.push(one);
        if (i === 0) plans.push(...taken);
      }
    });
    const isQuick = (performance.now() - start) / repetitions < QUICK_MS;
    return { counters, plans, laterPlans: isQuick ? await later(run, take, plans) : [] };
  });
}

/** Plans of an execution after which every statement has had its chance of a generic plan, where one is another. */
async function later(
  run: () => Promise<unknown>,
  take: PlanSession['take'],
  first: readonly PlanRecord[],
): Promise<PlanRecord[]> {
  for (let i = REPETITIONS + 1; i <= BEFORE_GENERIC; i += 1) await run();
  take();
  await run();
  const plans = take();
  const shapes = (records: readonly PlanRecord[]) =>
    records
      .map(({ root }) => planShape(root))
      .sort()
      .join('\n');
  return shapes(plans) === shapes(first) ? [] : plans;
}

/**
 * The counters of writers are those of their timed executions; here it is about plans. All writers of a state share a
 * copy of it, `state`: each one's work is rolled back.
 */
function observeWriter(
  bench: Bench,
  unit: Unit,
  input: unknown,
  state: StateDatabase,
  arm: Arm,
): Promise<Observed> {
  const options = {
    ...{ database: state.database, role: roleOf(bench, unit) },
    ...{ leastMs: leastMs(arm), readOnly: false },
  };
  return watched(bench, options, async (session) => {
    await session.db.script('BEGIN');
    const plans = await writerPlans(bench, unit.scenario.scenario, input, state, session);
    await session.db.script('ROLLBACK');
    return { counters: [], plans, laterPlans: [] };
  });
}

/** Row by row, the few statements of the first rows are all worth telling; else the checks of many rows are not. */
function leastMs({ counters: [counted] }: Arm): number {
  const isRowByRow = counted !== undefined && counted.statements >= counted.done;
  return isRowByRow || (counted?.done ?? 0) <= MANY_ROWS ? 0 : SLOW_MS;
}

async function writerPlans(
  bench: Bench,
  scenario: Scenario,
  input: unknown,
  state: StateDatabase,
  { db, connections, take }: Watched,
): Promise<PlanRecord[]> {
  await bench.config.openSession(db, bench.fixtures);
  const context = { app: state.state.operations, db, connections, input };
  await scenario.before?.({ ...context, budget: budgetOfRows(FEW_ROWS) });
  take();
  await scenario.run({ ...context, budget: budgetOfRows(FEW_ROWS) });
  return take();
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
