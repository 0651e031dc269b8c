import { expect, test } from 'vitest';
import { runSqlFile } from '../../bench/postgres/sql-file.ts';
import { withState } from '../../test/database.ts';
import { migrationFile } from '../../test/migration.ts';
import type { Database } from '../application.ts';
import { createCampaign, createLeads, createSends, createTenant } from '../testing/tenant.ts';

const PARTITIONS = `
  SELECT partition_name AS name FROM monthly_partitions WHERE table_name = 'email_sends_partitioned' ORDER BY month DESC LIMIT $1`;

const DAY_MS = 86_400_000;

const STRANGERS = `
  SELECT relname FROM pg_class JOIN monthly_partitions ON partition_oid = pg_class.oid
  WHERE relowner <> 'mailgenius_owner'::regrole`;

/** What it calls each month ahead that there is; as it is asked, all of them are there. */
const SHOWN_NAMES = `
  SELECT shown.partition_table AS name
  FROM monthly_partitions AS part
  CROSS JOIN LATERAL partman.show_partition_name('public.' || table_name, month::timestamp::timestamptz::text) AS shown
  WHERE month > now() AND shown.table_exists`;

const MISSING = `
  SELECT missing_months AS missing FROM partition_health WHERE table_name = 'email_sends_partitioned'`;

test('months ahead have the names of pg_partman, months behind keep theirs', () =>
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
    const { rows: names } = await owner.query<{ name: string }>(SHOWN_NAMES);
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(made.map(({ name }) => name)));
    expect((await owner.query('SELECT DISTINCT months_ahead FROM partition_health')).rows).toEqual([
      { months_ahead: 9 },
    ]);
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

test('its partitions belong to the owner of the table, whoever had them made, and go like any other', () =>
  withState('views', async ({ owner }) => {
    expect((await owner.query(STRANGERS)).rows).toEqual([]);
    await handOverAgain(owner, async () => {
      // As if it had made them long ago: those of the last months go and are its to make.
      const { rows } = await owner.query<{ name: string }>(
        `SELECT partition_name AS name FROM monthly_partitions WHERE month > now() - interval '6 months'`,
      );
      await owner.query(`DROP TABLE ${rows.map(({ name }) => name).join(', ')}`);
    });
    expect((await owner.query(STRANGERS)).rows).toEqual([]);
    // A job of its own runs as its superuser.
    await owner.query(`UPDATE partman.part_config SET premake = 9`);
    await owner.query('SELECT partman.run_maintenance()');
    expect((await owner.query(STRANGERS)).rows).not.toEqual([]);
    expect((await owner.query('SELECT problem FROM setup_partman()')).rows).toEqual([
      { problem: null },
      { problem: null },
    ]);
    expect((await owner.query(STRANGERS)).rows).toEqual([]);

    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(owner, tenant, ['ann']);
    const campaignId = await createCampaign(owner, tenant);
    const old = new Date(Date.now() - 120 * DAY_MS);
    await createSends(owner, tenant, campaignId, leadIds, { createdAt: old });
    await owner.query('UPDATE retention_policies SET keep_days = 60');
    const { rows } = await owner.query('SELECT task, result FROM perform_maintenance_tasks() WHERE failed');
    expect(rows).toEqual([]);
    expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(0);
    const past = `SELECT FROM monthly_partitions
                  WHERE table_name = 'email_sends_partitioned' AND month < now() - interval '92 days'`;
    expect((await owner.query(past)).rowCount).toBe(0);
    expect((await owner.query(MISSING)).rows).toEqual([{ missing: null }]);
  }));

test('partitions that a job of its own makes are open, which raises an alert until they are handed over', () =>
  withState('views', async ({ owner }) => {
    const open = `SELECT object, advice FROM check_alerts() WHERE alert = 'partition_open' ORDER BY object`;
    expect((await owner.query(open)).rows).toEqual([]);
    await owner.query(`UPDATE partman.part_config SET premake = 9`);
    await owner.query('SELECT partman.run_maintenance()');
    const { rows: strangers } = await owner.query(`${STRANGERS} ORDER BY relname`);
    expect(strangers).not.toEqual([]);
    // What cannot close them does not silence it.
    await owner.query('SELECT create_monthly_partitions()');
    expect((await owner.query(open)).rows).toEqual(
      strangers.map(({ relname }) => ({ object: relname, advice: expect.stringMatching('setup_partman') })),
    );
    await owner.query('SELECT setup_partman()');
    expect((await owner.query(open)).rows).toEqual([]);
  }));

test('a job of its own goes on from the months that our function made, ten years ahead too', () =>
  withState('views', async ({ owner }) => {
    await owner.query('SELECT create_monthly_partitions(120)');
    const ahead = 'SELECT DISTINCT months_ahead FROM partition_health';
    expect((await owner.query(ahead)).rows).toEqual([{ months_ahead: 120 }]);
    await owner.query('SELECT partman.run_maintenance()');
    expect((await owner.query(ahead)).rows).toEqual([{ months_ahead: 120 }]);
    const newest = `SELECT max(month)::text AS month FROM monthly_partitions GROUP BY table_name`;
    const { rows: before } = await owner.query<{ month: string }>(newest);
    await owner.query('UPDATE partman.part_config SET premake = 126');
    await owner.query('SELECT partman.run_maintenance()');
    const { rows: after } = await owner.query<{ month: string }>(newest);
    expect(after).toHaveLength(2);
    for (const [at, { month }] of after.entries()) expect(month > String(before[at]?.month)).toBe(true);
    expect((await owner.query(MISSING)).rows).toEqual([{ missing: null }]);
  }));

test('maintenance leaves the search_path of its caller as it was', () =>
  withState('views', async ({ owner }) => {
    await owner.query('SET search_path = pg_temp, public');
    await owner.query('SELECT create_monthly_partitions(9)');
    await owner.query('SELECT * FROM perform_maintenance_tasks()');
    expect((await owner.query('SHOW search_path')).rows).toEqual([{ search_path: 'pg_temp, public' }]);
  }));

test('a partition from MINVALUE on keeps nobody from months ahead', () =>
  withState('views', async ({ owner }) => {
    const attach = `
      CREATE TABLE history (LIKE email_sends_partitioned INCLUDING ALL);
      ALTER TABLE email_sends_partitioned ATTACH PARTITION history FOR VALUES FROM (MINVALUE) TO ('2020-01-01Z')`;
    await owner.script(attach);
    expect((await owner.query('SELECT create_monthly_partitions(9)')).rowCount).toBeGreaterThanOrEqual(8);
    expect((await owner.query(MISSING)).rows).toEqual([{ missing: null }]);
    await owner.script(`
      ALTER TABLE email_sends_partitioned DETACH PARTITION history;
      DROP EXTENSION pg_partman CASCADE;
      DROP SCHEMA partman CASCADE;
      DROP TABLE history;
      ${attach}`);
    expect((await owner.query('SELECT problem FROM setup_partman() ORDER BY table_name')).rows).toEqual([
      { problem: expect.stringMatching(/^email_sends_partitioned .* MINVALUE/) },
      { problem: null },
    ]);
    await owner.query('SELECT create_monthly_partitions(12)');
    expect((await owner.query('SELECT months_ahead FROM partition_health')).rows).toEqual([
      { months_ahead: 12 },
      { months_ahead: 12 },
    ]);
  }));

test('where each role sees its own tables only (5.5), the owner of the tables sees them', () =>
  withState('views', async ({ owner }) => {
    await handOverAgain(owner, () =>
      owner.script(`
        CREATE SCHEMA partman;
        CREATE EXTENSION pg_partman SCHEMA partman;
        ALTER TABLE partman.part_config ADD COLUMN maintenance_role text DEFAULT current_user;
        CREATE POLICY own ON partman.part_config USING (maintenance_role = current_user) WITH CHECK (maintenance_role = current_user);
        ALTER TABLE partman.part_config ENABLE ROW LEVEL SECURITY`),
    );
    const { rows } = await owner.query('SELECT create_monthly_partitions(12) AS name');
    expect(rows).toContainEqual({ name: expect.stringMatching(/^email_sends_partitioned_p/) });
    await owner.query('SET ROLE mailgenius_owner');
    const setup = 'SELECT problem FROM setup_partman()';
    expect((await owner.query(setup)).rows).toEqual([{ problem: null }, { problem: null }]);

    // Handed over before there were such policies: hidden from our owner until a superuser calls it.
    await owner.script(
      `RESET ROLE; UPDATE partman.part_config SET maintenance_role = 'postgres'; SET ROLE mailgenius_owner`,
    );
    for (const { problem } of (await owner.query<{ problem: string }>(setup)).rows)
      expect(problem).toMatch(/already|duplicate|permission/);
    await owner.script('RESET ROLE; SELECT setup_partman(); SET ROLE mailgenius_owner');
    expect((await owner.query(setup)).rows).toEqual([{ problem: null }, { problem: null }]);
    expect((await owner.query('SELECT default_rows FROM partition_health')).rowCount).toBe(2);
  }));

test('a row in the default partition does not keep it from making the months after', () =>
  withState('views', async ({ owner }) => {
    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(owner, tenant, ['ann', 'bob']);
    const campaignId = await createCampaign(owner, tenant);
    const { rows } = await owner.query<{ soon: Date; far: Date; name: string }>(
      `SELECT month::timestamptz + interval '2 months 9 days' AS soon, '2099-05-05Z'::timestamptz AS far,
              partman_partition_name(table_name, month + interval '2 months') AS name
       FROM monthly_partitions WHERE table_name = 'email_sends_partitioned' ORDER BY month DESC LIMIT 1`,
    );
    const [ahead] = rows;
    const at = (createdAt: Date | undefined) =>
      createSends(owner, tenant, campaignId, leadIds, { createdAt: createdAt ?? new Date(0) });
    await at(ahead?.soon);
    await at(ahead?.far);
    const health = () =>
      owner.query('SELECT default_rows, missing_months, months_ahead FROM partition_health');
    expect((await health()).rows[0]).toMatchObject({ default_rows: 4 });
    await owner.query('SELECT create_monthly_partitions(12)');
    for (const row of (await health()).rows) {
      expect(row).toMatchObject({ missing_months: null });
      expect(Number(row['months_ahead'])).toBeGreaterThanOrEqual(12);
    }
    expect((await owner.query(`SELECT FROM ${ahead?.name}`)).rowCount).toBe(2);
    // The far ones have no month near them, and are in nobody's way.
    expect((await owner.query('SELECT FROM email_sends_default')).rowCount).toBe(2);
    // It goes on after the month that was made for the row.
    expect((await owner.query('SELECT create_monthly_partitions(14)')).rowCount).toBeGreaterThanOrEqual(2);
    expect((await owner.query(STRANGERS)).rows).toEqual([]);
  }));

test('rows that wait for months ahead do not keep the table from being handed over', () =>
  withState('views', async ({ owner }) => {
    const tenant = await createTenant(owner, 'tenant');
    const leadIds = await createLeads(owner, tenant, ['ann']);
    const campaignId = await createCampaign(owner, tenant);
    await handOverAgain(owner, async () => {
      const { rows } = await owner.query<{ name: string }>(PARTITIONS, [1]);
      await owner.query(`DROP TABLE ${rows[0]?.name}`);
      await createSends(owner, tenant, campaignId, leadIds, { createdAt: new Date() });
      await owner.query(
        `UPDATE email_sends_partitioned SET created_at =
           (SELECT max(month)::timestamptz + interval '1 month 9 days' FROM monthly_partitions WHERE table_name = 'email_sends_partitioned')`,
      );
      expect((await owner.query('SELECT FROM email_sends_default')).rowCount).toBe(1);
    });
    expect((await owner.query('SELECT FROM email_sends_default')).rowCount).toBe(0);
    expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(1);
  }));

test.each(['partman', 'public', 'elsewhere'])(
  'where it was installed in the schema %s before, it gets the tables too, and our owner no more than it needs',
  (schema) =>
    withState('indexes', async ({ owner }) => {
      await owner.script(`
        CREATE SCHEMA IF NOT EXISTS ${schema};
        CREATE EXTENSION pg_partman SCHEMA ${schema};
        CREATE TABLE ${schema}.of_somebody_else (a integer)`);
      await runSqlFile(owner, await migrationFile());
      const { rows } = await owner.query(`SELECT parent_table FROM ${schema}.part_config ORDER BY 1`);
      expect(rows.map((row) => row['parent_table'])).toEqual([
        'public.email_sends_partitioned',
        'public.lead_activities_partitioned',
      ]);
      const { rows: made } = await owner.query('SELECT create_monthly_partitions(9) AS name');
      expect(made).toContainEqual({ name: expect.stringMatching(/^email_sends_partitioned_p/) });
      expect((await owner.query(STRANGERS)).rows).toEqual([]);
      const { rows: others } = await owner.query(
        `SELECT has_table_privilege('mailgenius_owner', '${schema}.of_somebody_else', 'SELECT') AS may`,
      );
      expect(others).toEqual([{ may: false }]);
    }),
);

test('a role that may not install it says so, and makes the months itself', () =>
  withState('indexes', async ({ owner }) => {
    await owner.query('GRANT CREATE ON SCHEMA public TO mailgenius_owner');
    await owner.query('SET ROLE mailgenius_owner');
    await runSqlFile(owner, await migrationFile());
    const problem = expect.stringMatching(/^permission denied/);
    expect((await owner.query('SELECT problem FROM setup_partman()')).rows).toEqual([
      { problem },
      { problem },
    ]);
    expect((await owner.query('SELECT create_monthly_partitions(9) AS name')).rows).toContainEqual({
      name: expect.stringMatching(/^email_sends_y/),
    });
    expect((await owner.query('SELECT FROM partition_health WHERE months_ahead < 9')).rowCount).toBe(0);
  }));

test('a role that may not create in the schema it was installed in says so, and makes the months itself', () =>
  withState('indexes', async ({ owner }) => {
    await owner.script(`
      GRANT CREATE ON SCHEMA public TO mailgenius_owner;
      CREATE SCHEMA partman;
      CREATE EXTENSION pg_partman SCHEMA partman;
      GRANT USAGE ON SCHEMA partman TO mailgenius_owner;
      GRANT ALL ON ALL TABLES IN SCHEMA partman TO mailgenius_owner;
      SET ROLE mailgenius_owner`);
    await runSqlFile(owner, await migrationFile());
    const setup = 'SELECT problem FROM setup_partman()';
    const problem = 'permission denied: GRANT CREATE ON SCHEMA partman TO mailgenius_owner';
    expect((await owner.query(setup)).rows).toEqual([{ problem }, { problem }]);
    expect((await owner.query('SELECT create_monthly_partitions(9) AS name')).rows).toContainEqual({
      name: expect.stringMatching(/^email_sends_y/),
    });
    await owner.script(
      'RESET ROLE; GRANT CREATE ON SCHEMA partman TO mailgenius_owner; SET ROLE mailgenius_owner',
    );
    expect((await owner.query(setup)).rows).toEqual([{ problem: null }, { problem: null }]);
  }));

/** Takes pg_partman away, and hands the tables to it once more. */
async function handOverAgain(owner: Database, before: () => Promise<void>): Promise<void> {
  await owner.query('DROP EXTENSION pg_partman CASCADE');
  await owner.query('DROP SCHEMA partman CASCADE');
  await before();
  const { rows } = await owner.query('SELECT problem FROM setup_partman()');
  expect(rows).toEqual([{ problem: null }, { problem: null }]);
}
