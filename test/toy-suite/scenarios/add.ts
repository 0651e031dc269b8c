import { defineScenario } from 'mailgenius-bench';
import { canonicalLine, unorderedAnswer, unorderedDigest, unorderedSql } from 'mailgenius-bench/digest';
import type { Toy } from '../db/phases/00-base/app.ts';

const FIRST_ID = 1_000_000;

export default defineScenario<Toy, number, readonly string[], number>({
  title: 'Add items',
  help: 'Adds items, row by row before the batch phase.',
  unit: 'items',
  writes: true,
  tables: ['items'],
  variants: () => [{ name: 'rows=50', parameters: 50, main: true }],
  input: async (rows) => Array.from({ length: rows }, (_, i) => `new-${i}`),
  run: async ({ app, db, input, budget }) => {
    const done = await app.add(db, input, budget);
    return { result: done, done, total: input.length };
  },
  answer: async ({ owner }) => {
    const line = `concat_ws(E'\\x1f', id, name)`;
    const sql = `SELECT ${unorderedSql(line)} FROM items WHERE id >= $1`;
    const { rows } = await owner.query<{ rows: number; sum: string }>(sql, [FIRST_ID]);
    return unorderedAnswer(rows[0]?.rows ?? 0, rows[0]?.sum ?? null);
  },
  oracle: (input, done) =>
    unorderedDigest(input.slice(0, done).map((name, i) => canonicalLine([FIRST_ID + i, name]))),
  floorTitle: 'one INSERT … SELECT',
  floor: async (db, input) => {
    await db.query(
      'INSERT INTO items SELECT 1000000 + n, name FROM unnest($1::text[]) WITH ORDINALITY AS t (name, n)',
      [input],
    );
  },
});
