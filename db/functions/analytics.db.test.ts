import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createCampaign, createLeads, createSends, createTenant, type Tenant } from '../testing/tenant.ts';
import { hearPlans, indexesOf } from '../traps/plan.ts';

const CAMPAIGN = `
  SELECT period_start::text AS start, sent, opened FROM get_campaign_analytics($1, $2, $3, $4, $5, $6)`;

const GROWTH = `
  SELECT period_start::text AS start, new_leads AS "new", active_leads AS active, total_leads AS total
  FROM get_lead_growth_analytics($1, $2, $3, $4, $5)`;

test('a campaign has a line for every day, in the days of the time zone', () =>
  withTenant(async ({ owner, app, tenant }) => {
    const campaignId = await createCampaign(owner, tenant);
    const leadIds = await createLeads(owner, tenant, ['ann', 'bob']);
    await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date('2026-03-01Z') });
    // 23:30 UTC is the next day in Berlin, and two hours later is the day that clocks go forward on.
    await owner.query(
      `UPDATE email_sends_partitioned SET sent_at = '2026-03-27 23:30Z', opened_at = '2026-03-29 01:30Z'`,
    );
    const days = (zone: string) =>
      app.query(CAMPAIGN, [tenant.workspaceId, campaignId, '2026-03-27', '2026-03-30', 'day', zone]);
    expect((await days('Europe/Berlin')).rows).toEqual([
      { start: '2026-03-27', sent: 0, opened: 0 },
      { start: '2026-03-28', sent: 2, opened: 0 },
      { start: '2026-03-29', sent: 0, opened: 2 },
      { start: '2026-03-30', sent: 0, opened: 0 },
    ]);
    await app.query(`SET timezone = 'Pacific/Auckland'`);
    expect((await days('UTC')).rows[0]).toEqual({ start: '2026-03-27', sent: 2, opened: 0 });
  }));

test('weeks begin on Monday, months on the first, and both count whole', () =>
  withTenant(async ({ owner, app, tenant }) => {
    await addLeads(owner, tenant, ['2025-12-31', '2026-01-01', '2026-01-15', '2026-03-31 23:59:59.999Z']);
    const growth = async (from: string, to: string, period: string) =>
      (await app.query(GROWTH, [tenant.workspaceId, from, to, period, 'UTC'])).rows;
    expect(await growth('2026-01-20', '2026-03-01', 'month')).toEqual([
      { start: '2026-01-01', new: 2, active: 1, total: 3 },
      { start: '2026-02-01', new: 0, active: 0, total: 3 },
      { start: '2026-03-01', new: 1, active: 1, total: 4 },
    ]);
    expect(await growth('2026-01-01', '2026-01-05', 'week')).toEqual([
      { start: '2025-12-29', new: 2, active: 1, total: 2 },
      { start: '2026-01-05', new: 0, active: 0, total: 2 },
    ]);
  }));

test('without dates the last day is today in the time zone, whatever the session is in', () =>
  withTenant(async ({ app, tenant }) => {
    for (const session of ['UTC', 'Etc/GMT+12', 'Etc/GMT-14']) {
      await app.query(`SELECT set_config('timezone', $1, false)`, [session]);
      for (const zone of ['Etc/GMT+12', 'UTC', 'Etc/GMT-14']) {
        const { rows } = await app.query(
          `SELECT (now() AT TIME ZONE $2)::date::text AS today, (SELECT array_agg(period_start::text) FROM
                  get_lead_growth_analytics($1, p_time_zone => $2)) AS growth,
                  (SELECT array_agg(period_start::text) FROM
                  get_campaign_analytics($1, p_time_zone => $2)) AS campaign`,
          [tenant.workspaceId, zone],
        );
        const { today, growth, campaign } = rows[0] as Readonly<Record<string, readonly string[]>>;
        expect(growth?.at(-1), `${zone} in ${session}`).toBe(today);
        expect(growth).toHaveLength(30);
        expect(campaign).toEqual(growth);
      }
    }
  }));

test('a time that clocks show twice belongs to one day, the same from wherever one looks', () =>
  withTenant(async ({ owner, app, tenant }) => {
    // Havana: back from 1:00 to 0:00 at 05:00 UTC. St. John's: back from 0:01 to 23:01 the day before, at 02:31 UTC.
    await addLeads(owner, tenant, [
      ...['2025-11-02 03:59:59Z', '2025-11-02 04:00Z', '2025-11-02 04:59:59Z', '2025-11-02 05:00Z'],
      ...['2010-11-07 02:29:59Z', '2010-11-07 02:30Z', '2010-11-07 03:00Z', '2010-11-07 03:30Z'],
    ]);
    const growth = async (day: string, from: string, to: string, zone: string) =>
      (await app.query(GROWTH, [tenant.workspaceId, from, to, 'day', zone])).rows.find(
        (row) => row['start'] === day,
      );
    for (const [from, to] of [
      ['2025-11-02', '2025-11-02'],
      ['2025-11-01', '2025-11-03'],
    ] as const) {
      const seen = await growth('2025-11-02', from, to, 'America/Havana');
      expect(seen, from).toEqual({ start: '2025-11-02', new: 3, active: 2, total: 8 });
    }
    for (const [from, to] of [
      ['2010-11-06', '2010-11-06'],
      ['2010-11-05', '2010-11-08'],
    ] as const) {
      expect(await growth('2010-11-06', from, to, 'America/St_Johns'), from).toMatchObject({
        new: 1,
        total: 1,
      });
    }
    for (const [from, to] of [
      ['2010-11-07', '2010-11-07'],
      ['2010-11-06', '2010-11-08'],
    ] as const) {
      expect(await growth('2010-11-07', from, to, 'America/St_Johns'), from).toMatchObject({
        new: 3,
        total: 4,
      });
    }
  }));

test('a send of an hour that comes twice counts once', () =>
  withTenant(async ({ owner, app, tenant }) => {
    const campaignId = await createCampaign(owner, tenant);
    const leadIds = await createLeads(owner, tenant, ['ann', 'bob']);
    await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date('2025-11-01Z') });
    await owner.query(
      `UPDATE email_sends_partitioned SET sent_at = '2025-11-02 04:30Z', opened_at = '2025-11-02 05:30Z'`,
    );
    for (const from of ['2025-11-01', '2025-11-02']) {
      const range = [from, '2025-11-03', 'day', 'America/Havana'];
      const { rows } = await app.query(CAMPAIGN, [tenant.workspaceId, campaignId, ...range]);
      const day = rows.find((row) => row['start'] === '2025-11-02');
      expect(day, from).toEqual({ start: '2025-11-02', sent: 2, opened: 2 });
    }
  }));

test('another workspace counts for nothing, and its campaign is not there', () =>
  withTenant(async ({ owner, app, tenant }) => {
    const stranger = await createTenant(owner, 'stranger');
    const theirs = await createCampaign(owner, stranger);
    await createSends(owner, stranger, theirs, await createLeads(owner, stranger, ['eve']));
    await owner.query('UPDATE email_sends_partitioned SET sent_at = now()');
    const today = [new Date(), new Date(), 'day', 'UTC'];
    const { rows } = await app.query(CAMPAIGN, [tenant.workspaceId, null, ...today]);
    expect(rows).toMatchObject([{ sent: 0 }]);
    for (const campaignId of [theirs, randomUUID()]) {
      const call = app.query(CAMPAIGN, [tenant.workspaceId, campaignId, ...today]);
      await expect(call).rejects.toMatchObject({ code: 'P0002' });
    }
    await expect(app.query(CAMPAIGN, [stranger.workspaceId, null, ...today])).rejects.toMatchObject({
      code: '42501',
    });
  }));

test('a small workspace reads its own sends, not those of a large one', () =>
  withState('procedures', async ({ owner, connect }) => {
    const [small, large] = [await createTenant(owner, 'small'), await createTenant(owner, 'large')];
    const months = ['2025-01-01', '2025-02-01', '2025-03-01'];
    for (const [tenant, leads] of [
      [small, 5],
      [large, 3_000],
    ] as const) {
      const campaignId = await createCampaign(owner, tenant);
      const names = Array.from({ length: leads }, (_, n) => `lead${n}`);
      const leadIds = await createLeads(owner, tenant, names);
      for (const month of months)
        await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date(month) });
    }
    await owner.query('UPDATE email_sends_partitioned SET sent_at = created_at');
    await owner.query('ANALYZE email_sends_partitioned');
    const { db, planWith } = await hearPlans(connect, small);
    const range = [null, '2025-01-01', '2025-03-31', 'month', 'UTC'];
    expect((await db.query(CAMPAIGN, [small.workspaceId, ...range])).rows).toMatchObject(
      months.map((start) => ({ start, sent: 5 })),
    );
    expect(indexesOf(planWith('width_bucket'))).toEqual(
      expect.arrayContaining(
        ['01', '02', '03'].map((month) => `email_sends_y2025m${month}_workspace_id_created_at_idx`),
      ),
    );
  }));

test.each([
  ['a period that is none', ['2026-01-01', '2026-01-02', 'hour', 'UTC'], /day, week or month/],
  ['a range that runs backwards', ['2026-01-02', '2026-01-01', 'day', 'UTC'], /not be before p_from/],
  ['a range without an end', ['2026-01-01', 'infinity', 'day', 'UTC'], /within 1970 and 9999/],
  ['the end of the calendar', ['5874897-12-30', '5874897-12-30', 'day', 'UTC'], /within 1970 and 9999/],
  ['the end alone', [null, '4713-01-01 BC', 'month', 'UTC'], /within 1970 and 9999/],
  ['the beginning alone', ['294277-01-01', null, 'week', 'UTC'], /within 1970 and 9999/],
  ['a range of centuries', ['1970-01-01', '9999-12-31', 'day', 'UTC'], /10000 days/],
  ['no period', ['2026-01-01', '2026-01-02', null, 'UTC'], /day, week or month/],
  ['an unknown time zone', ['2026-01-01', '2026-01-02', 'day', 'Mars/Olympus'], /time zone/],
] as const)('%s is refused', (_, range, message) =>
  withTenant(async ({ app, tenant }) => {
    const refusal = { code: '22023', message: expect.stringMatching(message) };
    await expect(app.query(GROWTH, [tenant.workspaceId, ...range])).rejects.toMatchObject(refusal);
    await expect(app.query(CAMPAIGN, [tenant.workspaceId, null, ...range])).rejects.toMatchObject(refusal);
  }),
);

test('the first and the last days that are taken have their periods', () =>
  withTenant(async ({ app, tenant }) => {
    const starts = async (from: string | null, to: string, period: string) =>
      (
        await app.query(CAMPAIGN, [tenant.workspaceId, null, from, to, period, 'Pacific/Kiritimati'])
      ).rows.map((row) => row['start']);
    expect(await starts('9999-12-31', '9999-12-31', 'month')).toEqual(['9999-12-01']);
    expect(await starts('1970-01-01', '1970-01-01', 'week')).toEqual(['1969-12-29']);
    expect(await starts(null, '1970-01-01', 'day')).toHaveLength(30);
  }));

interface Tools {
  readonly owner: Database;
  readonly app: Database;
  readonly tenant: Tenant;
}

function withTenant(check: (tools: Tools) => Promise<void>): Promise<void> {
  return withState('procedures', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    await check({ owner, tenant, app: await app(tenant.workspaceId, tenant.userId) });
  });
}

/** A lead for each moment; every second one is not active. */
async function addLeads(owner: Database, { workspaceId }: Tenant, moments: readonly string[]): Promise<void> {
  await owner.query(
    `INSERT INTO leads (workspace_id, email, status, created_at)
     SELECT $1, place || '@example.com', CASE WHEN place % 2 = 0 THEN 'active' ELSE 'bounced' END, moment
     FROM unnest($2::timestamptz[]) WITH ORDINALITY AS given (moment, place)`,
    [workspaceId, moments],
  );
}
