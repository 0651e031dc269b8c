import { expect, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { materializedViews, partitionedTables } from './objects.ts';

const SETUP = `
  CREATE TABLE "Days" (gone text, day date NOT NULL, note text, twice int GENERATED ALWAYS AS (n * 2) STORED, n int)
    PARTITION BY RANGE (day);
  ALTER TABLE "Days" DROP COLUMN gone;
  CREATE TABLE may (n int, day date NOT NULL, note text, twice int GENERATED ALWAYS AS (n * 2) STORED);
  ALTER TABLE "Days" ATTACH PARTITION may FOR VALUES FROM ('2026-05-01') TO ('2026-06-01');
  CREATE TABLE june PARTITION OF "Days" FOR VALUES FROM ('2026-06-01') TO ('2026-07-01');
  CREATE TABLE hashed (n int) PARTITION BY HASH (n);
  CREATE TABLE plain (n int);
  INSERT INTO "Days" (day, note, n) SELECT date '2026-05-01' + n, 'note ' || n, n FROM generate_series(0, 60) AS n`;

const ROWS = `SELECT md5(string_agg(format('%s %s %s %s', day, note, n, twice), E'\\n' ORDER BY n)) AS digest FROM "Days"`;
const PARTS = `SELECT inhrelid::regclass::text AS part FROM pg_inherits WHERE inhparent = '"Days"'::regclass`;

test.each([
  ['without a default partition', null, '"Days_rest"'],
  ['with one', 'CREATE TABLE other PARTITION OF "Days" DEFAULT', 'other'],
])('a table %s has all its rows in it when partitions are left out', (_, makeDefault, name) =>
  withState('base', async ({ owner }) => {
    await owner.script(SETUP);
    if (makeDefault) await owner.script(makeDefault);
    const before = (await owner.query(ROWS)).rows;
    const found = await partitionedTables(owner, ['Days', 'hashed', 'plain', 'other']);
    expect(found.map((object) => object.name)).toEqual(['partitions of Days']);
    for (const statement of found[0]?.drop ?? []) await owner.query(statement);
    expect((await owner.query(PARTS)).rows).toEqual([{ part: name }]);
    expect((await owner.query(ROWS)).rows).toEqual(before);
  }),
);

test('a materialized view is made again with its indexes', () =>
  withState('base', async ({ owner }) => {
    await owner.script(`
      CREATE TABLE things (n int);
      CREATE MATERIALIZED VIEW "Things seen" AS SELECT n FROM things;
      CREATE UNIQUE INDEX things_seen_n ON "Things seen" (n)`);
    const [view] = await materializedViews(owner);
    for (const statement of [...(view?.drop ?? []), ...(view?.create ?? [])]) await owner.query(statement);
    const { rows } = await owner.query(`SELECT indexname FROM pg_indexes WHERE tablename = 'Things seen'`);
    expect([view?.name, rows]).toEqual(['Things seen', [{ indexname: 'things_seen_n' }]]);
  }));
