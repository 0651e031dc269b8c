import { Bench as Tinybench } from 'tinybench';
import { BenchError } from '../core/errors.ts';
import type { Arm, ClientLoad, Counters, Sample } from '../core/run-file.ts';
import type { Answer, Budget, Database, Fixtures, Outcome, Scenario, SuiteConfig } from '../core/suite.ts';
import { tableCounters } from '../postgres/counters.ts';
import { createDatabase, dropDatabase } from '../postgres/databases.ts';
import { sqlState } from '../postgres/session.ts';
import type { Sessions } from '../postgres/sessions.ts';
import { withReach } from './application.ts';
import { type Audited, audited, idleStatementMs } from './audit.ts';
import { counted, tablesAfter } from './counting.ts';
import type { Unit } from './plan.ts';
import type { Profile } from './profile.ts';
import type { StateDatabase } from './states.ts';

/** What measuring needs beside the arm itself. */
export interface Bench {
  readonly sessions: Sessions;
  readonly config: SuiteConfig;
  readonly fixtures: Fixtures;
  readonly profile: Profile;
  /** Whether the server counts what statements do. */
  readonly counts: boolean;
}

/** What one visit of an arm gave. */
export interface Visit {
  readonly executionsMs: readonly number[];
  readonly client: ClientLoad;
  /** What a writer or a long reader had the server do; a short reader is counted in a pass of its own. */
  readonly counters: readonly Counters[];
  readonly done: number;
  readonly total: number;
  readonly answer: Answer;
}

/** Nobody waits an hour for one statement: an arm that hangs becomes an error of that arm. */
const STATEMENT_TIMEOUT = '30min';

let copies = 0;

/** Measures one arm once: readers on the state itself, writers on a fresh copy of it. */
export function visit(
  bench: Bench,
  unit: Unit,
  input: unknown,
  state: StateDatabase,
  before: Before,
): Promise<Visit> {
  return unit.scenario.scenario.writes
    ? inCopy(bench.sessions, state, (database) => visitWriter(bench, unit, input, state, database))
    : visitReader(bench, unit, input, state, before);
}

/**
 * Executions from this on are timed without one before them to warm up: what a fresh connection costs
 * the first one, about 5 ms, is below 1 % of it.
 */
const LONG_MS = 500;

/** What is known of an arm before a visit: whether it is long, as a first visit has to find out. */
export type Before = 'first' | 'long' | 'short';

export function beforeVisit({ samples }: Pick<Arm, 'samples'>): Before {
  const last = samples.at(-1)?.executionsMs[0];
  if (last === undefined) return 'first';
  return last >= LONG_MS ? 'long' : 'short';
}

/** The role that executes a unit. */
export function roleOf({ sessions, config }: Pick<Bench, 'sessions' | 'config'>, { variant }: Unit): string {
  return variant.role === 'owner' ? sessions.endpoint.user : config.role;
}

/** Times the least the server could need for the scenario, on a fresh copy of the state, as its owner. */
export function visitFloor(
  bench: Bench,
  scenario: Scenario,
  input: unknown,
  state: StateDatabase,
): Promise<number> {
  const { floor } = scenario;
  if (!floor) throw new Error('the scenario has no floor');
  return inCopy(bench.sessions, state, (database) =>
    bench.sessions.with({ database }, async (owner) => (await timed(() => floor(owner, input))).ms),
  );
}

async function visitReader(
  bench: Bench,
  unit: Unit,
  input: unknown,
  state: StateDatabase,
  before: Before,
): Promise<Visit> {
  const { scenario } = unit.scenario;
  const readOnly = { default_transaction_read_only: 'on', statement_timeout: STATEMENT_TIMEOUT };
  const { database } = state;
  const options = { database, user: roleOf(bench, unit), settings: readOnly };
  return withReach(bench.sessions, options, async ({ db, connections }) => {
    await bench.config.openSession(db, bench.fixtures);
    const context = { app: state.state.operations, db, connections, input, budget: budgetOf(null) };
    const idleMs = await idleStatementMs(db);
    const once = () => audited(idleMs, () => timed(() => scenario.run(context)));
    const counts = bench.counts && before !== 'short';
    const first = await countedOnce({ ...bench, counts }, database, db, once);
    const { value: outcome, ms } = first.value;
    const answer = await scenario.answer({ input, outcome, owner: db });
    const head = { done: outcome.done, total: outcome.total, answer };
    if (before === 'long')
      return { ...head, executionsMs: [ms], client: first.client, counters: first.counters };
    if (ms >= LONG_MS) {
      const { value, client, counters } = await countedOnce(bench, database, db, once);
      return { ...head, executionsMs: [value.ms], client, counters: [...first.counters, ...counters] };
    }
    const again = () => repeat(() => scenario.run(context), bench.profile.minWorkMs);
    const timedAgain = await audited(idleMs, again);
    return { ...head, executionsMs: timedAgain.value, client: timedAgain.client, counters: [] };
  });
}

/**
 * Executes until the work adds up to `minWorkMs`, at least once; the times, shortest first. tinybench
 * would probe a function that is not declared async with an execution more: never give it a writer.
 */
async function repeat(execution: () => Promise<unknown>, minWorkMs: number): Promise<readonly number[]> {
  const loop = new Tinybench({ time: minWorkMs, iterations: 1, warmup: false, throws: true });
  loop.add('execution', async () => {
    await execution();
  });
  const [task] = await loop.run();
  return task?.result?.latency.samples ?? [];
}

async function visitWriter(
  bench: Bench,
  unit: Unit,
  input: unknown,
  state: StateDatabase,
  database: string,
): Promise<Visit> {
  const { sessions } = bench;
  const before = bench.counts ? await sessions.with({ database }, tableCounters) : null;
  const { outcome, ms, client, counters } = await timedWriter(bench, unit, input, state, database);
  return sessions.with({ database }, async (owner) => {
    const tables = before && (await tablesAfter(owner, before));
    const answer = await unit.scenario.scenario.answer({ input, outcome, owner });
    const { done, total } = outcome;
    return {
      executionsMs: [ms],
      done,
      total,
      answer,
      client,
      counters: counters.map((one) => ({ ...one, tables })),
    };
  });
}

async function timedWriter(bench: Bench, unit: Unit, input: unknown, state: StateDatabase, database: string) {
  const { scenario } = unit.scenario;
  const settings = { statement_timeout: STATEMENT_TIMEOUT };
  const options = { database, user: roleOf(bench, unit), settings };
  return withReach(bench.sessions, options, async ({ db, connections }) => {
    await bench.config.openSession(db, bench.fixtures);
    const context = { app: state.state.operations, db, connections, input };
    await scenario.before?.({ ...context, budget: budgetOf(null) });
    const idleMs = await idleStatementMs(db);
    const once = () =>
      audited(idleMs, () =>
        timed(() => scenario.run({ ...context, budget: budgetOf(bench.profile.budgetMs) })),
      );
    const { value, client, counters } = await countedOnce(bench, database, db, once);
    return { outcome: value.value, ms: value.ms, client, counters };
  });
}

/** Counts a timed execution, where the server counts: nothing of it is inside the time. */
async function countedOnce<T extends Outcome<unknown>>(
  { sessions, counts }: Bench,
  database: string,
  db: Database,
  once: () => Promise<Audited<Timed<T>>>,
): Promise<Audited<Timed<T>> & { readonly counters: readonly Counters[] }> {
  if (!counts) return { ...(await once()), counters: [] };
  return sessions.admin(async (admin) => {
    const { value, counters } = await counted(admin, database, db, once, (audit) => audit.value.value);
    return { ...value, counters: [counters] };
  });
}

/** Works on a fresh file copy of a state, which is dropped afterwards. */
export async function inCopy<T>(
  sessions: Sessions,
  state: StateDatabase,
  work: (database: string) => Promise<T>,
): Promise<T> {
  copies += 1;
  const copy = `bench_work_${copies}`;
  await sessions.admin(async (admin) => {
    await dropDatabase(admin, copy);
    await createDatabase(admin, copy, state.database).catch((error: unknown) => {
      if (sqlState(error) !== '55006' || !(error instanceof Error)) throw error;
      const facts = { database: state.database, problem: error.message };
      throw new BenchError('BENCH-STATE-IN-USE', facts, { cause: error });
    });
  });
  try {
    return await work(copy);
  } finally {
    await sessions.admin((admin) => dropDatabase(admin, copy)).catch(() => undefined);
  }
}

/** A budget that runs from now; null never ends. */
export function budgetOf(budgetMs: number | null): Budget {
  const end = budgetMs === null ? Number.POSITIVE_INFINITY : performance.now() + budgetMs;
  return { spent: () => performance.now() >= end };
}

interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}

/** A visit as the run file keeps it. */
export function sampleOf(visited: Visit, block: number, order: number): Sample {
  return {
    block,
    order,
    executionsMs: [...visited.executionsMs],
    client: visited.client,
    done: visited.done,
    total: visited.total,
  };
}

/** True when an outcome covers all its units. */
export function isComplete({ done, total }: Pick<Outcome<unknown>, 'done' | 'total'>): boolean {
  return done >= total;
}
