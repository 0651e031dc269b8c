import { z } from 'zod';
import { LoadRecord } from '../core/run-file.ts';
import { StateRecord } from '../core/state-record.ts';
import type { Fixtures, Table } from '../core/suite.ts';
import {
  createDatabase,
  databaseBytes,
  dropDatabase,
  mark,
  markerOf,
  ourDatabases,
  protect,
} from '../postgres/databases.ts';
import { relationSizes } from '../postgres/facts.ts';
import { watchingLocks } from '../postgres/locks.ts';
import { identifier, literal, type Notice, type Session } from '../postgres/session.ts';
import type { Sessions } from '../postgres/sessions.ts';
import { runSqlFile, type SqlFile } from '../postgres/sql-file.ts';
import { tableVersions } from '../postgres/table-versions.ts';
import type { Emit } from './events.ts';
import { checkFidelity } from './fidelity.ts';
import { loadTables } from './load.ts';
import { timeRefreshes } from './refreshes.ts';
import { settle } from './rest.ts';
import { fixturesHash, hashOf, type Phase, type State, type Suite } from './suite-folder.ts';

/** A state as a live database. */
export interface StateDatabase {
  readonly state: State;
  readonly database: string;
  readonly record: StateRecord;
}

export interface BuildRequest {
  readonly suite: Suite;
  readonly fixtures: Fixtures;
  readonly tables: readonly Table[];
  /** States to have, each made from the one before. */
  readonly chain: readonly State[];
  /** Names the server's build: figures and files of another do not fit. */
  readonly build: string;
  /** States of a salt are for whoever has it: built anew, never marked as complete, and so dropped with other leftovers. */
  readonly salt?: string;
}

export interface Built {
  readonly states: readonly StateDatabase[];
  readonly load: LoadRecord;
}

/** What the cache keeps with a state's database, as its comment. */
const Facts = z.object({ record: StateRecord, load: LoadRecord });
type Facts = z.infer<typeof Facts>;

/** Has every state of the chain as a database, from the cache or built now. */
export async function haveStates(sessions: Sessions, request: BuildRequest, emit: Emit): Promise<Built> {
  const names = stateNames(request);
  const built: StateDatabase[] = [];
  let load: LoadRecord | null = null;
  for (const [i, state] of request.chain.entries()) {
    const database = names[i] ?? '';
    const same = built.at(-1);
    if (same?.database === database) {
      built.push({ ...same, state, record: sameDatabase(same.record, state) });
      continue;
    }
    const cached = await cachedFacts(sessions, database);
    const facts: Facts =
      cached ?? (await build(sessions, request, state, database, built.at(-1) ?? null, load, emit));
    load = facts.load;
    built.push({ state, database, record: { ...facts.record, cached: cached !== null } });
  }
  if (load === null) throw new Error('a chain of states has a base');
  await sessions.admin((admin) => openToApplication(admin, request, sessions.endpoint.password));
  return { states: built, load };
}

/** How many states of the chain would have to be built. */
export async function missingStates(sessions: Sessions, request: BuildRequest): Promise<number> {
  const names = stateNames(request);
  const cached = await Promise.all(names.map((name) => cachedFacts(sessions, name)));
  return cached.filter((facts) => facts === null).length;
}

/** How this program builds states: another number where it builds them otherwise. */
const RULES = '4';

/** A state's name is a hash of all that went into it, so a stale one is never found. */
function stateNames({ suite, fixtures, tables, chain, build, salt }: BuildRequest): readonly string[] {
  const month = new Date().toISOString().slice(0, 7);
  let key = hashOf([
    RULES,
    build,
    ...suite.schema.map((file) => file.text),
    fixturesHash(tables, fixtures),
    String(fixtures.seed),
    String(fixtures.contacts),
    ...(salt === undefined ? [] : [salt]),
  ]);
  return chain.map((state) => {
    // Phases may make partitions up to the current month, so a state is good for a month.
    if (state.phase && changesDatabase(state.phase)) key = hashOf([key, state.phase.up.text, month]);
    return `bench_state_${key}`;
  });
}

/** A phase without statements changes the application only: its state is the database of the state before. */
function changesDatabase({ up }: Phase): boolean {
  return up.statements.length > 0;
}

function sameDatabase(record: StateRecord, { name, title, phases }: State): StateRecord {
  return {
    ...record,
    name,
    title,
    phases: [...phases],
    buildMs: 0,
    walBytes: 0,
    ddl: [],
    notices: [],
    locks: [],
  };
}

async function cachedFacts(sessions: Sessions, database: string): Promise<Facts | null> {
  const marker = await sessions.admin((admin) => markerOf(admin, database));
  const facts = Facts.safeParse(marker?.facts);
  return facts.success ? facts.data : null;
}

async function build(
  sessions: Sessions,
  request: BuildRequest,
  state: State,
  database: string,
  before: StateDatabase | null,
  loaded: LoadRecord | null,
  emit: Emit,
): Promise<Facts> {
  await sessions.admin(async (admin) => {
    await dropDatabase(admin, database);
    if (before) emit({ kind: 'stage', title: `copying state ${before.state.name}`, total: null, unit: '' });
    await createDatabase(admin, database, before?.database);
  });
  const notices: string[] = [];
  const onNotice = ({ severity, message }: Notice) => {
    if (severity === 'WARNING') notices.push(message);
  };
  const made = await sessions.with({ database, onNotice }, async (session) => {
    const versions = before && (await tableVersions(session));
    const { load, record } =
      state.phase && loaded
        ? {
            load: loaded,
            record: await watchedPhase(sessions, database, session, state, state.phase.up, emit),
          }
        : await buildBase(session, request, state, emit);
    const refreshes = await timeRefreshes(session);
    await settle(session, versions, emit);
    const relations = [...(await relationSizes(session))];
    return { load, record: { ...record, notices, refreshes, relations } };
  });
  return sessions.admin(async (admin) => {
    const facts = {
      load: made.load,
      record: { ...made.record, bytes: await databaseBytes(admin, database) },
    };
    await protect(admin, database);
    if (request.salt === undefined) await mark(admin, database, { purpose: 'state', facts });
    return facts;
  });
}

/** Tables, rows, then everything that is cheaper to build once the rows are there. */
async function buildBase(session: Session, request: BuildRequest, state: State, emit: Emit) {
  const start = performance.now();
  const { before, after } = splitAtLoad(request.suite.schema);
  const ddl = await runFiles(session, before, emit);
  const load = await loadTables(session, request.tables, request.fixtures, emit);
  const title = 'building constraints and indexes';
  emit({ kind: 'stage', title, total: statementCount(after), unit: 'statements' });
  ddl.push(...(await runFiles(session, after, emit)));
  const buildMs = performance.now() - start;
  emit({ kind: 'stage', title: 'checking the data', total: null, unit: '' });
  await checkFidelity(session, request.tables, request.fixtures);
  return { load, record: recordOf(state, ddl, buildMs) };
}

/** Files from the first with `--! after: load` on run when the rows are in. */
export function splitAtLoad(schema: readonly SqlFile[]) {
  const cut = schema.findIndex((file) => file.header['after']?.text === 'load');
  const at = cut < 0 ? schema.length : cut;
  return { before: schema.slice(0, at), after: schema.slice(at) };
}

/** Runs SQL files in order; the steps done. Errors: BENCH-SQL with file, line and caret. */
export async function runFiles(
  session: Session,
  files: readonly SqlFile[],
  emit: Emit,
): Promise<StateRecord['ddl']> {
  const steps: StateRecord['ddl'] = [];
  let done = 0;
  const tell = (note: string) => {
    emit({ kind: 'progress', done, note });
    done += 1;
  };
  for (const file of files) steps.push(...(await runSqlFile(session, file, tell)));
  return steps;
}

/** How many statements the files have. */
export function statementCount(files: readonly SqlFile[]): number {
  return files.reduce((sum, file) => sum + file.statements.length, 0);
}

/** Applies a phase while another session looks at the locks that it takes. */
async function watchedPhase(
  sessions: Sessions,
  database: string,
  session: Session,
  state: State,
  up: SqlFile,
  emit: Emit,
): Promise<StateRecord> {
  return sessions.with({ database }, async (watcher) => {
    const { value, locks } = await watchingLocks(watcher, session, () =>
      applyPhase(session, state, up, emit),
    );
    return { ...value, locks };
  });
}

async function applyPhase(session: Session, state: State, up: SqlFile, emit: Emit): Promise<StateRecord> {
  const title = `applying phase ${state.name}`;
  emit({ kind: 'stage', title, total: up.statements.length, unit: 'statements' });
  const start = performance.now();
  const ddl = await runFiles(session, [up], emit);
  return recordOf(state, ddl, performance.now() - start);
}

function recordOf(state: State, ddl: StateRecord['ddl'], buildMs: number): StateRecord {
  return {
    name: state.name,
    title: state.title,
    phases: [...state.phases],
    buildMs,
    walBytes: ddl.reduce((sum, step) => sum + step.walBytes, 0),
    bytes: 0,
    cached: false,
    ddl,
    notices: [],
    locks: [],
    refreshes: [],
    relations: [],
  };
}

/** The application's role may log in, with the server's password. */
async function openToApplication(admin: Session, { suite }: BuildRequest, password: string): Promise<void> {
  await admin.script(`ALTER ROLE ${identifier(suite.config.role)} PASSWORD ${literal(password)}`);
}

/** Drops every state of the chain. */
export async function dropStates(sessions: Sessions, request: BuildRequest): Promise<void> {
  await sessions.admin(async (admin) => {
    for (const name of new Set(stateNames(request))) await dropDatabase(admin, name);
  });
}

/** Drops what earlier runs left: work copies, and states that were never finished. */
export async function dropLeftovers(sessions: Sessions): Promise<void> {
  await sessions.admin(async (admin) => {
    for (const name of await ourDatabases(admin)) {
      const marker = await markerOf(admin, name);
      if (marker?.purpose !== 'state') await dropDatabase(admin, name);
    }
  });
}
