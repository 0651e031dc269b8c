import { expect, test } from 'vitest';
import { type StateUnderTest, withState } from '../../test/database.ts';
import { createCampaign, createLeads, createSends, createTenant, type Tenant } from '../testing/tenant.ts';
import { hearPlans, indexesOf, planOf } from './plan.ts';

const SCHEDULE = 'SELECT total_scheduled AS scheduled FROM bulk_schedule_email_sends($1, $2, $3)';

test('trap 9: a unique key of a partitioned table holds created_at, so it lets the same lead in again', () =>
  withSends(async ({ owner, app }, tenant, campaignId, leadIds) => {
    const naive = owner.query('CREATE UNIQUE INDEX ON email_sends_partitioned (campaign_id, lead_id)');
    await expect(naive).rejects.toMatchObject({ code: '0A000' });
    // With it, two sends of a lead at two times both fit.
    await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date('2026-01-31T23:59:59Z') });
    await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date('2026-02-01T00:00:01Z') });
    expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(4);

    const ours = await createCampaign(owner, tenant);
    const session = await app(tenant.workspaceId, tenant.userId);
    const schedule = async () => (await session.query(SCHEDULE, [ours, tenant.workspaceId, leadIds])).rows;
    expect(await schedule()).toEqual([{ scheduled: 2 }]);
    // The next call comes in another month.
    const earlier = `date_trunc('month', now()) - interval '1 second'`;
    await owner.query(`UPDATE email_sends_partitioned SET created_at = ${earlier} WHERE campaign_id = $1`, [
      ours,
    ]);
    await owner.query(`UPDATE campaigns SET sends_created_at = ${earlier} WHERE id = $1`, [ours]);
    expect(await schedule()).toEqual([{ scheduled: 0 }]);
  }));

test('trap 10: a row of no month waits in the default partition, and blocks the month that would take it', () =>
  withSends(async ({ owner }, tenant, campaignId, leadIds) => {
    await owner.query('DROP TABLE email_sends_y2025m03');
    await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date('2025-03-15Z') });
    expect((await owner.query('SELECT FROM email_sends_default')).rowCount).toBe(2);
    const naive = `CREATE TABLE email_sends_y2025m03 PARTITION OF email_sends_partitioned
                   FOR VALUES FROM ('2025-03-01Z') TO ('2025-04-01Z')`;
    await expect(owner.query(naive)).rejects.toMatchObject({ code: '23514' });
    const { rows } = await owner.query('SELECT create_monthly_partitions() AS made');
    expect(rows).toEqual([{ made: 'email_sends_y2025m03' }]);
    expect((await owner.query('SELECT FROM email_sends_default')).rowCount).toBe(0);
    expect((await owner.query('SELECT FROM email_sends_y2025m03')).rowCount).toBe(2);
  }));

test('trap 11: an event that names nothing but the message asks every partition, each by its index', () =>
  withSends(async ({ owner, connect }, tenant, campaignId) => {
    const partitions = (
      await owner.query(`SELECT FROM pg_inherits WHERE inhparent = 'email_sends_partitioned'::regclass`)
    ).rowCount;
    await owner.query('SET enable_seqscan = off');
    const byMessage = await planOf(
      owner,
      `SELECT FROM email_sends_partitioned WHERE provider_message_id = 'm1'`,
    );
    expect(indexesOf(byMessage).filter((name) => /provider/.test(name))).toHaveLength(partitions);
    const withMonth = await planOf(
      owner,
      `SELECT FROM email_sends_partitioned
       WHERE provider_message_id = 'm1' AND created_at >= '2026-01-01Z' AND created_at < '2026-02-01Z'`,
    );
    expect(indexesOf(withMonth)).toHaveLength(1);

    // So does ours, of its own accord where a partition has rows.
    const names = Array.from({ length: 2_000 }, (_, n) => `lead${n}`);
    const many = await createLeads(owner, tenant, names);
    for (const prefix of ['2025-01-01', '2025-02-01', '2025-03-01'])
      await createSends(owner, tenant, campaignId, many, { prefix, createdAt: new Date(prefix) });
    await owner.query('ANALYZE email_sends_partitioned');
    const { db, planWith } = await hearPlans(connect, tenant);
    const event = JSON.stringify([{ provider_message_id: '2025-02-017', event: 'opened' }]);
    const update = 'SELECT updated_count AS updated FROM batch_update_email_status($1, $2)';
    expect((await db.query(update, [tenant.workspaceId, event])).rows).toEqual([{ updated: 1 }]);
    const used = indexesOf(planWith('SELECT array_agg(message_id)'));
    expect(used.filter((name) => /provider/.test(name))).toHaveLength(3);
  }));

test('trap 12: a counter taken in a loop keeps only the last batch', () =>
  withSends(async ({ owner, app }, tenant, campaignId, leadIds) => {
    const recipients = async () =>
      (
        await owner.query<{ n: number }>('SELECT total_recipients AS n FROM campaigns WHERE id = $1', [
          campaignId,
        ])
      ).rows[0]?.n;
    for (const leadId of leadIds) {
      // As published: each batch says how many it was, and the last one stays.
      await owner.query('UPDATE campaigns SET total_recipients = cardinality($2::uuid[]) WHERE id = $1', [
        campaignId,
        [leadId],
      ]);
    }
    expect(await recipients()).toBe(1);
    await owner.query('UPDATE campaigns SET total_recipients = 0');
    const session = await app(tenant.workspaceId, tenant.userId);
    for (const leadId of leadIds) await session.query(SCHEDULE, [campaignId, tenant.workspaceId, [leadId]]);
    expect(await recipients()).toBe(leadIds.length);
  }));

function withSends(
  check: (
    state: StateUnderTest,
    tenant: Tenant,
    campaignId: string,
    leadIds: readonly string[],
  ) => Promise<void>,
): Promise<void> {
  return withState('procedures', async (state) => {
    const tenant = await createTenant(state.owner, 'tenant');
    const leadIds = await createLeads(state.owner, tenant, ['ann', 'bob']);
    await check(state, tenant, await createCampaign(state.owner, tenant), leadIds);
  });
}
