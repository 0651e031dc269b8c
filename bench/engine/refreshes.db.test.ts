import { expect, test } from 'vitest';
import { withEmptyDatabase } from '../../test/database.ts';
import { timeRefreshes } from './refreshes.ts';

test('a refresh is timed of each view that holds rows, concurrently where it can be, and nothing of it stays', async () => {
  await withEmptyDatabase(async ({ owner }) => {
    await owner.script(`
      CREATE TABLE items AS SELECT generate_series(1, 100) AS id;
      CREATE MATERIALIZED VIEW counts AS SELECT count(*) FROM items;
      CREATE MATERIALIZED VIEW "By id" AS SELECT id FROM items;
      CREATE UNIQUE INDEX ON "By id" (id);
      CREATE MATERIALIZED VIEW unfilled AS SELECT id FROM items WITH NO DATA;
      DELETE FROM items WHERE id > 40`);
    const files = () =>
      owner.query(`SELECT relname, relfilenode FROM pg_class WHERE relkind = 'm' ORDER BY 1`);
    const before = await files();
    const refreshes = await timeRefreshes(owner);
    expect(refreshes.map(({ view }) => view)).toEqual(['By id', 'counts']);
    for (const { ms, walBytes } of refreshes) {
      expect(ms).toBeGreaterThan(0);
      expect(walBytes).toBeGreaterThan(0);
    }
    expect(await files()).toEqual(before);
    const { rows } = await owner.query(
      `SELECT (SELECT count FROM counts), (SELECT count(*) FROM "By id") AS ids`,
    );
    expect(rows).toEqual([{ count: 100, ids: 100 }]);
  });
});
