import path from 'node:path';
import { inject } from 'vitest';
import { loadSuite } from '../bench/engine/suite-folder.ts';
import { createDatabase, dropDatabase } from '../bench/postgres/databases.ts';
import type { Notice, Session } from '../bench/postgres/session.ts';
import { type OpenOptions, Sessions } from '../bench/postgres/sessions.ts';
import type { Application, Connections } from '../db/application.ts';
import { chooseTenant } from '../db/phases/00-base/request.ts';

export type StateName = 'base' | 'indexes' | 'partitioning' | 'procedures' | 'views' | 'settings' | 'pooling';

/** A fresh copy of an empty state, and ways into it. */
export interface StateUnderTest {
  /** Sees everything; bypasses row level security. */
  readonly owner: Session;
  /** The application's operations in this state. */
  readonly application: Application;
  /** A session of the application's role, for this tenant and user. Closed at the end of the test. */
  app(workspaceId: string, userId: string): Promise<Session>;
  /** Another session of the owner, for tests of concurrency. Closed at the end of the test. */
  connect(onNotice?: (notice: Notice) => void): Promise<Session>;
  /** Opens sessions of the application's role, for no tenant yet. */
  readonly connections: Connections;
}

const suite = loadSuite(path.resolve(import.meta.dirname, '..'));
let copies = 0;

/** Runs a test in a copy of a state that has the schema and no rows; the copy is dropped afterwards. */
export async function withState<T>(name: StateName, test: (state: StateUnderTest) => Promise<T>): Promise<T> {
  return inCopy(inject('server').states[name], name, test);
}

/** Runs a test in a database that has nothing yet. */
export async function withEmptyDatabase<T>(test: (state: StateUnderTest) => Promise<T>): Promise<T> {
  return inCopy(undefined, 'base', test);
}

async function inCopy<T>(
  template: string | undefined,
  name: StateName,
  test: (state: StateUnderTest) => Promise<T>,
): Promise<T> {
  const { endpoint } = inject('server');
  const sessions = new Sessions(endpoint, 'bench-test');
  copies += 1;
  const database = `bench_work_${process.pid}_${copies}`;
  await sessions.admin((admin) => createDatabase(admin, database, template));
  try {
    return await inDatabase(sessions, database, name, test);
  } finally {
    await sessions.admin((admin) => dropDatabase(admin, database));
  }
}

async function inDatabase<T>(
  sessions: Sessions,
  database: string,
  name: StateName,
  test: (state: StateUnderTest) => Promise<T>,
): Promise<T> {
  const { config, states } = await suite;
  const operations = states.find((state) => state.name === name)?.operations;
  const opened: Session[] = [];
  const open = async (options: Partial<OpenOptions> = {}): Promise<Session> => {
    const session = await sessions.open({ database, ...options });
    opened.push(session);
    return session;
  };
  try {
    return await test({
      owner: await open(),
      application: operations as unknown as Application,
      app: async (workspaceId, userId) => {
        const session = await open({ user: config.role });
        await chooseTenant(session, { workspaceId, userId });
        return session;
      },
      connect: (onNotice) => open(onNotice ? { onNotice } : {}),
      connections: { open: () => open({ user: config.role }) },
    });
  } finally {
    await Promise.all(opened.map((session) => session.close()));
  }
}
