import { expect, test } from 'vitest';
import { runSqlFile } from '../../../bench/postgres/sql-file.ts';
import { contents, migrationFile, placeOf, runPart, withRows } from '../../../test/migration.ts';

const REFUSED = { facts: { sqlstate: '2BP01' } };

test.each([
  ['view report', 'CREATE VIEW report AS SELECT count(*) FROM email_sends', 'DROP VIEW report'],
  [
    'function newest',
    `CREATE FUNCTION newest(email_sends) RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'`,
    'DROP FUNCTION newest',
  ],
  [
    'constraint replies_send_id_fkey on table replies',
    'CREATE TABLE replies (send_id uuid REFERENCES email_sends)',
    'DROP TABLE replies',
  ],
])(
  '%s depends on the table: refused by name before anything is copied, and again before the switch',
  (name, make, drop) =>
    withRows(async ({ owner }) => {
      const up = await migrationFile();
      await owner.query(make);
      await expect(runSqlFile(owner, up)).rejects.toMatchObject(REFUSED);
      await expect(runSqlFile(owner, up)).rejects.toThrow(name);
      expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(0);
      await owner.query(drop);

      const place = placeOf(up, 'SELECT switch_table');
      await runPart(owner, up, 0, place);
      await owner.query(make);
      await expect(runPart(owner, up, place)).rejects.toThrow(name);
      await owner.query(drop);
      const before = await contents(owner);
      await runSqlFile(owner, up);
      expect(await contents(owner)).toEqual(before);
      expect((await owner.query(`SELECT to_regclass('email_sends_old') AS old`)).rows).toEqual([
        { old: null },
      ]);
    }),
);

test('what others were granted on the table they have on both, and the application what it had', () =>
  withRows(async ({ owner }) => {
    await owner.query(`
      GRANT SELECT ON email_sends TO pg_monitor WITH GRANT OPTION;
      GRANT UPDATE (email), REFERENCES ON email_sends TO pg_monitor;
      GRANT DELETE ON email_sends TO PUBLIC`);
    const grants = async (table: string) =>
      (
        await owner.query(
          `SELECT grantee::text, privilege_type AS privilege, is_grantable AS grantable, attname AS column
           FROM (SELECT relacl AS acl, NULL AS attname FROM pg_class WHERE oid = $1::regclass
                 UNION ALL
                 SELECT attacl, attname FROM pg_attribute WHERE attrelid = $1::regclass) AS granted, aclexplode(acl)
           WHERE grantee <> 'mailgenius_owner'::regrole
           ORDER BY 1, 2, 4`,
          [table],
        )
      ).rows;
    const before = await grants('email_sends');
    expect(before.length).toBeGreaterThan(4);
    await runSqlFile(owner, await migrationFile());
    for (const table of ['email_sends', 'email_sends_partitioned'])
      expect(await grants(table), table).toEqual(before);
  }));
