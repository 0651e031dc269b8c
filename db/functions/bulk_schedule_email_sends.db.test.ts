import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inState, NAMES, UNLIMITED } from '../../test/scheduling.ts';
import { scheduleSends as scheduleAsBefore } from '../phases/00-base/schedule-sends.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../testing/tenant.ts';
import { untilBlocked } from '../testing/until-blocked.ts';

const STATES = ['base', 'partitioning', 'procedures'] as const;
const PARTITIONED = ['partitioning', 'procedures'] as const;

describe.each(STATES)('scheduling in state %s', (name) => {
  test('adds a send for each lead and counts it; a second call adds none', () =>
    inState(name, async ({ schedule, leadIds, campaignId, recipients, sends }) => {
      expect(await schedule(campaignId, leadIds)).toEqual({ scheduled: 4, done: 4 });
      expect(await schedule(campaignId, leadIds)).toEqual({ scheduled: 0, done: 4 });
      expect(await recipients(campaignId)).toBe(4);
      expect(await sends(campaignId)).toEqual(NAMES.map((lead) => `${lead}@example.com pending`));
    }));

  test('skips repeats, inactive leads, unknown ones and those of another workspace', () =>
    inState(name, async ({ state, schedule, leadIds, campaignId, recipients }) => {
      const stranger = await createTenant(state.owner, 'stranger');
      const foreign = await createLeads(state.owner, stranger, ['eve']);
      await state.owner.query(`UPDATE leads SET status = 'unsubscribed' WHERE id = $1`, [leadIds[0]]);
      const given = [...leadIds, ...leadIds, ...foreign, randomUUID()];
      expect(await schedule(campaignId, given)).toEqual({ scheduled: 3, done: 10 });
      expect(await recipients(campaignId)).toBe(3);
    }));

  test('refuses a campaign of another workspace and one that is past it', () =>
    inState(name, async ({ state, tenant, schedule, leadIds }) => {
      const stranger = await createTenant(state.owner, 'stranger');
      const foreign = await createCampaign(state.owner, stranger);
      await expect(schedule(foreign, leadIds)).rejects.toMatchObject({
        code: 'P0002',
        message: `campaign ${foreign} is not in this workspace`,
      });
      for (const status of ['sending', 'sent', 'completed', 'paused', 'cancelled']) {
        const campaignId = await createCampaign(state.owner, tenant, status);
        await expect(schedule(campaignId, leadIds)).rejects.toMatchObject({
          code: '55000',
          message: `campaign ${campaignId} is ${status}: only a draft or scheduled one takes recipients`,
        });
      }
    }));
});

describe.each(PARTITIONED)('one send per lead and campaign in state %s', (name) => {
  test('when two sessions schedule at once', () =>
    inState(name, async ({ state, tenant, schedule, campaignId, recipients, sends }) => {
      const many = await createLeads(
        state.owner,
        tenant,
        Array.from({ length: 3_000 }, (_, n) => `lead${n}`),
      );
      const other = await state.app(tenant.workspaceId, tenant.userId);
      const results = await Promise.all([
        schedule(campaignId, many),
        schedule(campaignId, many.toReversed(), other),
      ]);
      expect(results.reduce((sum, { scheduled }) => sum + scheduled, 0)).toBe(3_000);
      expect(await recipients(campaignId)).toBe(3_000);
      expect(new Set(await sends(campaignId)).size).toBe(3_000);
    }));

  test('when the second call comes in another month', () =>
    inState(name, async ({ state, schedule, leadIds, campaignId }) => {
      const [first] = leadIds;
      await schedule(campaignId, leadIds.slice(0, 2));
      const moment = `date_trunc('month', now()) - interval '1 second'`;
      await state.owner.query(`UPDATE email_sends_partitioned SET created_at = ${moment}`);
      await state.owner.query(`UPDATE campaigns SET sends_created_at = ${moment}`);
      expect(await schedule(campaignId, leadIds)).toMatchObject({ scheduled: 2 });
      const { rows } = await state.owner.query(
        'SELECT count(*)::int AS sends, count(DISTINCT created_at)::int AS moments FROM email_sends_partitioned',
      );
      expect(rows).toEqual([{ sends: 4, moments: 1 }]);
      expect(await schedule(campaignId, [String(first)])).toMatchObject({ scheduled: 0 });
    }));

  test('when the application inserts by itself: another moment is refused, and moments are set once', () =>
    inState(name, async ({ state, session, tenant, schedule, leadIds, campaignId, sends }) => {
      const insert = (createdAt: string) =>
        session.query(
          `INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
           VALUES ($1, $2, $3, 'ann@example.com', ${createdAt})`,
          [tenant.workspaceId, campaignId, leadIds[0]],
        );
      const moment = '(SELECT sends_created_at FROM campaigns)';
      await expect(insert('now()')).rejects.toMatchObject({ code: '42501' });
      await schedule(campaignId, leadIds.slice(1));
      for (const createdAt of ['now()', `now() + interval '1 day'`, `${moment} + interval '1 ms'`]) {
        await expect(insert(createdAt), createdAt).rejects.toMatchObject({ code: '42501' });
      }
      await insert(moment);
      await expect(insert(moment)).rejects.toMatchObject({ code: '23505' });
      for (const value of [`sends_created_at + interval '1 ms'`, 'NULL']) {
        const move = session.query(`UPDATE campaigns SET sends_created_at = ${value}`);
        await expect(move, value).rejects.toMatchObject({ code: '42501' });
      }
      await session.query('UPDATE campaigns SET sends_created_at = sends_created_at');
      expect(await sends(campaignId)).toHaveLength(4);
      expect((await state.owner.query('UPDATE campaigns SET sends_created_at = NULL')).rowCount).toBe(1);
    }));

  test('when a send is from before the partitioning', () =>
    inState(name, async ({ state, tenant, schedule, leadIds, campaignId }) => {
      await state.owner.query(
        `INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
         VALUES ($1, $2, $3, 'ann@example.com', '2024-05-05')`,
        [tenant.workspaceId, campaignId, leadIds[0]],
      );
      expect(await schedule(campaignId, leadIds)).toMatchObject({ scheduled: 3 });
    }));
});

test.each(PARTITIONED)('in state %s the application of before still schedules, by the old name', (name) =>
  inState(name, async ({ state, tenant, session, schedule, leadIds, campaignId, recipients, sends }) => {
    const before = (ids: readonly string[]) =>
      scheduleAsBefore(session, tenant.workspaceId, campaignId, ids, UNLIMITED);
    expect(await before(leadIds.slice(0, 2))).toEqual({ scheduled: 2, done: 2 });
    expect(await schedule(campaignId, leadIds.slice(0, 3))).toEqual({ scheduled: 1, done: 3 });
    expect(await before(leadIds)).toEqual({ scheduled: 1, done: 4 });
    expect(await recipients(campaignId)).toBe(4);
    expect(await sends(campaignId)).toEqual(NAMES.map((lead) => `${lead}@example.com pending`));
    const moments = 'SELECT count(DISTINCT created_at)::int AS n FROM email_sends_partitioned';
    expect((await state.owner.query(moments)).rows).toEqual([{ n: 1 }]);

    const again = `INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email) VALUES ($1, $2, $3, 'a@example.com')`;
    expect((await session.query(again, [tenant.workspaceId, campaignId, leadIds[0]])).rowCount).toBe(0);
    const theirs = await createCampaign(state.owner, await createTenant(state.owner, 'stranger'));
    const foreign = session.query(again, [tenant.workspaceId, theirs, leadIds[0]]);
    await expect(foreign).rejects.toMatchObject({ code: '42501' });
  }),
);

test('the seventh call of a session is as right as the first', () =>
  inState('procedures', async ({ state, tenant, schedule, leadIds }) => {
    for (let call = 0; call < 7; call += 1) {
      const campaignId = await createCampaign(state.owner, tenant);
      expect(await schedule(campaignId, leadIds)).toEqual({ scheduled: 4, done: 4 });
    }
  }));

test('rows of another workspace, that name our campaign and leads, change nothing', () =>
  inState('procedures', async ({ state, tenant, schedule, leadIds, campaignId, recipients }) => {
    const { owner } = state;
    const stranger = await createTenant(owner, 'stranger');
    await createSends(owner, stranger, campaignId, leadIds, { createdAt: new Date('2026-01-01Z') });
    const session = await state.app(stranger.workspaceId, stranger.userId);
    const events = leadIds.map((_, n) => ({ provider_message_id: `m${n}`, event: 'complained' }));
    const update = 'SELECT updated_count AS updated FROM batch_update_email_status($1, $2::jsonb)';
    const updated = await session.query(update, [stranger.workspaceId, JSON.stringify(events)]);
    expect(updated.rows).toEqual([{ updated: 4 }]);
    const counters = 'SELECT complained FROM campaign_metrics WHERE campaign_id = $1';
    expect((await owner.query(counters, [campaignId])).rows).toEqual([{ complained: 0 }]);
    await owner.query('SELECT fold_campaign_metrics()');
    expect((await owner.query(counters, [campaignId])).rows).toEqual([{ complained: 0 }]);
    expect(await schedule(campaignId, leadIds)).toEqual({ scheduled: 4, done: 4 });
    expect(await recipients(campaignId)).toBe(4);
    const active = `SELECT FROM leads WHERE workspace_id = $1 AND status = 'active'`;
    expect((await owner.query(active, [tenant.workspaceId])).rowCount).toBe(4);
  }));

test('a lead that is deleted meanwhile is skipped', () =>
  inState('procedures', async ({ state, schedule, leadIds, campaignId, recipients, sends }) => {
    const other = await state.connect();
    await other.query('BEGIN');
    await other.query('DELETE FROM leads WHERE id = $1', [leadIds[1]]);
    const scheduling = schedule(campaignId, leadIds);
    await untilBlocked(state.owner);
    await other.query('COMMIT');
    expect(await scheduling).toEqual({ scheduled: 3, done: 4 });
    expect(await recipients(campaignId)).toBe(3);
    expect(await sends(campaignId)).toEqual(
      ['ann', 'cyd', 'dan'].map((lead) => `${lead}@example.com pending`),
    );
  }));

test('a lead that is scheduled cannot be deleted before its send is there', () =>
  inState('procedures', async ({ state, session, tenant, leadIds, campaignId, sends }) => {
    const other = await state.connect();
    await session.query('BEGIN');
    const call = 'SELECT bulk_schedule_email_sends($1, $2, $3::uuid[])';
    await session.query(call, [campaignId, tenant.workspaceId, leadIds]);
    const deleting = other.query('DELETE FROM leads WHERE id = $1', [leadIds[0]]);
    await untilBlocked(state.owner);
    await session.query('COMMIT');
    await deleting;
    expect(await sends(campaignId)).toHaveLength(3);
  }));

test('an empty list schedules nobody and NULL is refused', () =>
  inState('procedures', async ({ session, tenant, schedule, campaignId }) => {
    expect(await schedule(campaignId, [])).toEqual({ scheduled: 0, done: 0 });
    const call = session.query('SELECT bulk_schedule_email_sends($1, $2, NULL)', [
      campaignId,
      tenant.workspaceId,
    ]);
    await expect(call).rejects.toMatchObject({ code: '22023' });
  }));

test('any schedules, one after another, add what a set of pairs would', () =>
  inState('procedures', async ({ state, tenant, schedule, leadIds, sends, recipients }) => {
    const stranger = await createTenant(state.owner, 'stranger');
    const foreign = await createLeads(state.owner, stranger, ['eve']);
    const campaigns = [await createCampaign(state.owner, tenant), await createCampaign(state.owner, tenant)];
    const someone = fc.constantFrom(...leadIds, ...foreign, randomUUID());
    const step = fc.record({
      campaign: fc.constantFrom(...campaigns),
      leads: fc.array(someone, { maxLength: 8 }),
      leaves: fc.oneof({ weight: 30, arbitrary: fc.constant(null) }, fc.constantFrom(...leadIds)),
    });
    const inactive = new Set<string>();
    const scheduled = new Set<string>();
    const check = fc.asyncProperty(fc.array(step, { maxLength: 4 }), async (steps) => {
      for (const { campaign, leads, leaves } of steps) {
        const added = new Set(
          leads
            .filter((lead) => leadIds.includes(lead) && !inactive.has(lead))
            .map((lead) => `${campaign} ${lead}`)
            .filter((pair) => !scheduled.has(pair)),
        );
        expect(await schedule(campaign, leads)).toEqual({ scheduled: added.size, done: leads.length });
        for (const pair of added) scheduled.add(pair);
        const known = [...scheduled].filter((pair) => pair.startsWith(campaign)).length;
        expect([await recipients(campaign), (await sends(campaign)).length]).toEqual([known, known]);
        if (leaves === null || inactive.size > 1) continue;
        inactive.add(leaves);
        await state.owner.query(`UPDATE leads SET status = 'bounced' WHERE id = $1`, [leaves]);
      }
    });
    await fc.assert(check, { numRuns: 60 });
    expect(scheduled.size).toBeGreaterThan(4);
  }));
