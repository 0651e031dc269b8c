import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { countedArm, indexScan, planOf, repetitions, seqScan } from '../../test/counted-arm.ts';
import { sampleRun } from '../../test/sample-run.ts';
import type { Arm, RunFile } from '../core/run-file.ts';
import { type Plan, planRun } from './plan.ts';
import { markSameWork, timedPlaces } from './same-work.ts';
import { loadSuite } from './suite-folder.ts';

const suite = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));
const wishes = { scenarios: [], states: null, profile: 'default', contacts: 1000, seed: 1, orderSeed: 1 };
const chain = planRun(suite, wishes);
const plan: Plan = { ...chain, design: 'ablation' };
const unitOf = (writes: boolean) => {
  const found = plan.units.find(({ scenario }) => scenario.scenario.writes === writes);
  if (!found) throw new Error('the toy suite reads and writes');
  return { ...found, blocks: 15 };
};
const [reader, writer] = [unitOf(false), unitOf(true)];
const WHOLE = 'batch';

/** An ablation's first block: `base` and `index` are states that lack something of `batch`. */
function firstBlock(changes: Readonly<Record<string, Partial<Arm>>> = {}): RunFile {
  const arms = [reader, writer].flatMap(({ scenario, variant }) =>
    ['base', 'index', WHOLE].map((state) =>
      countedArm({ scenario: scenario.name, variant: variant.name, state, ...changes[state] }),
    ),
  );
  return { ...sampleRun(), design: 'ablation', arms };
}

function placesAfter(run: RunFile, unit = reader): string[] {
  markSameWork(plan, run);
  return timedPlaces(plan, run, unit).map(({ state, control }) => `${state.name}${control ? ' again' : ''}`);
}

const ALL = ['base', 'index', WHOLE, `${WHOLE} again`];

describe('an ablation times a read', () => {
  test('no further where plan, blocks and rows are those of the whole', () => {
    expect(placesAfter(firstBlock({ base: { plans: [planOf(seqScan('leads'))] } }))).toEqual([
      ...['base', WHOLE, `${WHOLE} again`],
    ]);
    expect(placesAfter(firstBlock())).toEqual([]);
  });

  test.each<[string, Partial<Arm>]>([
    ['the plan is another', { plans: [planOf(seqScan('leads'))] }],
    ['the plan is another after six executions', { laterPlans: [planOf(seqScan('leads'))] }],
    ['no plan was seen', { plans: [] }],
    ['other blocks are read', { plans: [planOf({ ...indexScan('leads'), blocks: 99 })] }],
    ['more rows are thrown away', { plans: [planOf({ ...indexScan('leads'), rowsRemoved: 1 })] }],
    ['blocks go to temporary files', { plans: [planOf({ ...indexScan('leads'), tempBlocks: 1 })] }],
    ['a plan is executed more often', { plans: [{ ...planOf(indexScan('leads')), executions: 2 }] }],
    ['more statements are sent', { counters: repetitions({ statements: 2 }) }],
    ['counts are not exact', { counters: repetitions({}, { rows: 51 }) }],
    ['it was not counted', { counters: [] }],
  ])('where %s', (_, change) => {
    expect(placesAfter(firstBlock({ index: change }))).toEqual(['index', WHOLE, `${WHOLE} again`]);
  });

  test('no further where only the catalog is read otherwise, or one was not seen after six executions', () => {
    const later = { laterSeen: true, laterPlans: [planOf(seqScan('leads'))] };
    const base = { ...later, counters: repetitions({ sharedBlocks: 97 }, { sharedBlocks: 104 }) };
    expect(placesAfter(firstBlock({ base, index: { laterSeen: false }, [WHOLE]: later }))).toEqual([]);
  });

  test('no further where it failed', () => {
    const error = 'no more memory';
    expect(placesAfter(firstBlock({ index: { counters: [], error } }))).toEqual([]);
  });

  test('everywhere where the whole itself is not known', () => {
    expect(placesAfter(firstBlock({ [WHOLE]: { plans: [] } }))).toEqual(ALL);
  });
});

test('an ablation times a write everywhere: it costs what no plan tells', () => {
  expect(placesAfter(firstBlock(), writer)).toEqual(ALL);
});

test('a chain of phases passes nothing over', () => {
  const run = firstBlock();
  markSameWork(plan, run);
  expect(timedPlaces(chain, run, reader)).toHaveLength(ALL.length);
});
