import { expect, inject, test } from 'vitest';
import { withEmptyDatabase } from '../../test/database.ts';
import { hasStatementCounters } from './counters.ts';
import { createDatabase, dropDatabase } from './databases.ts';
import { identifier, type Session } from './session.ts';
import { Sessions } from './sessions.ts';

const sessions = new Sessions(inject('server').endpoint, 'bench-test');

test('a copy of a database has its settings, and those of roles in it, lists element by element', () =>
  withEmptyDatabase(async ({ owner }) => {
    const { rows } = await owner.query<{ name: string }>('SELECT current_database() AS name');
    const [template, copy] = [rows[0]?.name ?? '', `bench_work_settings_${process.pid}`];
    await owner.script(`
      ALTER DATABASE ${identifier(template)} SET search_path = "$user", public, "Odd, ""name""";
      ALTER DATABASE ${identifier(template)} SET work_mem = '64MB';
      ALTER DATABASE ${identifier(template)} SET default_text_search_config = 'pg_catalog.english';
      ALTER DATABASE ${identifier(template)} SET datestyle = 'ISO, DMY';
      ALTER ROLE mailgenius_app IN DATABASE ${identifier(template)} SET search_path = '';
      ALTER ROLE mailgenius_app IN DATABASE ${identifier(template)} SET session_preload_libraries = 'plpgsql', auto_explain`);
    await owner.close();
    await sessions.admin(async (admin) => {
      await createDatabase(admin, copy, template);
      try {
        const settings = await settingsOf(admin, template);
        expect(settings).toHaveLength(6);
        expect(await settingsOf(admin, copy)).toEqual(settings);
      } finally {
        await dropDatabase(admin, copy);
      }
    });
  }));

test('what was counted in a database goes with it', async () => {
  const name = `bench_work_counted_${process.pid}`;
  await sessions.admin(async (admin) => {
    await hasStatementCounters(admin);
    await createDatabase(admin, name);
    const { rows } = await admin.query<{ id: number }>(
      'SELECT oid::bigint AS id FROM pg_database WHERE datname = $1',
      [name],
    );
    const counted = async () => {
      const found = await admin.query<{ count: number }>(
        'SELECT count(*) AS count FROM pg_stat_statements(false) WHERE dbid = $1::bigint::oid',
        [rows[0]?.id],
      );
      return found.rows[0]?.count;
    };
    await sessions.with({ database: name }, (owner) => owner.query('SELECT 1 AS one'));
    expect(await counted()).toBe(1);
    await dropDatabase(admin, name);
    expect(await counted()).toBe(0);
  });
});

async function settingsOf(admin: Session, database: string): Promise<readonly unknown[]> {
  const { rows } = await admin.query(
    `SELECT setrole::regrole::text AS role, item FROM pg_db_role_setting, unnest(setconfig) AS item
     WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = $1) ORDER BY role, item`,
    [database],
  );
  return rows;
}
