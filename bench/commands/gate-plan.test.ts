import path from 'node:path';
import { expect, it } from 'vitest';
import { MOST_BLOCKS } from '../core/verdict.ts';
import type { Side } from '../engine/side.ts';
import { loadSuite } from '../engine/suite-folder.ts';
import { boundedPlan } from './gate-plan.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const head: Side = { name: 'head', title: 'the working tree', suite: await loadSuite(ROOT) };
const bounded = (text: string) => boundedPlan({}, head, { file: 'thresholds.txt', text });

it('a variant whose time is bounded is measured like a main one', async () => {
  const before = (await boundedPlan({}, head, null)).units;
  const after = (await bounded('lead-list p95 < 5ms\nlead-search * blocks < 400 blocks\n')).units;
  const once = before.filter(({ scenario, blocks }) => scenario.name === 'lead-list' && blocks === 1);
  expect(once.length).toBeGreaterThan(0);
  for (const [place, unit] of after.entries()) {
    const isOfList = unit.scenario.name === 'lead-list';
    expect(unit.blocks).toBe(isOfList ? MOST_BLOCKS : before[place]?.blocks);
  }
});

it('a write whose time is bounded gets no more blocks than the main one has', async () => {
  const { units } = await bounded('import-100k median < 5s');
  expect(
    new Set(units.flatMap(({ scenario, blocks }) => (scenario.scenario.writes ? [blocks] : []))),
  ).toEqual(new Set([1]));
});

it('a line that is wrong is no fault of the suite', async () => {
  await expect(bounded('\nlead-lost p95 < 5ms')).rejects.toMatchObject({
    name: 'BENCH-THRESHOLD-INVALID',
    message: expect.stringContaining('thresholds.txt:2: unknown scenario "lead-lost"'),
  });
});
