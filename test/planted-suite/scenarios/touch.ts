import { defineScenario } from 'mailgenius-bench';
import { orderedDigest } from 'mailgenius-bench/digest';
import type { Planted } from '../db/phases/00-base/app.ts';

const ROWS = 4000;

export default defineScenario<Planted, number, number, number>({
  title: 'Touch items',
  help: 'Sets updated_at of four thousand items: the server, not the client, is what takes time.',
  unit: 'items',
  writes: true,
  tables: ['items'],
  variants: () => [{ name: `rows=${ROWS}`, parameters: ROWS, main: true }],
  input: async (rows) => rows,
  run: async ({ app, db, input }) => ({ result: await app.touch(db, input), done: input, total: input }),
  answer: async ({ owner }) => {
    const { rows } = await owner.query<{ n: number }>(
      `SELECT count(*) AS n FROM items WHERE updated_at = '2026-02-01Z'`,
    );
    return orderedDigest([`touched ${rows[0]?.n}`]);
  },
  oracle: (rows) => orderedDigest([`touched ${rows}`]),
});
