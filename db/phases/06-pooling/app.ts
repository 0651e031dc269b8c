import type { Application, Connections } from '../../application.ts';
import { chooseTenant } from '../00-base/request.ts';
import { Pool } from './pool.ts';

/** As many as the server has processors to serve them, and a few that wait for the client. */
const SIZE = 8;

const pools = new WeakMap<Connections, Pool>();

function poolOf(connections: Connections): Pool {
  const known = pools.get(connections);
  if (known) return known;
  const pool = new Pool(connections, SIZE);
  pools.set(connections, pool);
  return pool;
}

/** A request borrows a connection. Whoever had it before may have been another tenant: the tenant is chosen each time. */
export default {
  request: (connections, tenant, work) =>
    poolOf(connections).lend(async (db) => {
      await chooseTenant(db, tenant);
      return work(db);
    }),
} satisfies Partial<Application>;
