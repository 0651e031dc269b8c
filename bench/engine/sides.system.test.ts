import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ourDatabases } from '../postgres/databases.ts';
import { Sessions } from '../postgres/sessions.ts';
import type { RunningServer } from '../servers/cluster/server.ts';
import { startSystem } from '../servers/system.ts';
import { planRun } from './plan.ts';
import { withSides } from './sides.ts';
import { loadSuite } from './suite-folder.ts';

let cache: string;
let server: RunningServer;

beforeAll(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'bench-uncounted-'));
  await chmod(cache, 0o755);
  server = await startSystem({ cache, tls: false }, { shared_preload_libraries: '' });
});

afterAll(async () => {
  await server?.stop();
  await rm(cache, { recursive: true, force: true });
});

test('a server without pg_stat_statements builds no sides of a gate', async () => {
  const suite = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));
  const wishes = { scenarios: [], states: null, profile: 'smoke', contacts: null, seed: 1, orderSeed: 1 };
  const sessions = new Sessions(server.endpoint, 'bench-test');
  const setup = { sessions, emit: () => undefined, build: server.build };
  const sides = [
    { name: 'base', title: 'before', suite },
    { name: 'head', title: 'after', suite },
  ] as const;
  const gate = withSides(setup, planRun(suite, wishes), sides, () => Promise.resolve());
  await expect(gate).rejects.toMatchObject({ name: 'BENCH-GATE-UNCOUNTED', exitCode: 4 });
  expect(await sessions.admin(ourDatabases)).toEqual([]);
});
