import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import type { Database } from '../application.ts';
import { createCampaign, createLeads, createSends, createTenant, only } from '../testing/tenant.ts';

const DAY_MS = 86_400_000;

const PARTITIONS = `
  SELECT count(*)::int AS partitions FROM pg_inherits WHERE inhparent = 'email_sends_partitioned'::regclass`;

test('whole months are dropped, the rest is deleted, and the count is true', () =>
  withOldSends(async ({ owner, total, young }) => {
    const before = only((await owner.query<{ partitions: number }>(PARTITIONS)).rows).partitions;
    expect(await cleanup(owner, 365)).toBe(total - young);
    expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(young);
    const after = only((await owner.query<{ partitions: number }>(PARTITIONS)).rows).partitions;
    expect(before - after).toBeGreaterThanOrEqual(6);
    expect(await cleanup(owner, 365)).toBe(0);
  }));

test('months that are gone stay gone when partitions are made', () =>
  withOldSends(async ({ owner }) => {
    await cleanup(owner, 365);
    expect((await owner.query('SELECT create_monthly_partitions()')).rowCount).toBe(0);
    const { rows } = await owner.query(
      `SELECT missing_months FROM partition_health WHERE table_name LIKE 'email%'`,
    );
    expect(rows).toEqual([{ missing_months: null }]);
  }));

test('a month that somebody reads is left for the next call', () =>
  withOldSends(async ({ owner, total, young, connect }) => {
    const reader = await connect();
    await reader.query('BEGIN');
    const { rows } = await reader.query<{ n: number }>('SELECT count(*)::int AS n FROM email_sends_y2024m02');
    const kept = only(rows).n;
    expect(kept).toBeGreaterThan(0);
    expect(await cleanup(owner, 365)).toBe(total - young - kept);
    await reader.query('COMMIT');
    expect(await cleanup(owner, 365)).toBe(kept);
  }));

test.each([0, -5, null])('keeping %s days is refused', (days) =>
  withState('procedures', async ({ owner }) => {
    await expect(cleanup(owner, days)).rejects.toMatchObject({ code: '22023' });
  }),
);

async function cleanup(owner: Database, days: number | null): Promise<number> {
  const { rows } = await owner.query<{ removed: number }>('SELECT cleanup_old_email_sends($1) AS removed', [
    days,
  ]);
  return only(rows).removed;
}

interface Tools {
  readonly owner: Database;
  readonly total: number;
  /** Sends of the last 365 days. */
  readonly young: number;
  connect(): Promise<Database>;
}

/** A send every fifth day from January 2024 until today, and one of 2020, which is in no month's partition. */
function withOldSends(check: (tools: Tools) => Promise<void>): Promise<void> {
  return withState('procedures', async ({ owner, connect }) => {
    const tenant = await createTenant(owner, 'tenant');
    const campaignId = await createCampaign(owner, tenant, 'sent');
    const leadIds = await createLeads(owner, tenant, ['ann']);
    const now = Date.now();
    const moments = [Date.parse('2020-01-01')];
    for (let ms = Date.parse('2024-01-01'); ms < now; ms += 5 * DAY_MS) moments.push(ms);
    for (const ms of moments)
      await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date(ms) });
    const young = moments.filter((ms) => ms >= now - 365 * DAY_MS).length;
    await check({ owner, connect, total: moments.length, young });
  });
}
