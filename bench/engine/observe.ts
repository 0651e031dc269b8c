import { planShape } from '../core/plan-tree.ts';
import type { Arm, Counters, PlanRecord } from '../core/run-file.ts';
import type { Budget, Scenario } from '../core/suite.ts';
import { type PlanSession, withPlans } from '../postgres/plans.ts';
import { counted } from './counting.ts';
import { type Bench, budgetOf, inCopy, roleOf } from './measure.ts';
import type { Unit } from './plan.ts';
import type { StateDatabase } from './states.ts';

/** Repetitions of counting: what differs between them is no exact figure. */
const REPETITIONS = 3;
/** A prepared statement is planned anew five times; from the sixth execution on it may keep a generic plan. */
const BEFORE_GENERIC = 6;
/** Longer executions are not repeated to see whether the plan changes. */
const QUICK_MS = 50;
/** Rows of a row-by-row operation that are worth watching. */
const ROWS = 500;
const FEW_ROWS = 20;
/** In writers, statements quicker than this are checks of one row. */
const SLOW_MS = 2;

/** What the pass without a clock found. */
export interface Observed {
  readonly counters: readonly Counters[];
  readonly plans: readonly PlanRecord[];
  readonly laterPlans: readonly PlanRecord[];
}

/** Watches one arm: never while anything is timed, since watching takes time itself. */
export function observe(bench: Bench, unit: Unit, input: unknown, state: StateDatabase): Promise<Observed> {
  return unit.scenario.scenario.writes
    ? observeWriter(bench, unit, input, state)
    : observeReader(bench, unit, input, state);
}

async function observeReader(
  bench: Bench,
  unit: Unit,
  input: unknown,
  state: StateDatabase,
): Promise<Observed> {
  const { scenario } = unit.scenario;
  const options = { database: state.database, role: roleOf(bench, unit), leastMs: 0, readOnly: true };
  return withPlans(bench.sessions, options, async ({ db, take }) => {
    await bench.config.openSession(db, bench.fixtures);
    const run = () => scenario.run({ app: state.state.operations, db, input, budget: budgetOf(null) });
    // The first execution of a session also reads the catalog.
    await run();
    take();
    const start = performance.now();
    const counters: Counters[] = [];
    const plans: PlanRecord[] = [];
    for (let i = 0; i < REPETITIONS; i += 1) {
      const repetition = await counted(bench.sessions, state.database, db, run, (outcome) => outcome);
      counters.push(repetition.counters);
      const taken = take();
      if (i === 0) plans.push(...taken);
    }
    const isQuick = (performance.now() - start) / REPETITIONS < QUICK_MS;
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

/** The counters of writers are those of their timed executions; here it is about plans. */
async function observeWriter(
  bench: Bench,
  unit: Unit,
  input: unknown,
  state: StateDatabase,
): Promise<Observed> {
  const watch = (leastMs: number, rows: number) =>
    inCopy(bench.sessions, state, (database) => {
      const options = { database, role: roleOf(bench, unit), leastMs, readOnly: false };
      return withPlans(bench.sessions, options, (session) =>
        writerPlans(bench, unit.scenario.scenario, input, state, session, rows),
      );
    });
  const plans = await watch(SLOW_MS, ROWS);
  // Nothing slow in it: it works row by row.
  return { counters: [], plans: plans.length > 0 ? plans : await watch(0, FEW_ROWS), laterPlans: [] };
}

async function writerPlans(
  bench: Bench,
  scenario: Scenario,
  input: unknown,
  state: StateDatabase,
  { db, take }: PlanSession,
  rows: number,
): Promise<PlanRecord[]> {
  await bench.config.openSession(db, bench.fixtures);
  const context = { app: state.state.operations, db, input };
  await scenario.before?.({ ...context, budget: budgetOf(null) });
  take();
  await scenario.run({ ...context, budget: budgetOfRows(rows) });
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
