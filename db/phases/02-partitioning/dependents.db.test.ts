import { expect, test } from 'vitest';
import { runSqlFile } from '../../../bench/postgres/sql-file.ts';
import { contents, migrationFile, placeOf, runPart, withRows } from '../../../test/migration.ts';

/** What depends on the table, and how it is made again on what takes its place. */
const DEPENDENTS = [
  {
    name: 'view report',
    make: 'CREATE VIEW report AS SELECT count(*) FROM email_sends',
    drop: 'DROP VIEW report',
  },
  {
    name: 'function newest',
    make: `CREATE FUNCTION newest(email_sends) RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'`,
    drop: 'DROP FUNCTION newest',
  },
  {
    name: 'function newest_of',
    make: `CREATE FUNCTION newest_of(email_sends[]) RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'`,
    drop: 'DROP FUNCTION newest_of',
  },
  {
    name: 'constraint replies_send_id_fkey on table replies',
    make: 'CREATE TABLE replies (send_id uuid REFERENCES email_sends)',
    drop: 'DROP TABLE replies',
    again: `CREATE TABLE replies (send_id uuid, sent timestamptz(3),
            FOREIGN KEY (send_id, sent) REFERENCES email_sends_partitioned (id, created_at))`,
  },
  {
    name: 'policy sent on table email_sends',
    make: `CREATE POLICY sent ON email_sends AS RESTRICTIVE USING (status <> 'pending')`,
    drop: 'DROP POLICY sent ON email_sends',
    again: `CREATE POLICY sent ON email_sends_partitioned AS RESTRICTIVE USING (status <> 'pending')`,
  },
  {
    name: 'trigger touch on table email_sends',
    make: `CREATE TRIGGER touch BEFORE UPDATE ON email_sends FOR EACH ROW
           EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    drop: 'DROP TRIGGER touch ON email_sends',
    again: `CREATE TRIGGER touch BEFORE UPDATE ON email_sends_partitioned FOR EACH ROW
            EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
  },
  {
    name: 'rule keep on table email_sends',
    make: 'CREATE RULE keep AS ON DELETE TO email_sends WHERE OLD.opened_at IS NOT NULL DO INSTEAD NOTHING',
    drop: 'DROP RULE keep ON email_sends',
    again:
      'CREATE RULE keep AS ON DELETE TO email_sends_partitioned WHERE OLD.opened_at IS NOT NULL DO INSTEAD NOTHING',
  },
  {
    name: 'publication of table email_sends in publication feed',
    make: 'CREATE PUBLICATION feed FOR TABLE email_sends',
    drop: 'DROP PUBLICATION feed',
    again: 'CREATE PUBLICATION feed FOR TABLE email_sends_partitioned',
  },
  {
    name: 'constraint once on table email_sends',
    make: 'ALTER TABLE email_sends ADD CONSTRAINT once UNIQUE (provider_message_id)',
    drop: 'ALTER TABLE email_sends DROP CONSTRAINT once',
    again: 'ALTER TABLE email_sends_partitioned ADD CONSTRAINT once UNIQUE (provider_message_id, created_at)',
  },
  {
    name: 'index email_sends_opened_idx',
    make: 'CREATE INDEX email_sends_opened_idx ON email_sends (opened_at)',
    drop: 'DROP INDEX email_sends_opened_idx',
    again: 'CREATE INDEX email_sends_opened_idx ON email_sends_partitioned (opened_at)',
  },
  {
    name: 'changed policy workspace on table email_sends',
    make: `ALTER POLICY workspace ON email_sends
           USING (workspace_id = (SELECT current_workspace_id()) AND status <> 'pending')`,
    drop: 'ALTER POLICY workspace ON email_sends USING (workspace_id = (SELECT current_workspace_id()))',
    again: `ALTER POLICY workspace ON email_sends_partitioned
            USING (workspace_id = (SELECT current_workspace_id()) AND status <> 'pending')`,
  },
  {
    name: 'changed policy parents on table email_sends',
    make: `ALTER POLICY parents ON email_sends WITH CHECK (status = 'pending')`,
    drop: `ALTER POLICY parents ON email_sends WITH CHECK (
             EXISTS (SELECT FROM campaigns AS parent WHERE parent.id = email_sends.campaign_id)
             AND EXISTS (SELECT FROM leads AS parent WHERE parent.id = email_sends.lead_id))`,
    again: `CREATE POLICY pending ON email_sends_partitioned AS RESTRICTIVE FOR INSERT WITH CHECK (status = 'pending')`,
  },
  {
    name: 'FORCE ROW LEVEL SECURITY',
    make: 'ALTER TABLE email_sends FORCE ROW LEVEL SECURITY',
    drop: 'ALTER TABLE email_sends NO FORCE ROW LEVEL SECURITY',
    again: 'ALTER TABLE email_sends_partitioned FORCE ROW LEVEL SECURITY',
  },
  {
    name: 'generated column day',
    make: `ALTER TABLE email_sends ADD COLUMN day date GENERATED ALWAYS AS ((created_at AT TIME ZONE 'UTC')::date) STORED`,
    drop: `ALTER TABLE email_sends DROP COLUMN day;
           ALTER TABLE email_sends_partitioned DROP COLUMN IF EXISTS day`,
    again: `CREATE VIEW days AS SELECT id, (created_at AT TIME ZONE 'UTC')::date AS day FROM email_sends_partitioned`,
  },
  {
    name: 'publication everything of all tables',
    make: 'CREATE PUBLICATION everything FOR ALL TABLES',
    drop: 'DROP PUBLICATION everything',
  },
  {
    name: 'publication schema of all tables',
    make: 'CREATE PUBLICATION schema FOR TABLES IN SCHEMA public',
    drop: 'DROP PUBLICATION schema',
  },
] as const;

test('what others have made of the table or on it is refused by name before anything is copied, and again before the switch', () =>
  withRows(async ({ owner }) => {
    const up = await migrationFile();
    const all = async (step: 'make' | 'drop') => {
      for (const one of DEPENDENTS) await owner.query(one[step]);
    };
    const refused = async (from: number) => {
      const error: unknown = await runPart(owner, up, from).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ facts: { sqlstate: '2BP01' } });
      for (const { name } of DEPENDENTS) expect(String(error)).toContain(name);
    };
    await all('make');
    await refused(0);
    expect((await owner.query('SELECT FROM email_sends_partitioned')).rowCount).toBe(0);
    await all('drop');

    const place = placeOf(up, 'SELECT switch_table');
    await runPart(owner, up, 0, place);
    await all('make');
    await refused(place);
    await all('drop');
    const before = await contents(owner);
    await runSqlFile(owner, up);
    expect(await contents(owner)).toEqual(before);
    expect((await owner.query(`SELECT to_regclass('email_sends_old') AS old`)).rows).toEqual([{ old: null }]);
    for (const one of DEPENDENTS) await owner.query('again' in one ? one.again : one.make);
  }));

test('a column that is added to the table after its twin was made is refused until both have it', () =>
  withRows(async ({ owner }) => {
    const up = await migrationFile();
    const place = placeOf(up, 'SELECT switch_table');
    await runPart(owner, up, 0, place);
    await owner.query(`ALTER TABLE email_sends ADD COLUMN note text DEFAULT 'none'`);
    const late = /column note text in place \d+ of email_sends only/;
    await expect(runPart(owner, up, place)).rejects.toThrow(late);
    await expect(runSqlFile(owner, up)).rejects.toThrow(late);
    await owner.query(`ALTER TABLE email_sends_partitioned ADD COLUMN note text DEFAULT 'none'`);
    const before = await contents(owner);
    await runSqlFile(owner, up);
    expect(await contents(owner)).toEqual(before);
  }));

test('checks of the table are those of its twin; one that is made too late for that is refused', () =>
  withRows(async ({ owner }) => {
    const up = await migrationFile();
    for (const table of ['email_sends', 'lead_activities'])
      await owner.query(`ALTER TABLE ${table} ADD CONSTRAINT early CHECK (created_at > '2000-01-01Z')`);
    const place = placeOf(up, 'SELECT switch_table');
    await runPart(owner, up, 0, place);
    await owner.query(`ALTER TABLE lead_activities ADD CONSTRAINT late CHECK (created_at > '2001-01-01Z')`);
    await expect(runPart(owner, up, place)).rejects.toThrow('constraint late on table lead_activities');
    await owner.query('ALTER TABLE lead_activities DROP CONSTRAINT late');
    await runSqlFile(owner, up);
    for (const table of ['email_sends', 'lead_activities']) {
      const { rows } = await owner.query(
        `SELECT FROM pg_constraint WHERE conrelid = '${table}_partitioned'::regclass AND conname = 'early'`,
      );
      expect(rows, table).toHaveLength(1);
    }
  }));

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
