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
import { createCampaign, only } from '../../testing/tenant.ts';

test(
  'it can be broken off after any statement and be run again from the beginning',
  { timeout: 300_000 },
  () =>
    withRows(async ({ owner }, { tenant, leadIds }) => {
      const up = await migrationFile();
      const campaignId = await createCampaign(owner, tenant);
      for (const [n] of up.statements.entries()) {
        await owner.query('DELETE FROM leads WHERE id = $1', [leadIds[n + 1]]);
        await owner.query('UPDATE email_sends SET opened_at = now() WHERE lead_id = $1', [leadIds.at(-1)]);
        await owner.query(
          'INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email) VALUES ($1, $2, $3, $4)',
          [tenant.workspaceId, campaignId, leadIds[0], 'new@example.com'],
        );
        const before = await contents(owner);
        await runPart(owner, up, 0, n + 1);
        expect(await contents(owner)).toEqual(before);
      }
      // And when all is done.
      const before = await contents(owner);
      await runSqlFile(owner, up);
      expect(await contents(owner)).toEqual(before);
    }),
);

test('a copy that is killed in the middle goes on where it was, and copies nothing twice', () =>
  withRows(async ({ owner, connect }) => {
    const up = await migrationFile();
    await runPart(owner, up, 0, placeOf(up, 'CALL copy_rows'));
    const [worker, holder] = [await connect(), await connect()];
    const pid = await backendOf(worker);
    // Stops the copy at the first row of this month.
    await holder.query('BEGIN');
    await holder.query('LOCK TABLE email_sends_y2025m01 IN SHARE MODE');
    const copying = worker.query(`CALL copy_rows('email_sends', 'email_sends_partitioned', 1)`);
    const killed = expect(copying).rejects.toMatchObject({ code: '57P01' });
    await waitsFor(owner, pid, 'email_sends_y2025m01');
    await owner.query('SELECT pg_terminate_backend($1)', [pid]);
    await killed;
    await holder.query('ROLLBACK');

    const progress = `SELECT next_block > 3 AS some, next_block < end_block AS not_all, rows_copied::int AS rows
                      FROM migration_progress`;
    const {
      some,
      not_all: notAll,
      rows,
    } = only((await owner.query<{ some: boolean; not_all: boolean; rows: number }>(progress)).rows);
    expect([some, notAll]).toEqual([true, true]);
    expect(rows).toBe((await owner.query('SELECT FROM email_sends_partitioned')).rowCount);

    const before = await contents(owner);
    await runSqlFile(owner, up);
    expect(await contents(owner)).toEqual(before);
    const { rows: copied } = await owner.query(
      `SELECT rows_copied = source_rows AS once FROM migration_progress ORDER BY source_table`,
    );
    expect(copied).toEqual([{ once: true }, { once: true }]);
  }));

test('killed while references are validated, and again while it waits for the switch: what changed since is not lost', () =>
  withRows(async ({ owner, connect }, { leadIds }) => {
    const up = await migrationFile();
    await runPart(owner, up, 0, placeOf(up, 'CALL add_references'));
    // As a kill leaves it where a partition was made since.
    await owner.query(`
      ALTER TABLE email_sends_y2024m05 ADD CONSTRAINT email_sends_partitioned_lead_id_fkey
        FOREIGN KEY (lead_id) REFERENCES leads ON DELETE CASCADE NOT VALID`);
    // More than the switch would take along.
    await owner.query('UPDATE email_sends SET opened_at = now()');
    await owner.query('DELETE FROM leads WHERE id = ANY ($1)', [leadIds.slice(1, 50)]);

    const [worker, holder] = [await connect(), await connect()];
    const pid = await backendOf(worker);
    await runPart(worker, up, 0, placeOf(up, 'SELECT switch_table'));
    const pending = await owner.query<{ n: number }>('SELECT count(*)::int AS n FROM migration_changes');
    expect(only(pending.rows).n).toBeLessThan(1_000);
    await holder.query('BEGIN');
    await holder.query('SELECT FROM email_sends LIMIT 1');
    const switching = worker.query(
      `SELECT switch_table('email_sends', 'email_sends_partitioned', 'insert_send_by_old_name')`,
    );
    const killed = expect(switching).rejects.toMatchObject({ code: '57P01' });
    await waitsFor(owner, pid, 'email_sends');
    await owner.query('SELECT pg_terminate_backend($1)', [pid]);
    await killed;
    await holder.query('ROLLBACK');

    await owner.query('DELETE FROM leads WHERE id = ANY ($1)', [leadIds.slice(50, 60)]);
    const before = await contents(owner);
    await runSqlFile(owner, up);
    expect(await contents(owner)).toEqual(before);
    // Each partition has the keys of the table, each once and valid.
    const { rows } = await owner.query(`
      SELECT conparentid = 0 AS own, convalidated AS valid FROM pg_constraint
      JOIN pg_inherits ON inhrelid = conrelid
      WHERE contype = 'f' GROUP BY 1, 2`);
    expect(rows).toEqual([{ own: false, valid: true }]);
  }));

test('two clients at once: the second waits and finds everything done', () =>
  withRows(async ({ owner, connect }) => {
    const up = await migrationFile();
    await runPart(owner, up, 0, placeOf(up, 'CALL copy_rows'));
    const [one, two] = [await connect(), await connect()];
    const before = await contents(owner);
    const rest = placeOf(up, 'CALL copy_rows');
    const last = placeOf(up, `CALL drop_old_table('lead_activities'`) + 1;
    await Promise.all([runPart(one, up, rest, last), runPart(two, up, rest, last)]);
    await runSqlFile(owner, up);
    expect(await contents(owner)).toEqual(before);
  }));

test('a row that the new keys refuse stops it; corrected, it goes on', () =>
  withRows(async ({ owner }) => {
    const double = only(
      (
        await owner.query<{ id: string }>(`
          INSERT INTO email_sends (workspace_id, campaign_id, lead_id, email, created_at)
          SELECT workspace_id, campaign_id, lead_id, email, created_at FROM email_sends LIMIT 1 RETURNING id`)
      ).rows,
    ).id;
    const up = await migrationFile();
    await expect(runSqlFile(owner, up)).rejects.toThrow(/could not create unique index/);
    await owner.query('DELETE FROM email_sends WHERE id = $1', [double]);
    const before = await contents(owner);
    await runSqlFile(owner, up);
    expect(await contents(owner)).toEqual(before);
  }));

test('a table that is rewritten after it was copied is copied anew', () =>
  withRows(async ({ owner }) => {
    const up = await migrationFile();
    await runPart(owner, up, 0, placeOf(up, 'SELECT * FROM prove_tables'));
    await owner.query('DELETE FROM email_sends WHERE ctid < $1', ['(5,0)']);
    await owner.query('VACUUM FULL email_sends');
    const before = await contents(owner);
    await runSqlFile(owner, up);
    expect(await contents(owner)).toEqual(before);
  }));

test('rows that differ are found, and nothing is switched', () =>
  withRows(async ({ owner }, { leadIds }) => {
    const up = await migrationFile();
    const proof = placeOf(up, 'SELECT * FROM prove_tables');
    await runPart(owner, up, 0, proof);
    await owner.query(`UPDATE email_sends_partitioned SET status = 'sent' WHERE lead_id = $1`, [leadIds[1]]);
    await expect(runPart(owner, up, proof)).rejects.toMatchObject({ facts: { sqlstate: '22000' } });
    await expect(
      owner.query(`SELECT switch_table('email_sends', 'email_sends_partitioned', 'insert_send_by_old_name')`),
    ).rejects.toMatchObject({ code: '55000' });
    // A row that is written again is applied, and right, again.
    await owner.query('UPDATE email_sends SET opened_at = now() WHERE lead_id = $1', [leadIds[1]]);
    const before = await contents(owner);
    await runSqlFile(owner, up);
    expect(await contents(owner)).toEqual(before);
  }));

test('it does not start where it could not see what was committed meanwhile', () =>
  withRows(async ({ owner, connect }) => {
    const session = await connect();
    await session.query(`SET default_transaction_isolation = 'repeatable read'`);
    const up = await migrationFile();
    await expect(runSqlFile(session, up)).rejects.toMatchObject({ facts: { sqlstate: '25001' } });
    await runSqlFile(owner, up);
  }));
