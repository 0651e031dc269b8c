import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../testing/tenant.ts';

const PARTITIONS = `
  SELECT partition_name AS name FROM monthly_partitions WHERE table_name = 'email_sends_partitioned' ORDER BY month DESC LIMIT $1`;

test('months ahead are made by pg_partman, months behind keep their names', () =>
  withState('views', async ({ owner }) => {
    const { rows: managed } = await owner.query('SELECT parent_table FROM partman.part_config ORDER BY 1');
    expect(managed.map((row) => row['parent_table'])).toEqual([
      'public.email_sends_partitioned',
      'public.lead_activities_partitioned',
    ]);
    expect((await owner.query('SELECT * FROM setup_partman()')).rows).toEqual([
      { table_name: 'email_sends_partitioned', problem: null },
      { table_name: 'lead_activities_partitioned', problem: null },
    ]);
    const { rows: made } = await owner.query<{ name: string }>('SELECT create_monthly_partitions(9) AS name');
    expect(made.length).toBeGreaterThanOrEqual(8);
    for (const { name } of made)
      expect(name).toMatch(/^(email_sends|lead_activities)_partitioned_p\d{4}_?\d{2}/);
    const { rows: last } = await owner.query<{ name: string }>(PARTITIONS, [1]);
    expect(made.map(({ name }) => name)).toContain(last[0]?.name);
    expect(
      (await owner.query(`SELECT to_regclass('email_sends_y2024m01') IS NOT NULL AS kept`)).rows,
    ).toEqual([{ kept: true }]);
  }));

test('a partition of its making takes rows, has every index, and is removed like any other', () =>
  withState('views', async ({ owner }) => {
    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(owner, tenant, ['ann']);
    const campaignId = await createCampaign(owner, tenant);
    const { rows } = await owner.query<{ name: string; month: Date }>(
      `SELECT partition_name AS name, month::timestamptz AS month FROM monthly_partitions
       WHERE partition_name LIKE 'email_sends_partitioned_p%' ORDER BY month DESC LIMIT 1`,
    );
    const [ahead] = rows;
    await createSends(owner, tenant, campaignId, leadIds, { createdAt: ahead?.month ?? new Date(0) });
    const count = async (sql: string) =>
      (await owner.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`)).rows[0]?.n;
    expect(await count(String(ahead?.name))).toBe(1);
    const indexes = (table: string) => count(`pg_indexes WHERE tablename = '${table}'`);
    expect(await indexes(String(ahead?.name))).toBe(await indexes('email_sends_y2025m01'));
    expect(await count(`partition_health WHERE default_rows > 0`)).toBe(0);
  }));
