import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSqlFile, runSqlFile } from '../../bench/postgres/sql-file.ts';
import { withState } from '../../test/database.ts';
import { migrationFile } from '../../test/migration.ts';
import { inState, NAMES } from '../../test/scheduling.ts';
import { createCampaign, createLeads, createTenant } from '../testing/tenant.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PARTITIONED = ['partitioning', 'procedures'] as const;

/** How many days sends are kept. */
const KEEP = `UPDATE retention_policies SET keep_days = $1 WHERE table_name = 'email_sends'`;

/** Every campaign was first scheduled so many minutes ago, and its sends with it. */
const AGE = `
  WITH campaign AS (
    UPDATE campaigns SET sends_created_at = now() - $1 * interval '1 minute' RETURNING id, sends_created_at
  )
  UPDATE email_sends_partitioned SET created_at = sends_created_at FROM campaign WHERE campaign_id = campaign.id`;

const BY_NEW_NAME = `
  INSERT INTO email_sends_partitioned (workspace_id, campaign_id, lead_id, email, created_at)
  SELECT $1, $2, $3, 'ann@example.com', sends_created_at FROM campaigns`;

const BY_OLD_NAME = `
  INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email) VALUES ($1, $2, $3, 'ann@example.com')`;

const TOO_LONG_AGO = expect.stringMatching(
  /^campaign .{36} was first scheduled on \d{4}-\d\d-\d\d, and sends of that day are not kept, or not for long: make a new campaign$/,
);

test.each(['400 days', '365 days 1 minute'])(
  'a campaign first scheduled %s ago, whose sends retention has removed, takes nobody twice',
  (age) =>
    inState('procedures', async ({ state, schedule, leadIds, campaignId, recipients, sends }) => {
      // By hand, not by the policy.
      await state.owner.query(KEEP, [null]);
      await state.owner.query(`UPDATE campaigns SET sends_created_at = now() - $1::interval`, [age]);
      expect(await schedule(campaignId, leadIds.slice(1))).toMatchObject({ scheduled: 3 });
      await state.owner.query('SELECT cleanup_old_email_sends(365)');
      expect(await sends(campaignId)).toEqual([]);
      await expect(schedule(campaignId, leadIds)).rejects.toMatchObject({
        code: '55000',
        message: TOO_LONG_AGO,
      });
      expect([await recipients(campaignId), await sends(campaignId)]).toEqual([3, []]);
    }),
);

test('nor does it by inserts of the application itself, by the new name or the old', () =>
  inState('procedures', async ({ state, session, tenant, schedule, leadIds, campaignId, sends }) => {
    await state.owner.query(KEEP, [null]);
    await state.owner.query(`UPDATE campaigns SET sends_created_at = now() - interval '400 days'`);
    expect(await schedule(campaignId, leadIds)).toMatchObject({ scheduled: 4 });
    const values = [tenant.workspaceId, campaignId, leadIds[0]];
    await session.query('DELETE FROM email_sends WHERE lead_id = $1', [leadIds[0]]);
    expect((await session.query(BY_NEW_NAME, values)).rowCount).toBe(1);
    await state.owner.query('SELECT cleanup_old_email_sends(365)');
    await expect(session.query(BY_NEW_NAME, values)).rejects.toMatchObject({ code: '42501' });
    await expect(session.query(BY_OLD_NAME, values)).rejects.toMatchObject({
      code: '55000',
      message: TOO_LONG_AGO,
    });
    expect(await sends(campaignId)).toEqual([]);
  }));

describe.each(PARTITIONED)('what the policy of retention would soon remove, in state %s,', (name) => {
  test.each([
    [365, 335 * 24],
    [61, 31 * 24],
    [59, 29.5 * 24],
    [40, 20 * 24],
    [1, 12],
  ])('is not added: of %s days, those after %s hours', (keepDays, hours) =>
    inState(name, async ({ state, schedule, leadIds, campaignId, recipients, sends }) => {
      await state.owner.query(KEEP, [keepDays]);
      await state.owner.query(AGE, [hours * 60 - 2]);
      expect(await schedule(campaignId, leadIds.slice(1))).toEqual({ scheduled: 3, done: 3 });
      await state.owner.query(AGE, [hours * 60 + 2]);
      await expect(schedule(campaignId, leadIds)).rejects.toMatchObject({
        code: '55000',
        message: TOO_LONG_AGO,
      });
      // Who has one keeps it, and a repeated call still says so.
      expect(await schedule(campaignId, leadIds.slice(1))).toEqual({ scheduled: 0, done: 3 });
      expect([await recipients(campaignId), (await sends(campaignId)).length]).toEqual([3, 3]);
    }),
  );

  test('the application does not insert itself either, by the new name or the old', () =>
    inState(name, async ({ state, session, tenant, leadIds, campaignId, sends }) => {
      const values = [tenant.workspaceId, campaignId, leadIds[0]];
      await state.owner.query(AGE, [336 * 24 * 60]);
      await expect(session.query(BY_NEW_NAME, values)).rejects.toMatchObject({ code: '42501' });
      await expect(session.query(BY_OLD_NAME, values)).rejects.toMatchObject({
        code: '55000',
        message: TOO_LONG_AGO,
      });
      await state.owner.query(AGE, [334 * 24 * 60]);
      expect((await session.query(BY_NEW_NAME, values)).rowCount).toBe(1);
      expect((await session.query(BY_OLD_NAME, [...values.slice(0, 2), leadIds[1]])).rowCount).toBe(1);
      expect(await sends(campaignId)).toHaveLength(2);
    }));

  test.each(['UPDATE retention_policies SET keep_days = NULL', 'DELETE FROM retention_policies'])(
    'is nothing without a policy: %s',
    (sql) =>
      inState(name, async ({ state, session, tenant, schedule, leadIds, campaignId }) => {
        await state.owner.query(sql);
        await state.owner.query(AGE, [4000 * 24 * 60]);
        expect(await schedule(campaignId, leadIds.slice(1))).toMatchObject({ scheduled: 3 });
        const values = [tenant.workspaceId, campaignId, leadIds[0]];
        expect((await session.query(BY_OLD_NAME, values)).rowCount).toBe(1);
      }),
  );
});

test('nothing is added to a campaign of before the partitioning that tonight would remove', () =>
  withState('indexes', async ({ owner, app }) => {
    const tenant = await createTenant(owner, 'tenant');
    const campaignId = await createCampaign(owner, tenant, 'scheduled');
    const leadIds = await createLeads(owner, tenant, NAMES);
    await owner.query(
      `INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email, created_at)
       VALUES ($1, $2, $3, 'ann@example.com', now() - interval '400 days')`,
      [tenant.workspaceId, campaignId, leadIds[0]],
    );
    await runSqlFile(owner, await migrationFile());
    await runSqlFile(owner, await readSqlFile(ROOT, 'db/phases/03-procedures/up.sql'));
    const session = await app(tenant.workspaceId, tenant.userId);
    const call = session.query('SELECT bulk_schedule_email_sends($1, $2, $3::uuid[])', [
      campaignId,
      tenant.workspaceId,
      leadIds,
    ]);
    await expect(call).rejects.toMatchObject({ code: '55000', message: TOO_LONG_AGO });
    await owner.query('SELECT perform_maintenance_tasks()');
    const { rows } = await owner.query('SELECT total_recipients AS n FROM campaigns');
    expect(rows).toEqual([{ n: 0 }]);
  }));

test('nor to one that retention, which runs daily, has just not reached', () =>
  inState('procedures', async ({ state, schedule, leadIds, campaignId, recipients }) => {
    await state.owner.query(AGE, [365 * 24 * 60 - 1]);
    await state.owner.query('SELECT perform_maintenance_tasks()');
    await expect(schedule(campaignId, leadIds)).rejects.toMatchObject({
      code: '55000',
      message: TOO_LONG_AGO,
    });
    expect(await recipients(campaignId)).toBe(0);
  }));

test('whatever the policy, what is added stays for thirty days, or half of what it keeps', () =>
  inState('procedures', async ({ state, tenant, schedule, leadIds, sends }) => {
    const { owner } = state;
    const days = fc.integer({ min: 1, max: 800 });
    const check = fc.asyncProperty(days, days, async (keepDays, age) => {
      const campaignId = await createCampaign(owner, tenant);
      await owner.query('UPDATE partition_ranges SET removed_before = NULL');
      await owner.query(KEEP, [keepDays]);
      await owner.query(AGE, [age * 24 * 60]);
      const added = await schedule(campaignId, leadIds).then(
        ({ scheduled }) => scheduled,
        ({ code }: { code: string }) => code,
      );
      // What retention of that much later would remove.
      const left = Math.ceil(keepDays - Math.min(30, keepDays / 2));
      await owner.query('SELECT cleanup_old_email_sends($1)', [left]);
      expect([added, (await sends(campaignId)).length]).toEqual(age < left ? [4, 4] : ['55000', 0]);
    });
    await fc.assert(check, { numRuns: 40 });
  }));
