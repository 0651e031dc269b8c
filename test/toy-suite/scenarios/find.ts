import { defineScenario } from 'mailgenius-bench';
import { canonicalLine, orderedDigest } from 'mailgenius-bench/digest';
import type { Toy } from '../db/phases/00-base/app.ts';
import { nameAt } from '../fixtures/items.ts';

export default defineScenario<Toy, number, number, readonly { id: number; name: string }[]>({
  title: 'Find by name',
  help: 'The ten items of one name.',
  claim: 'find',
  unit: 'queries',
  writes: false,
  tables: ['items'],
  variants: () => [{ name: 'row=500', parameters: 500, main: true }],
  input: async (row) => row,
  run: async ({ app, db, input }) => ({ result: await app.find(db, nameAt(input)), done: 1, total: 1 }),
  answer: async ({ outcome }) =>
    orderedDigest(outcome.result.map(({ id, name }) => canonicalLine([id, name]))),
  oracle: (row) =>
    orderedDigest(Array.from({ length: 10 }, (_, i) => canonicalLine([row - (row % 10) + i, nameAt(row)]))),
});
