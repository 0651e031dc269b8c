import path from 'node:path';
import { inject } from 'vitest';
import { loadSuite } from '../bench/engine/suite-folder.ts';
import { createDatabase, dropDatabase } from '../bench/postgres/databases.ts';
import type { Session } from '../bench/postgres/session.ts';
import { Sessions } from '../bench/postgres/sessions.ts';
import type { Application } from '../db/application.ts';

export type StateName = 'base' | 'indexes' | 'partitioning' | 'procedures' | 'views';

/** A fresh copy of an empty state, and ways into it. */
export interface StateUnderTest {
  /** Sees everything; bypasses row level security. */
  readonly owner: Session;
  /** The application's operations in this state. */
  readonly application: Application;
  /** A session of the application's role, for this tenant and user. Closed at the end of the test. */
  app(workspaceId: string, userId: string): Promise<Session>;
  /** Another session of the owner, for tests of concurrency. Closed at the end of the test. */
  connect(): Promise<Session>;
}

const suite = loadSuite(path.resolve(import.meta.dirname, '..'));
let copies = 0;

/** Runs a test in a copy of a state that has the schema and no rows; the copy is dropped afterwards. */
export async function withState<T>(name: StateName, test: (state: StateUnderTest) => Promise<T>): Promise<T> {
  const { endpoint, states } = inject('server');
  const sessions = new Sessions(endpoint, 'bench-test');
  copies += 1;
  const database = `bench_work_${process.pid}_${copies}`;
  await sessions.admin((admin) => createDatabase(admin, database, states[name]));
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
  const open = async (user?: string): Promise<Session> => {
    const session = await sessions.open({ database, ...(user === undefined ? {} : { user }) });
    opened.push(session);
    return session;
  };
  try {
    return await test({
      owner: await open(),
      application: operations as unknown as Application,
      app: async (workspaceId, userId) => {
        const session = await open(config.role);
        const sql = `SELECT set_config('app.workspace_id', $1, false), set_config('app.user_id', $2, false)`;
        await session.query(sql, [workspaceId, userId]);
        return session;
      },
      connect: () => open(),
    });
  } finally {
    await Promise.all(opened.map((session) => session.close()));
  }
}
