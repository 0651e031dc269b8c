import { armFigures } from '../core/arm.ts';
import type { ClientStatement, ClientWork, ReferenceClient } from '../core/reference.ts';
import type { Reference } from '../core/run-file.ts';
import { median } from '../core/statistics.ts';
import type { Database } from '../core/suite.ts';
import { withReach } from './application.ts';
import { budgetOf, openSession, roleOf } from './measure.ts';
import { keepApart } from './placement.ts';
import { type Place, statesFor, type Unit } from './plan.ts';
import { visitReaders } from './readers.ts';
import { recording, type Sent } from './recording.ts';
import type { StateDatabase } from './states.ts';
import { armOf, databaseOf, inputOf, ofTheArm, type Work, warn } from './work.ts';

/** Visits of each client, in turns. */
const ROUNDS = 7;
/** Executions of the other client in a visit. */
const EXECUTIONS = 300;
/** Of longer statements a client is no part worth mentioning. */
const QUICK_MS = 5;

/** Times the quick statements of main variants through another client too, where the server brings one. */
export async function referArms(work: Work): Promise<void> {
  const { client } = work.setup;
  if (client === null) return;
  const units = work.plan.units.filter(({ scenario, variant }) => !scenario.scenario.writes && variant.main);
  work.setup.emit({
    kind: 'stage',
    title: 'the same through pgbench',
    total: units.length,
    unit: 'scenarios',
  });
  for (const [done, unit] of units.entries()) {
    work.setup.signal.throwIfAborted();
    work.setup.emit({ kind: 'progress', done, note: unit.scenario.name });
    await refer(work, client, unit);
  }
}

async function refer(work: Work, client: ReferenceClient, unit: Unit): Promise<void> {
  const state = statesFor(work.plan, unit.scenario).at(-1);
  if (!state) return;
  const place: Place = { state, control: false };
  const { ms, projected } = armFigures(armOf(work.run, unit, place, roleOf(work.bench, unit)));
  if (ms === null || ms > QUICK_MS || projected) return;
  try {
    const reference = await inTurns(work, client, unit, databaseOf(work, place));
    if (reference) work.run.references.push(reference);
  } catch (error) {
    const { scenario, variant } = unit;
    warn(
      work,
      `${scenario.name} ${variant.name} could not be sent through pgbench: ${ofTheArm(work, error)}`,
    );
  }
}

async function inTurns(
  work: Work,
  client: ReferenceClient,
  unit: Unit,
  state: StateDatabase,
): Promise<Reference | null> {
  const input = await inputOf(work, unit);
  const same = await workOf(work, unit, input, state);
  if (same === null) return null;
  const postmaster = await work.bench.sessions.admin(postmasterOf);
  const [oursMs, pgbenchMs]: number[][] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    // What pgbench opens comes from the server's first process, and is where that is.
    const theirs = await keepApart(async (settle) => {
      await settle([postmaster]);
      return client(same);
    });
    if (theirs === null || theirs.length === 0) return null;
    pgbenchMs?.push(median(theirs));
    oursMs?.push(median((await readOnce(work, unit, input, state)).executionsMs));
  }
  const head = { scenario: unit.scenario.name, variant: unit.variant.name, state: state.state.name };
  return { ...head, oursMs: oursMs ?? [], pgbenchMs: pgbenchMs ?? [] };
}

async function postmasterOf(admin: Database): Promise<number> {
  const { rows } = await admin.query<{ pid: number }>(
    `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS pid`,
  );
  return rows[0]?.pid ?? 0;
}

async function readOnce(work: Work, unit: Unit, input: unknown, state: StateDatabase) {
  const [attempt] = await visitReaders(work.bench, [{ unit, input, state, before: 'short' }]);
  if (!attempt || 'error' in attempt) throw attempt?.error;
  return attempt.value;
}

/** What one execution sends; null when that is not one statement, or its values are not plain. */
async function workOf(
  { bench }: Work,
  unit: Unit,
  input: unknown,
  { state, database }: StateDatabase,
): Promise<ClientWork | null> {
  const user = roleOf(bench, unit);
  const [opening, sent]: [Sent[], Sent[]] = [[], []];
  await withReach(bench.sessions, { database, user }, async ({ db, connections }) => {
    await openSession(bench, { state }, recording(db, opening));
    const context = { app: state.operations, connections, input, budget: budgetOf(null) };
    await unit.scenario.scenario.run({ ...context, db: recording(db, sent) as Database });
  });
  const [statement, ...others] = plain(sent);
  if (!statement || others.length > 0 || sent.length > 1) return null;
  return { database, user, opening: plain(opening), statement, executions: EXECUTIONS };
}

function plain(sent: readonly Sent[]): ClientStatement[] {
  return sent.flatMap(({ sql, values }) => {
    const simple = values.filter(
      (value) => value === null || ['string', 'number', 'boolean'].includes(typeof value),
    );
    return simple.length === values.length ? [{ sql, values: simple as ClientStatement['values'] }] : [];
  });
}
