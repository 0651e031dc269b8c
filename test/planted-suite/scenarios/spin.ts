import { defineScenario } from 'mailgenius-bench';
import { canonicalLine, orderedDigest } from 'mailgenius-bench/digest';
import type { Planted } from '../db/phases/00-base/app.ts';
import { nameAt } from '../fixtures/items.ts';

const SPIN_MS = 20;

/** The same read by a client that computes far longer than it waits. */
export default defineScenario<Planted, null, null, readonly number[]>({
  title: 'A slow client',
  help: 'Finds by name, and computes for 20 ms.',
  unit: 'queries',
  writes: false,
  tables: ['items'],
  variants: () => [{ name: 'spin', parameters: null, main: true }],
  input: async () => null,
  run: async ({ app, db }) => {
    const result = await app.find(db, nameAt(0));
    const end = performance.now() + SPIN_MS;
    while (performance.now() < end);
    return { result, done: 1, total: 1 };
  },
  answer: async ({ outcome }) => orderedDigest([canonicalLine(outcome.result)]),
  oracle: () => orderedDigest([canonicalLine(Array.from({ length: 10 }, (_, i) => i))]),
});
