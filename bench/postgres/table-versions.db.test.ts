import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import type { Session } from './session.ts';
import { catalogTables, changedTables, tableVersions } from './table-versions.ts';

const SETUP = `
  CREATE TABLE "Plain" (a integer, b text);
  CREATE TABLE days (a integer) PARTITION BY RANGE (a);
  CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM (1) TO (2);
  CREATE TABLE days_2 PARTITION OF days FOR VALUES FROM (2) TO (3);
  CREATE INDEX plain_lower ON "Plain" (lower(b || 'x'));
  INSERT INTO "Plain" SELECT n, n::text FROM generate_series(1, 100) AS n;
  CREATE MATERIALIZED VIEW sums AS SELECT sum(a) FROM "Plain";`;

async function changedBy(owner: Session, statements: string): Promise<readonly string[]> {
  const before = await tableVersions(owner);
  await owner.script(statements);
  return changedTables(before, await tableVersions(owner));
}

test.each([
  ['nothing', 'SELECT count(*) FROM "Plain"', []],
  ['a function', `CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'`, []],
  ['a policy', 'CREATE POLICY open ON "Plain" USING (true)', []],
  ['rows written', `INSERT INTO "Plain" VALUES (1, 'x')`, ['"Plain"']],
  ['rows changed', 'UPDATE "Plain" SET b = a', ['"Plain"']],
  ['rows gone', 'DELETE FROM "Plain" WHERE a = 1', ['"Plain"']],
  ['another file', 'TRUNCATE "Plain"', ['"Plain"']],
  ['an index', 'CREATE INDEX ON "Plain" (lower(b))', ['"Plain"']],
  ['more statistics', 'ALTER TABLE "Plain" ALTER b SET STATISTICS 1000', ['"Plain"']],
  ['a number of different values', 'ALTER TABLE "Plain" ALTER b SET (n_distinct = 3)', ['"Plain"']],
  ['more statistics of an expression', 'ALTER INDEX plain_lower ALTER 1 SET STATISTICS 1000', ['"Plain"']],
  ['statistics of two columns', 'CREATE STATISTICS both_columns ON a, b FROM "Plain"', ['"Plain"']],
  ['a column', 'ALTER TABLE "Plain" ADD c integer', ['"Plain"']],
  ['a new table', 'CREATE TABLE other (a integer)', ['other']],
  ['a refreshed view', 'REFRESH MATERIALIZED VIEW sums', ['sums']],
  ['rows of a partition', 'INSERT INTO days VALUES (2)', ['days', 'days_2']],
  ['a partition', 'CREATE TABLE days_3 PARTITION OF days FOR VALUES FROM (3) TO (4)', ['days', 'days_3']],
])('%s changes exactly what has to be analyzed anew', (_, statements, changed) =>
  withState('base', async ({ owner }) => {
    await owner.script(SETUP);
    expect(await changedBy(owner, statements)).toEqual(changed);
  }),
);

test('catalogs of the database are told, those of the server are not', () =>
  withState('base', async ({ owner }) => {
    const names = await catalogTables(owner);
    expect(names).toContain('pg_proc');
    expect(names).not.toContain('pg_database');
    await owner.script(`VACUUM (FREEZE, ANALYZE) ${names.join(', ')}`);
  }));
