import { expect, test } from 'vitest';
import { withState } from '../../../test/database.ts';
import type { Database } from '../../application.ts';
import { createCampaign, createLeads, createTenant, only } from '../../testing/tenant.ts';

const HEALTH = `
  SELECT default_rows, months_ahead, missing_months::text[] AS missing FROM partition_health
  WHERE table_name = 'email_sends_partitioned'`;

test('partitions reach from January 2024 to three months ahead at least, and making them again makes none', () =>
  withState('partitioning', async ({ owner }) => {
    const { months_ahead: ahead, ...rest } = await health(owner);
    expect(ahead).toBeGreaterThanOrEqual(3);
    expect(rest).toEqual({ default_rows: 0, missing: null });
    expect((await owner.query('SELECT create_monthly_partitions()')).rowCount).toBe(0);
    // pg_partman counts from today and rounds: late in a month it makes one more.
    const { rowCount } = await owner.query('SELECT create_monthly_partitions($1)', [ahead + 2]);
    expect([4, 6]).toContain(rowCount);
    expect(await health(owner)).toEqual({
      default_rows: 0,
      months_ahead: ahead + rowCount / 2,
      missing: null,
    });
    expect((await owner.query(`SELECT to_regclass('email_sends_y2024m01') AS first`)).rows[0]).toEqual({
      first: 'email_sends_y2024m01',
    });
  }));

test('rows of a missing month wait in the default partition and move when it is made', () =>
  withState('partitioning', async ({ owner }) => {
    await owner.query('DROP TABLE email_sends_y2025m03, email_sends_y2025m04');
    await insertSends(owner, [
      '2025-02-28 23:59:59.999Z',
      '2025-03-01Z',
      '2025-03-31 23:59:59.999Z',
      '2025-05-01Z',
      '2019-01-01Z',
    ]);
    expect(await health(owner)).toMatchObject({ default_rows: 3, missing: ['2025-03-01', '2025-04-01'] });

    // Months are UTC, in whatever time zone the session is.
    await owner.query(`SET timezone = 'Pacific/Auckland'`);
    expect((await owner.query('SELECT create_monthly_partitions()')).rowCount).toBe(2);
    expect(await health(owner)).toMatchObject({ default_rows: 1, missing: null });
    const { rows } = await owner.query('SELECT count(*)::int AS n FROM email_sends_y2025m03');
    expect(rows).toEqual([{ n: 2 }]);
  }));

test('a migration copies in batches, takes along what changed meanwhile, and proves itself', () =>
  withState('partitioning', async ({ owner }) => {
    await owner.script(`
      DROP VIEW email_sends;
      CREATE TABLE email_sends (LIKE email_sends_partitioned INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
      DELETE FROM migration_progress`);
    const ids = await insertSends(
      owner,
      Array.from({ length: 500 }, (_, n) => `2025-0${1 + (n % 9)}-01Z`),
    );
    await owner.query('INSERT INTO email_sends SELECT * FROM email_sends_partitioned');
    await owner.query('TRUNCATE email_sends_partitioned');

    await owner.query(`SELECT watch_changes('email_sends')`);
    await owner.query(`CALL copy_rows('email_sends', 'email_sends_partitioned', 2)`);
    await owner.query(
      `UPDATE email_sends SET status = 'sent', created_at = '2026-01-05' WHERE id = ANY ($1)`,
      [ids.slice(0, 9)],
    );
    await owner.query('DELETE FROM email_sends WHERE id = $1', [ids[9]]);
    // Called again after an interruption, it goes on where it was: at the end.
    await owner.query(`CALL copy_rows('email_sends', 'email_sends_partitioned', 2)`);
    const prove = `SELECT prove_equal('email_sends', 'email_sends_partitioned')`;
    // What is not applied yet does not count; anything else does.
    await owner.query(prove);
    await owner.query(`UPDATE email_sends_partitioned SET status = 'sent' WHERE id = $1`, [ids[10]]);
    await expect(owner.query(prove)).rejects.toMatchObject({ code: '22000' });
    await owner.query(`UPDATE email_sends_partitioned SET status = 'pending' WHERE id = $1`, [ids[10]]);

    await owner.query(`SELECT apply_changes('email_sends', 'email_sends_partitioned')`);
    await owner.query(prove);
    const { rows } = await owner.query(
      `SELECT rows_copied, source_rows, target_rows, source_digest = target_digest AS equal
       FROM migration_progress WHERE source_table = 'email_sends'`,
    );
    expect(rows).toEqual([{ rows_copied: 500, source_rows: 499, target_rows: 499, equal: true }]);
  }));

test('the old name still reads and writes, and a lead takes its sends along', () =>
  withState('partitioning', async ({ owner }) => {
    await insertSends(owner, ['2025-02-01Z'], 'email_sends');
    expect((await owner.query(`UPDATE email_sends SET status = 'sent'`)).rowCount).toBe(1);
    await owner.query('DELETE FROM leads');
    expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(0);
  }));

test('a partition that is granted by itself shows nothing, whoever made it; access by the table stays', () =>
  withState('partitioning', async ({ owner, app }) => {
    // As on servers where default privileges grant whatever comes.
    await owner.query(`
      ALTER DEFAULT PRIVILEGES FOR ROLE mailgenius_owner GRANT SELECT ON TABLES TO mailgenius_app;
      GRANT SELECT ON ALL TABLES IN SCHEMA public TO mailgenius_app`);
    expect((await owner.query('SELECT create_monthly_partitions(9)')).rowCount).toBeGreaterThan(0);
    const ids = await insertSends(owner, ['2025-02-01Z', '2019-01-01Z', '2025-03-01Z']);
    const member = 'SELECT workspace_id AS workspace, user_id AS user FROM workspace_members';
    const { workspace, user } = only((await owner.query<Member>(member)).rows);
    const session = await app(workspace, user);
    expect((await session.query('SELECT FROM email_sends')).rowCount).toBe(ids.length);
    const { rows: partitions } = await owner.query<{ name: string; closed: boolean }>(`
      SELECT relname AS name, relrowsecurity AS closed FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE relkind = 'r'`);
    expect(partitions.filter(({ closed }) => !closed)).toEqual([]);
    for (const name of ['email_sends_y2025m02', 'email_sends_default']) {
      expect(partitions.map((partition) => partition.name)).toContain(name);
      expect((await session.query(`SELECT FROM ${name}`)).rowCount, name).toBe(0);
    }
  }));

test('one that our roles may empty raises an alert until it is closed', () =>
  withState('procedures', async ({ owner }) => {
    await owner.query('GRANT ALL ON email_sends_y2025m02 TO mailgenius_app');
    const open = `SELECT object FROM check_alerts() WHERE alert = 'partition_open'`;
    expect((await owner.query(open)).rows).toEqual([{ object: 'email_sends_y2025m02' }]);
    await owner.query('SELECT create_monthly_partitions()');
    expect((await owner.query(open)).rows).toEqual([]);
    const may = `SELECT has_table_privilege('mailgenius_app', 'email_sends_y2025m02', 'TRUNCATE') AS may`;
    expect((await owner.query(may)).rows).toEqual([{ may: false }]);
  }));

interface Member {
  readonly workspace: string;
  readonly user: string;
}

interface Health {
  readonly default_rows: number;
  readonly months_ahead: number;
  readonly missing: readonly string[] | null;
}

async function health(owner: Database): Promise<Health> {
  return only((await owner.query<Health>(HEALTH)).rows);
}

async function insertSends(owner: Database, moments: readonly string[], table = 'email_sends_partitioned') {
  const tenant = await createTenant(owner, 'tenant');
  const campaignId = await createCampaign(owner, tenant);
  const leadIds = await createLeads(
    owner,
    tenant,
    moments.map((_, n) => `lead${n}`),
  );
  const { rows } = await owner.query<{ id: string }>(
    `INSERT INTO ${table} (workspace_id, campaign_id, lead_id, email, created_at)
     SELECT $1, $2, lead_id, 'x@example.com', moment FROM unnest($3::uuid[], $4::timestamptz[]) AS given (lead_id, moment)
     RETURNING id`,
    [tenant.workspaceId, campaignId, leadIds, moments],
  );
  return rows.map(({ id }) => id);
}
