import type { Connection, Connections, Database } from '../core/suite.ts';
import type { OpenOptions, Sessions } from '../postgres/sessions.ts';

/** What an application has of a database: its session, and a way to open more. */
export interface Reach {
  readonly db: Database;
  readonly connections: Connections;
}

/** Closes what was opened, further connections too. */
interface Closing {
  close(): Promise<void>;
}

/** Opens a session, which the caller closes; with it go the further ones that were opened and left. */
export async function openReach(sessions: Sessions, options: OpenOptions): Promise<Reach & Closing> {
  const db = await sessions.open(options);
  const connections = connectionsOf(sessions, options);
  const close = async () => {
    await Promise.all([db.close(), connections.close()]);
  };
  return { db, connections, close };
}

/** Opens a session for the length of `work`, and closes the further ones that the work opened and left. */
export async function withReach<T>(
  sessions: Sessions,
  options: OpenOptions,
  work: (reach: Reach) => Promise<T>,
): Promise<T> {
  const reach = await openReach(sessions, options);
  try {
    return await work(reach);
  } finally {
    await reach.close();
  }
}

/** Hands out connections for the length of `work`, and closes those that it left open. */
export async function withConnections<T>(
  sessions: Sessions,
  options: OpenOptions,
  work: (connections: Connections) => Promise<T>,
): Promise<T> {
  const connections = connectionsOf(sessions, options);
  try {
    return await work(connections);
  } finally {
    await connections.close();
  }
}

function connectionsOf(sessions: Sessions, options: OpenOptions): Connections & Closing {
  const opened = new Set<Connection>();
  return {
    async open() {
      const session = await sessions.open({ ...options, onClose: () => opened.delete(session) });
      opened.add(session);
      return session;
    },
    async close() {
      await Promise.all([...opened].map((session) => session.close()));
    },
  };
}
