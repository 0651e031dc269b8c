import type { Database } from 'mailgenius-bench';

/** What the planted suite does with its database; no phase changes it. */
export interface Planted {
  find(db: Database, name: string): Promise<readonly number[]>;
  add(db: Database, rows: number): Promise<number>;
  touch(db: Database, rows: number): Promise<number>;
}

const base: Planted = {
  async find(db, name) {
    const { rows } = await db.query<{ id: number }>('SELECT id FROM items WHERE name = $1 ORDER BY id', [
      name,
    ]);
    return rows.map(({ id }) => id);
  },
  async add(db, rows) {
    const sql = `INSERT INTO items (id, name, note) SELECT 1000000 + n, 'new-' || n, md5(n::text) FROM generate_series(1, $1::int) AS n`;
    return (await db.query(sql, [rows])).rowCount;
  },
  async touch(db, rows) {
    return (await db.query(`UPDATE items SET updated_at = '2026-02-01Z' WHERE id < $1`, [rows])).rowCount;
  },
};

export default base;
