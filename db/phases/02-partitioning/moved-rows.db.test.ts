import { expect, test } from 'vitest';
import { runSqlFile } from '../../../bench/postgres/sql-file.ts';
import {
  backendOf,
  contents,
  migrationFile,
  placeOf,
  runPart,
  waitsFor,
  withRows,
} from '../../../test/migration.ts';
import type { Database } from '../../application.ts';
import { createCampaign, only } from '../../testing/tenant.ts';

const CHANGES = {
  email_sends: `status = 'sent'`,
  lead_activities: `activity_type = 'moved'`,
} as const;

const BLOCKS = `SELECT (pg_relation_size($1::regclass) / current_setting('block_size')::int)::int AS n`;

test.each(['email_sends', 'lead_activities'] as const)(
  '%s: a row that is updated during the copy moves to where it is copied again, and is there once',
  (table) =>
    withRows(async ({ owner, connect }) => {
      const blocks = only((await owner.query<{ n: number }>(BLOCKS, [table])).rows).n;
      const late = blocks - 10;
      // Room at the end of the file: that is where new versions of rows go.
      await owner.query(`DELETE FROM ${table} WHERE ctid >= '(${late},0)' AND ctid < '(${blocks - 1},0)'`);
      await owner.query(`VACUUM (TRUNCATE false) ${table}`);

      const up = await migrationFile();
      const copy = placeOf(up, 'CALL copy_rows');
      await runPart(owner, up, 0, copy);
      const [worker, holder] = [await connect(), await connect()];
      const pid = await backendOf(worker);
      // Stops the copy at the first row of this month.
      const month = await monthOfBlock(owner, table, late - 5);
      await holder.query('BEGIN');
      await holder.query(`LOCK TABLE ${month} IN SHARE MODE`);
      const copying = worker.query(`CALL copy_rows('${table}', '${table}_partitioned', 1)`);
      await waitsFor(owner, pid, month);

      const moved = `${CHANGES[table]} WHERE ctid < '(1,0)'`;
      const { rowCount } = await owner.query(`UPDATE ${table} SET ${moved}`);
      const arrived = await owner.query(
        `SELECT FROM ${table} WHERE ctid >= '(${late},0)' AND ${CHANGES[table]}`,
      );
      expect(arrived.rowCount).toBe(rowCount);
      await holder.query('ROLLBACK');
      await copying;
      const twice = await owner.query(`SELECT FROM ${table}_partitioned GROUP BY id HAVING count(*) > 1`);
      expect(twice.rowCount).toBe(rowCount);

      const before = await contents(owner);
      await runPart(owner, up, copy);
      expect(await contents(owner)).toEqual(before);
    }),
);

test('a row that gets another id during the migration is there once, by that id', () =>
  withRows(async ({ owner }, { leadIds }) => {
    const up = await migrationFile();
    for (const [n, start] of [`CALL copy_rows('lead_activities'`, 'SELECT * FROM prove_tables'].entries()) {
      const place = placeOf(up, start) + 1;
      await runPart(owner, up, n === 0 ? 0 : placeOf(up, `CALL copy_rows('lead_activities'`) + 1, place);
      for (const table of ['email_sends', 'lead_activities']) {
        const sql = `UPDATE ${table} SET id = gen_random_uuid() WHERE lead_id = $1`;
        expect((await owner.query(sql, [leadIds[n + 1]])).rowCount).toBeGreaterThan(0);
      }
    }
    const before = await contents(owner);
    await runPart(owner, up, placeOf(up, 'SELECT * FROM prove_tables') + 1);
    expect(await contents(owner)).toEqual(before);
  }));

test('the copies are not granted by default privileges, and show nothing to whom somebody grants them', () =>
  withRows(async ({ owner, app }, { tenant }) => {
    await owner.query('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO mailgenius_app');
    await owner.query(
      'ALTER DEFAULT PRIVILEGES FOR ROLE mailgenius_owner GRANT SELECT ON TABLES TO mailgenius_app',
    );
    const up = await migrationFile();
    await runPart(owner, up, 0, placeOf(up, `CALL copy_rows('lead_activities'`) + 1);
    const session = await app(tenant.workspaceId, tenant.userId);
    for (const table of ['email_sends', 'lead_activities']) {
      expect((await owner.query(`SELECT FROM ${table}_partitioned`)).rowCount).toBeGreaterThan(0);
      const read = `SELECT FROM ${table}_partitioned`;
      await expect(session.query(read), table).rejects.toMatchObject({ code: '42501' });
      await owner.query(`GRANT SELECT ON ${table}_partitioned TO mailgenius_app`);
      expect((await session.query(read)).rowCount, table).toBe(0);
    }
  }));

test('a table is not truncated while it is copied, nor with another that it names', () =>
  withRows(async ({ owner }) => {
    const up = await migrationFile();
    const copied = placeOf(up, `CALL copy_rows('lead_activities'`) + 1;
    await runPart(owner, up, 0, copied);
    const before = await contents(owner);
    for (const tables of ['email_sends', 'lead_activities', 'leads CASCADE'])
      await expect(owner.query(`TRUNCATE ${tables}`), tables).rejects.toMatchObject({ code: '55006' });
    await runPart(owner, up, copied);
    expect(await contents(owner)).toEqual(before);
    await owner.query('TRUNCATE email_sends_partitioned');
  }));

test('a lead that is deleted after the copy takes its sends and activities along', () =>
  withRows(async ({ owner }, { leadIds, campaignId }) => {
    const up = await migrationFile();
    const copied = placeOf(up, `CALL copy_rows('lead_activities'`) + 1;
    await runPart(owner, up, 0, copied);
    await owner.query('DELETE FROM leads WHERE id = ANY ($1)', [leadIds.slice(1, 50)]);
    const before = await contents(owner);
    await runPart(owner, up, copied);
    expect(await contents(owner)).toEqual(before);

    await owner.query('DELETE FROM campaigns WHERE id = $1', [campaignId]);
    expect((await owner.query('SELECT FROM email_sends')).rowCount).toBe(0);
  }));

test('a lead is deleted between any two statements of the migration, and rows change', () =>
  withRows(async ({ owner }, { leadIds }) => {
    const up = await migrationFile();
    for (const [n, statement] of up.statements.entries()) {
      const before = await contents(owner);
      await runSqlFile(owner, { ...up, statements: [statement] });
      expect(await contents(owner), statement.text).toEqual(before);
      const [gone, changed] = [leadIds[n + 1], leadIds[leadIds.length - 1 - (n % 10)]];
      await owner.query('DELETE FROM leads WHERE id = $1', [gone]);
      await owner.query('UPDATE email_sends SET opened_at = now() WHERE lead_id = $1', [changed]);
      await owner.query(`UPDATE lead_activities SET activity_type = 'click' WHERE lead_id = $1`, [changed]);
    }
    expect((await owner.query('SELECT FROM partition_health WHERE partitions > 0')).rowCount).toBe(2);
  }));

test('a campaign of before gets the moment of its first send, also one that is scheduled just before the switch', () =>
  withRows(async ({ owner }, { tenant, campaignId, leadIds }) => {
    const up = await migrationFile();
    const late = await createCampaign(owner, tenant);
    const never = await createCampaign(owner, tenant);
    const place = placeOf(up, 'SELECT switch_table');
    await runPart(owner, up, 0, place);
    await owner.query(
      `INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email, created_at)
       VALUES ($1, $2, $3, 'x@example.com', '2026-02-02Z')`,
      [tenant.workspaceId, late, leadIds[0]],
    );
    await runPart(owner, up, place);
    const moments = 'SELECT sends_created_at AS moment FROM campaigns WHERE id = $1';
    for (const [id, moment] of [
      [campaignId, new Date('2024-01-01 02:00Z')],
      [late, new Date('2026-02-02Z')],
      [never, null],
    ])
      expect((await owner.query(moments, [id])).rows).toEqual([{ moment }]);
  }));

/** The partition that the first row of this block belongs to. */
async function monthOfBlock(db: Database, table: string, block: number): Promise<string> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT to_char(created_at AT TIME ZONE 'UTC', '"${table}_y"YYYY"m"MM') AS name FROM ${table} WHERE ctid = '(${block},1)'`,
  );
  return only(rows).name;
}
