import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createCampaign, createTenant, only } from '../testing/tenant.ts';
import { untilBlocked } from '../testing/until-blocked.ts';

const UPDATE = `
  SELECT updated_count AS updated, error_count AS refused, errors FROM batch_update_campaign_metrics($1, $2::jsonb)`;

const METRICS = 'SELECT delivered, opened FROM campaign_metrics WHERE campaign_id = $1';

test('elements for one campaign add up, and counts are of campaigns', () =>
  withCampaign(async ({ state, campaignId, update }) => {
    const result = await update([
      { campaign_id: campaignId, opened: 3 },
      { campaign_id: campaignId, opened: 4, delivered: 1 },
      { campaign_id: campaignId, opened: null },
    ]);
    expect(result).toEqual({ updated: 1, refused: 0, errors: [] });
    expect(only((await state.owner.query(METRICS, [campaignId])).rows)).toEqual({ delivered: 1, opened: 7 });
    expect(await update([{ campaign_id: campaignId }])).toEqual({ updated: 0, refused: 0, errors: [] });
  }));

test('what is invalid comes back with its position, and the others go in', () =>
  withCampaign(async ({ state, campaignId, update }) => {
    const stranger = await createTenant(state.owner, 'stranger');
    const theirs = await createCampaign(state.owner, stranger);
    const opened = 'opened is not a whole number within 0 and 1,000,000,000';
    expect(
      await update([
        [],
        { campaign_id: 'x', opened: 1 },
        { campaign_id: randomUUID(), opened: 1 },
        { campaign_id: theirs, opened: 1 },
        { campaign_id: campaignId, opened: -1 },
        { campaign_id: campaignId, opened: 1.5 },
        { campaign_id: campaignId, opened: '1' },
        { campaign_id: campaignId, opened: 1e10 },
        { campaign_id: campaignId, opened: 2 },
      ]),
    ).toEqual({
      updated: 1,
      refused: 8,
      errors: [
        'not an object',
        'campaign_id is not an id',
        'there is no such campaign in this workspace',
        'there is no such campaign in this workspace',
        ...Array.from({ length: 4 }, () => opened),
      ].map((reason, index) => ({ position: index + 1, reason })),
    });
    expect(only((await state.owner.query(METRICS, [campaignId])).rows)).toMatchObject({ opened: 2 });
  }));

test('a campaign whose elements add up to more than a counter holds comes back, and the others go in', () =>
  withCampaign(async ({ state, tenant, campaignId, update }) => {
    const other = await createCampaign(state.owner, tenant);
    const full = { campaign_id: campaignId, delivered: 1, opened: 1_000_000_000 };
    const reason = 'the counters of this campaign add up to more than 2,147,483,647';
    expect(await update([full, { campaign_id: other, opened: 5 }, full, 7, full])).toEqual({
      updated: 1,
      refused: 4,
      errors: [1, 3, 4, 5].map((position) => ({
        position,
        reason: position === 4 ? 'not an object' : reason,
      })),
    });
    expect(only((await state.owner.query(METRICS, [campaignId])).rows)).toEqual({ delivered: 0, opened: 0 });
    expect(only((await state.owner.query(METRICS, [other])).rows)).toMatchObject({ opened: 5 });
    const rest = { campaign_id: campaignId, opened: 147_483_647 };
    expect(await update([full, full, rest])).toEqual({ updated: 1, refused: 0, errors: [] });
    expect(only((await state.owner.query(METRICS, [campaignId])).rows)).toMatchObject({
      opened: 2_147_483_647,
    });
  }));

test('a burst on one campaign waits for nobody, where updates of its row would', () =>
  withCampaign(async ({ state, tenant, campaignId, update }) => {
    const other = await state.app(tenant.workspaceId, tenant.userId);
    const session = await state.app(tenant.workspaceId, tenant.userId);
    await session.query('BEGIN');
    await update([{ campaign_id: campaignId, opened: 1 }], session);
    await other.query(`SET lock_timeout = '1s'`);
    await update([{ campaign_id: campaignId, opened: 1 }], other);

    await session.query('UPDATE campaigns SET opened = opened + 1 WHERE id = $1', [campaignId]);
    const naive = other.query('UPDATE campaigns SET opened = opened + 1 WHERE id = $1', [campaignId]);
    await expect(naive).rejects.toMatchObject({ code: '55P03' });
    await update([{ campaign_id: campaignId, opened: 1 }], other);
    await session.query('COMMIT');
    expect(only((await state.owner.query(METRICS, [campaignId])).rows)).toMatchObject({ opened: 4 });
  }));

test('a campaign that is deleted meanwhile comes back, and the others go in', () =>
  withCampaign(async ({ state, tenant, campaignId, update }) => {
    const other = await createCampaign(state.owner, tenant, 'sent');
    const session = await state.app(tenant.workspaceId, tenant.userId);
    await session.query('BEGIN');
    await session.query('DELETE FROM campaigns WHERE id = $1', [campaignId]);
    const updating = update([
      { campaign_id: campaignId, opened: 1 },
      { campaign_id: other, opened: 1 },
    ]);
    await untilBlocked(state.owner);
    await session.query('COMMIT');
    expect(await updating).toEqual({
      updated: 1,
      refused: 1,
      errors: [{ position: 1, reason: 'there is no such campaign in this workspace' }],
    });
    expect(only((await state.owner.query(METRICS, [other])).rows)).toMatchObject({ opened: 1 });
  }));

test('a counter that is full does not keep the others from being folded', () =>
  withCampaign(async ({ state, tenant, campaignId, update }) => {
    const other = await createCampaign(state.owner, tenant);
    for (let n = 0; n < 3; n++) await update([{ campaign_id: campaignId, opened: 1_000_000_000 }]);
    await update([{ campaign_id: other, opened: 5 }]);
    await state.owner.query('SELECT fold_campaign_metrics()');
    expect(only((await state.owner.query(METRICS, [campaignId])).rows)).toMatchObject({
      opened: 2_147_483_647,
    });
    expect(only((await state.owner.query(METRICS, [other])).rows)).toMatchObject({ opened: 5 });
  }));

interface Tools {
  readonly state: StateUnderTest;
  readonly tenant: { readonly workspaceId: string; readonly userId: string };
  readonly campaignId: string;
  update(metrics: unknown, session?: Database): Promise<unknown>;
}

function withCampaign(check: (tools: Tools) => Promise<void>): Promise<void> {
  return withState('procedures', async (state) => {
    const tenant = await createTenant(state.owner, 'tenant');
    const campaignId = await createCampaign(state.owner, tenant, 'sent');
    const app = await state.app(tenant.workspaceId, tenant.userId);
    const update = async (metrics: unknown, session: Database = app) =>
      only((await session.query(UPDATE, [tenant.workspaceId, JSON.stringify(metrics)])).rows);
    await check({ state, tenant, campaignId, update });
  });
}
