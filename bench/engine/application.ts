import type { Connection, Connections, Database } from '../core/suite.ts';
import type { OpenOptions, Sessions } from '../postgres/sessions.ts';

/** What an application has of a database: its session, and a way to open more. */
export interface Reach {
  readonly db: Database;
  readonly connections: Connections;
}

/** Opens a session for the length of `work`, and closes the further ones that the work opened and left. */
export async function withReach<T>(
  sessions: Sessions,
  options: OpenOptions,
  work: (reach: Reach) => Promise<T>,
): Promise<T> {
  return sessions.with(options, (db) =>
    withConnections(sessions, options, (connections) => work({ db, connections })),
  );
}

/** Hands out connections for the length of `work`, and closes those that it left open. */
export async function withConnections<T>(
  sessions: Sessions,
  options: OpenOptions,
  work: (connections: Connections) => Promise<T>,
): Promise<T> {
  const opened = new Set<Connection>();
  const connections: Connections = {
    async open() {
      const session = await sessions.open({ ...options, onClose: () => opened.delete(session) });
      opened.add(session);
      return session;
    },
  };
  try {
    return await work(connections);
  } finally {
    await Promise.all([...opened].map((session) => session.close()));
  }
}
