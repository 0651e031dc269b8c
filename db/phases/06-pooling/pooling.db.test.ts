import { expect, test } from 'vitest';
import { withState } from '../../../test/database.ts';
import { createTenant } from '../../testing/tenant.ts';

test('whoever borrows a connection sees his own workspace, whoever had it before', () =>
  withState('pooling', async ({ owner, application, connections }) => {
    const [one, other] = [await createTenant(owner, 'one'), await createTenant(owner, 'other')];
    const pids = new Set<unknown>();
    for (const [tenant, foreign] of [
      [one, other],
      [other, one],
      [one, other],
    ] as const) {
      await application.request(connections, tenant, async (db) => {
        pids.add((await db.query('SELECT pg_backend_pid() AS pid')).rows[0]?.['pid']);
        expect(await application.findWorkspace(db, tenant.workspaceId)).toBe(tenant.workspaceId);
        expect(await application.findWorkspace(db, foreign.workspaceId)).toBeNull();
      });
    }
    expect(pids.size).toBe(1);
  }));

test('before, each request had a connection of its own', () =>
  withState('settings', async ({ owner, application, connections }) => {
    const tenant = await createTenant(owner, 'tenant');
    const pid = () =>
      application.request(
        connections,
        tenant,
        async (db) => (await db.query('SELECT pg_backend_pid() AS pid')).rows,
      );
    expect(await pid()).not.toEqual(await pid());
    const open = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database()`;
    await expect.poll(async () => (await owner.query(open)).rows).toEqual([{ n: 1 }]);
  }));
