import { expect, test } from 'vitest';
import { MOST_BLOCKS } from '../core/verdict.ts';
import type { Unit } from './plan.ts';
import type { State } from './suite-folder.ts';
import { unitIn, type Work } from './work.ts';

test('a state’s own form of a unit has the blocks that are asked of it', () => {
  const form = { name: 'lead-list', scenario: { variants: () => [{ name: 'page=1', input: 2 }] } };
  const state = { name: 'head', scenarios: [form] } as unknown as State;
  const work = { plan: {}, ownUnits: new Map() } as unknown as Work;
  const unit = { scenario: { name: 'lead-list' }, variant: { name: 'page=1' }, blocks: 1 } as Unit;
  const own = unitIn(work, unit, state);
  expect(own).toMatchObject({ scenario: form, variant: { input: 2 }, blocks: 1 });
  expect(unitIn(work, unit, state)).toBe(own);
  expect(unitIn(work, { ...unit, blocks: MOST_BLOCKS }, state).blocks).toBe(MOST_BLOCKS);
});
