import { expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createCampaign, createTenant, only, type Tenant } from '../testing/tenant.ts';

const FOLD = 'SELECT fold_campaign_metrics() AS campaigns';

const UPDATE = 'SELECT batch_update_campaign_metrics($1, $2::jsonb)';

test('a campaign that somebody is changing is left to the next call, with its changes; the others are folded', () =>
  withCampaigns(async ({ state, tenant, ids: [held = '', free = ''], add }) => {
    await add([held, free, free]);
    const session = await state.app(tenant.workspaceId, tenant.userId);
    await session.query('BEGIN');
    await session.query(`UPDATE campaigns SET name = 'held' WHERE id = $1`, [held]);
    await state.owner.query(`SET lock_timeout = '1ms'`);
    expect(await foldedBy(state.owner)).toBe(1);
    expect(await opened(state.owner, held)).toEqual({ folded: 0, shown: 1 });
    expect(await opened(state.owner, free)).toEqual({ folded: 2, shown: 2 });

    await session.query('COMMIT');
    expect(await foldedBy(state.owner)).toBe(1);
    expect(await opened(state.owner, held)).toEqual({ folded: 1, shown: 1 });
    expect(await foldedBy(state.owner)).toBe(0);
  }));

test('the daily maintenance does not wait for a campaign in use, and nor does who goes on from it to its sends', () =>
  withCampaigns(async ({ state, tenant, ids: [held = ''], add }) => {
    const { owner } = state;
    await add([held]);
    const session = await state.app(tenant.workspaceId, tenant.userId);
    await session.query('BEGIN');
    await session.query(`UPDATE campaigns SET name = 'held' WHERE id = $1`, [held]);

    await owner.query('BEGIN');
    await owner.query(`SET LOCAL statement_timeout = '20s'`);
    const { rows } = await owner.query('SELECT task, failed, result FROM perform_maintenance_tasks()');
    expect(rows.filter(({ failed }) => failed)).toEqual([]);
    const tasks = rows.map(({ task }) => task);
    expect(tasks).toEqual(expect.arrayContaining(['remove old sends', 'create partitions']));
    // The months it removed are locked until it ends.
    const waiting = session.query('SELECT FROM email_sends_partitioned');
    await owner.query('COMMIT');
    expect((await waiting).rowCount).toBe(0);
    await session.query('COMMIT');
    expect(await foldedBy(owner)).toBe(1);
    expect(await opened(owner, held)).toEqual({ folded: 1, shown: 1 });
  }));

test('counters are exact, whoever folds, counts and changes campaigns at the same time', () =>
  withCampaigns(async ({ state, tenant, ids, add }) => {
    const sessions = await Promise.all([1, 2, 3].map(() => state.app(tenant.workspaceId, tenant.userId)));
    const rounds = 40;
    let isDone = false;
    const writing = sessions.map(async (session) => {
      for (let round = 0; round < rounds; round++) {
        await add(ids, session);
        // As the application would that counts by itself, and keeps the row for a moment.
        await session.transaction(async () => {
          await session.query('UPDATE campaigns SET opened = opened + 1 WHERE id = $1', [ids[round % 2]]);
          await session.query('SELECT pg_sleep(0.002)');
        });
      }
    });
    const folding = [await state.connect(), await state.connect()].map(async (folder) => {
      let calls = 0;
      for (; !isDone; calls++) await folder.query(FOLD);
      return calls;
    });
    await Promise.all(writing);
    isDone = true;
    for (const calls of await Promise.all(folding)) expect(calls).toBeGreaterThan(3);
    await state.owner.query(FOLD);
    const expected = (sessions.length * rounds * 3) / 2;
    for (const id of ids)
      expect(await opened(state.owner, id)).toEqual({ folded: expected, shown: expected });
  }));

interface Tools {
  readonly state: StateUnderTest;
  readonly tenant: Tenant;
  /** Of two campaigns. */
  readonly ids: readonly string[];
  /** Counts one open for each. */
  add(ids: readonly string[], session?: Database): Promise<void>;
}

function withCampaigns(check: (tools: Tools) => Promise<void>): Promise<void> {
  return withState('views', async (state) => {
    const tenant = await createTenant(state.owner, 'tenant');
    const ids = [await createCampaign(state.owner, tenant), await createCampaign(state.owner, tenant)];
    const app = await state.app(tenant.workspaceId, tenant.userId);
    const add = async (campaigns: readonly string[], session: Database = app) => {
      const metrics = campaigns.map((id) => ({ campaign_id: id, opened: 1 }));
      await session.query(UPDATE, [tenant.workspaceId, JSON.stringify(metrics)]);
    };
    await check({ state, tenant, ids, add });
  });
}

async function foldedBy(db: Database): Promise<number> {
  return only((await db.query<{ campaigns: number }>(FOLD)).rows).campaigns;
}

/** What the campaign's row holds, and what campaign_metrics shows. */
async function opened(db: Database, id: string): Promise<unknown> {
  const sql = `SELECT campaign.opened AS folded, metrics.opened AS shown
               FROM campaigns AS campaign JOIN campaign_metrics AS metrics ON campaign_id = id WHERE id = $1`;
  return only((await db.query(sql, [id])).rows);
}
