import { defineScenario } from 'mailgenius-bench';
import { canonicalLine, orderedDigest } from 'mailgenius-bench/digest';
import type { Planted } from '../db/phases/00-base/app.ts';
import { nameAt } from '../fixtures/items.ts';

const ROW = 500;

export default defineScenario<Planted, null, null, readonly number[]>({
  title: 'Find by name',
  help: 'The ten items of one name.',
  unit: 'queries',
  writes: false,
  tables: ['items'],
  variants: () => [{ name: 'name', parameters: null, main: true }],
  input: async () => null,
  run: async ({ app, db }) => ({ result: await app.find(db, nameAt(ROW)), done: 1, total: 1 }),
  answer: async ({ outcome }) => orderedDigest([canonicalLine(outcome.result)]),
  oracle: () => orderedDigest([canonicalLine(Array.from({ length: 10 }, (_, i) => ROW + i))]),
});
