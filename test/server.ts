import { chmod, mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { env } from 'node:process';
import type { TestProject } from 'vitest/node';
import { haveStates } from '../bench/engine/states.ts';
import { loadSuite } from '../bench/engine/suite-folder.ts';
import type { Endpoint } from '../bench/postgres/session.ts';
import { Sessions } from '../bench/postgres/sessions.ts';
import embedded from '../bench/servers/embedded.ts';
import system from '../bench/servers/system.ts';

/** What test files get of the server: where it is, and the database of each empty state. */
export interface TestServer {
  /** Which of `SERVERS` it is. */
  readonly name: keyof typeof SERVERS;
  readonly endpoint: Endpoint;
  readonly states: Readonly<Record<string, string>>;
}

declare module 'vitest' {
  interface ProvidedContext {
    server: TestServer;
  }
}

export const SERVERS = { embedded, system };

/** Starts a server and builds every state, without rows. */
export async function startTestServer(
  name: keyof typeof SERVERS,
): Promise<{ server: TestServer; stop: () => Promise<void> }> {
  const cache = env['BENCH_TEST_CACHE'] ?? (await mkdtemp(path.join(await roomyFolder(), 'bench-test-')));
  await mkdir(cache, { recursive: true });
  await chmod(cache, 0o755);
  const server = await SERVERS[name].start({ cache, tls: false });
  const sessions = new Sessions(server.endpoint, 'bench-test');
  const suite = await loadSuite(path.resolve(import.meta.dirname, '..'));
  const fixtures = { seed: 1, contacts: 1000 };
  const request = { suite, fixtures, tables: [], chain: suite.states, build: server.build };
  const built = await haveStates(sessions, request, () => undefined);
  const states = Object.fromEntries(built.states.map(({ state, database }) => [state.name, database]));
  return {
    server: { name, endpoint: server.endpoint, states },
    stop: async () => {
      await server.stop();
      if (!env['BENCH_TEST_CACHE']) await rm(cache, { recursive: true, force: true });
    },
  };
}

const MEMORY = '/dev/shm';
/** Several times what the clusters of all database tests take. */
const ROOM_BYTES = 8 * 2 ** 30;

/** Every test makes a copy of a database, more than a thousand files: that takes a third of the time in memory. */
async function roomyFolder(): Promise<string> {
  const room = await statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return room >= ROOM_BYTES ? MEMORY : tmpdir();
}

/** One server for all database tests of a project. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { server, stop } = await startTestServer(project.name === 'system' ? 'system' : 'embedded');
  project.provide('server', server);
  return stop;
}
