import { BenchError } from '../core/errors.ts';
import type { ClientLoad, Counters, Sample } from '../core/run-file.ts';
import type { Answer, Budget, Database, Fixtures, Outcome, Scenario, SuiteConfig } from '../core/suite.ts';
import { flushCounters, type TableCounters, tableCounters } from '../postgres/counters.ts';
import { createDatabase, dropDatabase } from '../postgres/databases.ts';
import { sqlState } from '../postgres/session.ts';
import type { Sessions } from '../postgres/sessions.ts';
import { withReach } from './application.ts';
import { type Audited, audited, idleStatementMs } from './audit.ts';
import { counted, tablesSince } from './counting.ts';
import { sweepGarbage } from './garbage.ts';
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
  /** Executions of a reader's session before the first timed one; left out of a writer. */
  readonly warm?: number;
  readonly client: ClientLoad;
  /** What a writer or a long reader had the server do; a short reader is counted in a pass of its own. */
  readonly counters: readonly Counters[];
  readonly done: number;
  readonly total: number;
  readonly answer: Answer;
}

/** Nobody waits an hour for one statement: an arm that hangs becomes an error of that arm. */
export const STATEMENT_TIMEOUT = '30min';

/** What is done before a timed part ends by the same budget, so many times: the timed part shall not outrun it. */
const BEFORE_BUDGETS = 3;

let copies = 0;

/** Measures an arm that writes once, on a fresh copy of its state. */
export function visitWriter(bench: Bench, unit: Unit, input: unknown, state: StateDatabase): Promise<Visit> {
  return inCopy(bench.sessions, state, (database) => visitCopy(bench, unit, input, state, database));
}

/** The role that executes a unit. */
export function roleOf({ sessions, config }: Pick<Bench, 'sessions' | 'config'>, { variant }: Unit): string {
  return variant.role === 'owner' ? sessions.endpoint.user : config.role;
}

/** Sets up a session as the application does in this state. */
export function openSession(
  { config, fixtures }: Pick<Bench, 'config' | 'fixtures'>,
  { state }: Pick<StateDatabase, 'state'>,
  db: Database,
): Promise<void> {
  return (state.config ?? config).openSession(db, fixtures);
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
    bench.sessions.with({ database }, async (owner) => {
      sweepGarbage('major');
      return (await timed(() => floor(owner, input))).ms;
    }),
  );
}

async function visitCopy(
  bench: Bench,
  unit: Unit,
  input: unknown,
  state: StateDatabase,
  database: string,
): Promise<Visit> {
  const { outcome, ms, client, counters, tablesBefore } = await timedWriter(
    bench,
    unit,
    input,
    state,
    database,
  );
  return bench.sessions.with({ database }, async (owner) => {
    const tables = tablesBefore && (await tablesSince(owner, tablesBefore));
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
    await openSession(bench, state, db);
    const context = { app: state.state.operations, db, connections, input };
    const { budgetMs } = bench.profile;
    await scenario.before?.({ ...context, budget: budgetOf(budgetMs && budgetMs * BEFORE_BUDGETS) });
    const tablesBefore = bench.counts ? await tablesNow(bench, database, db) : null;
    const idleMs = await idleStatementMs(db);
    const once = () => {
      sweepGarbage('major');
      return audited(idleMs, () => timed(() => scenario.run({ ...context, budget: budgetOf(budgetMs) })));
    };
    const { value, client, counters } = await countedOnce(bench, database, db, once);
    return { outcome: value.value, ms: value.ms, client, counters, tablesBefore };
  });
}

/** The tables of a copy before its writer starts: what came before the timed part, in the session `db`, is not its own. */
async function tablesNow({ sessions }: Bench, database: string, db: Database): Promise<TableCounters> {
  await flushCounters(db);
  return sessions.with({ database }, tableCounters);
}

/** Counts a timed execution, where the server counts: nothing of it is inside the time. */
export async function countedOnce<T extends Outcome<unknown>>(
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

export interface Timed<T> {
  readonly value: T;
  readonly ms: number;
}

export async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
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
    ...(visited.warm === undefined ? {} : { warm: visited.warm }),
    client: visited.client,
    done: visited.done,
    total: visited.total,
  };
}

/** True when an outcome covers all its units. */
export function isComplete({ done, total }: Pick<Outcome<unknown>, 'done' | 'total'>): boolean {
  return done >= total;
}
