import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { placedAnew } from './memory.ts';
import { planRun, roundOf } from './plan.ts';
import { loadSuite } from './suite-folder.ts';
import type { Work } from './work.ts';

const suite = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));

/** What comes before a round of the profile: whether that was all, restarts of the server, and warnings. */
async function placing(profile: string, isRead: boolean, isOurs = true) {
  const plan = planRun(suite, {
    scenarios: [],
    states: null,
    profile,
    contacts: 1000,
    seed: 1,
    orderSeed: 1,
  });
  const blocks = roundOf(plan, 1, ({ scenario, variant }) => {
    const { writes } = scenario.scenario;
    return isRead ? !writes && variant.main === true : true;
  });
  const warnings: string[] = [];
  let restarts = 0;
  const restart = async () => {
    restarts += 1;
  };
  const setup = { restart: isOurs ? restart : null, emit: () => undefined };
  const isPlaced = await placedAnew({ setup, run: { warnings } } as unknown as Work, blocks);
  return { isPlaced, restarts, warnings };
}

describe('the server’s memory is emptied', () => {
  test('before a round of reads that the clock decides', async () =>
    expect(await placing('micro', true)).toEqual({ isPlaced: true, restarts: 1, warnings: [] }));

  test('not while somebody writes, who would fill it again', async () =>
    expect(await placing('micro', false)).toEqual({ isPlaced: false, restarts: 0, warnings: [] }));

  test('not where one block is all', async () =>
    expect(await placing('smoke', true)).toMatchObject({ isPlaced: false, restarts: 0 }));

  test('not where the server was running before, which a warning tells', async () =>
    expect(await placing('micro', true, false)).toEqual({
      isPlaced: true,
      restarts: 0,
      warnings: [expect.stringMatching(/^the server was running before, so it is not restarted/)],
    }));
});
