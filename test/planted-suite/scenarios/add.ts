import { defineScenario } from 'mailgenius-bench';
import { orderedDigest } from 'mailgenius-bench/digest';
import type { Planted } from '../db/phases/00-base/app.ts';

const ROWS = 5000;

export default defineScenario<Planted, number, number, number>({
  title: 'Add items',
  help: 'Five thousand new items by one statement.',
  unit: 'items',
  writes: true,
  tables: ['items'],
  variants: () => [{ name: `rows=${ROWS}`, parameters: ROWS, main: true }],
  input: async (rows) => rows,
  run: async ({ app, db, input }) => ({ result: await app.add(db, input), done: input, total: input }),
  answer: async ({ owner }) => {
    const { rows } = await owner.query<{ n: number }>('SELECT count(*) AS n FROM items WHERE id > 1000000');
    return orderedDigest([`added ${rows[0]?.n}`]);
  },
  oracle: (rows) => orderedDigest([`added ${rows}`]),
});
