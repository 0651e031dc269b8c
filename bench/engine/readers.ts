import { Bench as Tinybench } from 'tinybench';
import type { Arm } from '../core/run-file.ts';
import { median } from '../core/statistics.ts';
import { openReach, type Reach } from './application.ts';
import { type Attempt, tried } from './attempt.ts';
import { audited, ClientAccount, idleStatementMs } from './audit.ts';
import { sweepGarbage } from './garbage.ts';
import {
  type Bench,
  budgetOf,
  countedOnce,
  openSession,
  roleOf,
  STATEMENT_TIMEOUT,
  timed,
  type Visit,
} from './measure.ts';
import { keepApart } from './placement.ts';
import type { Unit } from './plan.ts';
import type { Work } from './profile.ts';
import type { StateDatabase } from './states.ts';

/**
 * Executions from this on are timed without one before them to warm up: what a fresh connection costs
 * the first one, about 5 ms, is below 1 % of it.
 */
export const LONG_MS = 500;
/** Executions to warm up, where they are quick: from the sixth on a generic plan may replace the first ones. */
const WARM_EXECUTIONS = 6;
/** Turns in which short executions are done, so that whatever the machine does meanwhile meets all arms alike. */
const TURNS = 5;

/** What is known of an arm before a visit: whether it is long, as a first visit has to find out. */
export type Before = 'first' | 'long' | 'short';

export function beforeVisit({ samples }: Pick<Arm, 'samples'>): Before {
  const last = samples.at(-1)?.executionsMs[0];
  if (last === undefined) return 'first';
  return last >= LONG_MS ? 'long' : 'short';
}

/** Whether the clock timed an arm from the sixth execution of a session on: half of the timed ones, at least. */
export function isTimedWarm({ samples }: Pick<Arm, 'samples'>): boolean {
  const middles = samples.map(({ warm = 0, executionsMs }) => warm + (executionsMs.length + 1) / 2);
  return median(middles) >= WARM_EXECUTIONS;
}

/** An arm, as a block visits it. */
export interface Target {
  readonly unit: Unit;
  readonly input: unknown;
  readonly state: StateDatabase;
  readonly before: Before;
}

/** How long a unit is to work in a block. */
function workOf({ profile }: Bench, { blocks }: Unit): Work {
  return blocks > 1 ? profile.work : profile.onlyBlock;
}

/** A connection that has executed once. */
interface Warm {
  readonly work: Work;
  readonly execute: () => Promise<unknown>;
  readonly idleMs: number;
  readonly first: Visit;
  /** Whether its one execution, or the one after it, was all. */
  readonly isDone: boolean;
  readonly times: number[];
}

/**
 * Measures arms once, each over a fresh connection. All are open at once: long executions are done one arm after the
 * other, short ones in turns. An arm that fails takes no other with it.
 */
export async function visitReaders(
  bench: Bench,
  targets: readonly Target[],
): Promise<readonly Attempt<Visit>[]> {
  const opened: { close(): Promise<void> }[] = [];
  try {
    return await keepApart(async (settle) => {
      const warm: Attempt<Warm>[] = [];
      for (const target of targets) {
        warm.push(
          await tried(async () => {
            const reach = await openReach(bench.sessions, optionsOf(bench, target));
            opened.push(reach);
            await settle(bench.sessions.pids);
            return warmUp(bench, target, reach);
          }),
        );
      }
      // Those too that the work opened for itself.
      await settle(bench.sessions.pids);
      return inTurns(warm);
    });
  } finally {
    await Promise.all(opened.map((reach) => reach.close()));
  }
}

function optionsOf(bench: Bench, { unit, state }: Target) {
  const settings = { default_transaction_read_only: 'on', statement_timeout: STATEMENT_TIMEOUT };
  return { database: state.database, user: roleOf(bench, unit), settings };
}

async function warmUp(
  bench: Bench,
  { unit, input, state, before }: Target,
  { db, connections }: Reach,
): Promise<Warm> {
  const { scenario } = unit.scenario;
  await openSession(bench, state, db);
  const context = { app: state.state.operations, db, connections, input, budget: budgetOf(null) };
  const execute = () => scenario.run(context);
  const idleMs = await idleStatementMs(db);
  const once = (counts: boolean) => {
    sweepGarbage();
    const counting = { ...bench, counts: bench.counts && counts };
    return countedOnce(counting, state.database, db, () => audited(idleMs, () => timed(execute)));
  };
  const { value, client, counters } = await once(before !== 'short');
  const answer = await scenario.answer({ input, outcome: value.value, owner: db });
  const { done, total } = value.value;
  const first = { done, total, answer, client, counters, executionsMs: [value.ms], warm: 0 };
  const work = workOf(bench, unit);
  const rest = { work, execute, idleMs, times: [] };
  if (before === 'long') return { ...rest, first, isDone: true };
  if (value.ms < LONG_MS) {
    const warm = await warmOn(execute, 1, work.ms / 2 - value.ms);
    return { ...rest, first: { ...first, counters: [], warm }, isDone: false };
  }
  // Of a long one a session's first execution is counted in every visit: this one would read less of the catalog.
  const again = await once(false);
  // One that was long only this once is short from now on, and counted apart like those.
  const ofLong = again.value.ms >= LONG_MS ? counters : [];
  const second = { client: again.client, counters: ofLong, executionsMs: [again.value.ms], warm: 1 };
  return { ...rest, first: { ...first, ...second }, isDone: true };
}

/** The rest of a session's warm-up, within so much time: gives its executions, `before` and since. */
export async function warmOn(
  execute: () => Promise<unknown>,
  before: number,
  ms = Number.POSITIVE_INFINITY,
): Promise<number> {
  const end = performance.now() + ms;
  let executions = before;
  for (; executions < WARM_EXECUTIONS && performance.now() < end; executions += 1) await execute();
  return executions;
}

/** What is short is executed in turns, with an account for each arm. */
async function inTurns(warm: readonly Attempt<Warm>[]): Promise<readonly Attempt<Visit>[]> {
  const accounts = new Map<Warm, ClientAccount>();
  for (const one of warm)
    if ('value' in one && !one.value.isDone) accounts.set(one.value, new ClientAccount());
  try {
    const failed = await takeTurns([...accounts]);
    return await Promise.all(
      warm.map(async (one) => {
        if ('error' in one) return one;
        const [arm, account] = [one.value, accounts.get(one.value)];
        if (!account) return { value: arm.first };
        if (failed.has(arm)) return { error: failed.get(arm) };
        const executionsMs = arm.times.toSorted((x, y) => x - y);
        return { value: { ...arm.first, client: await account.load(arm.idleMs), executionsMs } };
      }),
    );
  } finally {
    for (const account of accounts.values()) account.close();
  }
}

/** Each turn begins with another arm. Gives the errors of those that failed. */
async function takeTurns(
  arms: readonly (readonly [Warm, ClientAccount])[],
): Promise<ReadonlyMap<Warm, unknown>> {
  const failed = new Map<Warm, unknown>();
  for (let turn = 0; turn < TURNS; turn += 1) {
    const share = (turn + 1) / TURNS;
    for (const place of arms.keys()) {
      const [arm, account] = arms[(place + turn) % arms.length] ?? [];
      if (!arm || !account || failed.has(arm)) continue;
      const least = { ms: arm.work.ms * share, executions: Math.ceil(arm.work.executions * share) };
      const done = await tried(() => workUntil(arm, account, least));
      if ('error' in done) failed.set(arm, done.error);
    }
  }
  return failed;
}

/** Executes until the work of the arm adds up to so much. */
async function workUntil({ execute, times }: Warm, account: ClientAccount, least: Work): Promise<void> {
  const ms = least.ms - times.reduce((sum, one) => sum + one, 0);
  const executions = least.executions - times.length;
  if (ms <= 0 && executions <= 0) return;
  sweepGarbage();
  times.push(...(await account.during(() => repeat(execute, { ms, executions }))));
}

/**
 * Executes until the work adds up to so much, at least once. tinybench would probe a function that is not declared
 * async with an execution more: never give it a writer.
 */
async function repeat(execute: () => Promise<unknown>, least: Work): Promise<readonly number[]> {
  const [time, iterations] = [Math.max(0, least.ms), Math.max(1, least.executions)];
  const loop = new Tinybench({ time, iterations, warmup: false, throws: true });
  loop.add('execution', async () => {
    await execute();
  });
  const [task] = await loop.run();
  return task?.result?.latency.samples ?? [];
}
