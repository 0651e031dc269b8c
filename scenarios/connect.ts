import { defineScenario } from 'mailgenius-bench';
import { orderedDigest } from 'mailgenius-bench/digest';
import type { Application, Tenant } from '../db/application.ts';
import { mainWorkspace } from '../fixtures/model/tenants.ts';

/** Requests of each caller in one execution. */
const REQUESTS = 5;

interface Input {
  readonly callers: number;
  readonly tenant: Tenant;
}

type Found = readonly (string | null)[];

export default defineScenario<Application, number, Input, Found>({
  title: 'Requests and their connections',
  help: `${REQUESTS} requests of each caller, one after another; each reads one row by its key, so that the rest is what connecting costs.`,
  claim: 'pooling',
  unit: 'requests',
  writes: false,
  tables: ['workspaces', 'users', 'workspace_members'],
  variants: () => [
    { name: 'callers=1', parameters: 1, main: true },
    { name: 'callers=8', parameters: 8 },
  ],
  input: async (callers, { fixtures }) => ({ callers, tenant: mainWorkspace(fixtures) }),
  run: async ({ app, connections, input }) => {
    const calls = Array.from({ length: input.callers }, () => call(app, connections, input.tenant));
    const result = (await Promise.all(calls)).flat();
    return { result, done: result.length, total: result.length };
  },
  answer: async ({ outcome }) => orderedDigest(outcome.result.map(lineOf)),
  oracle: ({ callers, tenant }) =>
    orderedDigest(Array.from({ length: callers * REQUESTS }, () => lineOf(tenant.workspaceId))),
});

async function call(
  { request, findWorkspace }: Application,
  connections: Parameters<Application['request']>[0],
  tenant: Tenant,
): Promise<Found> {
  const found = [];
  for (let i = 0; i < REQUESTS; i += 1) {
    found.push(await request(connections, tenant, (db) => findWorkspace(db, tenant.workspaceId)));
  }
  return found;
}

function lineOf(workspaceId: string | null): string {
  return workspaceId ?? 'none';
}
