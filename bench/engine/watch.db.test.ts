import { expect, test } from 'vitest';
import { countedArm } from '../../test/counted-arm.ts';
import { sampleRun } from '../../test/sample-run.ts';
import { running, withUnit } from '../../test/toy-unit.ts';
import { hasStatementCounters } from '../postgres/counters.ts';
import type { Bench } from './measure.ts';
import type { Unit } from './plan.ts';
import type { StateDatabase } from './states.ts';
import { observeArms } from './watch.ts';
import type { Work } from './work.ts';

type Run = Unit['scenario']['scenario']['run'];
type Context = Parameters<Run>[0];

const insert = (rows: number) =>
  `INSERT INTO items SELECT 1000000 + n, repeat('x', 100) FROM generate_series(1, ${rows}) AS n`;

test.each<[string, (context: Context) => Promise<unknown>, boolean]>([
  ['writes a few rows', ({ db }) => db.query(insert(20)), true],
  ['leaves many dead rows', ({ db }) => db.query(insert(20_000)), false],
  ['commits', ({ db }) => db.transaction(() => db.query(insert(20))), false],
  [
    'writes over another connection',
    async ({ connections }) => (await connections.open()).query(insert(20)),
    false,
  ],
  ['fails', ({ db }) => db.query('SELECT 1 / 0'), false],
])('after a writer that %s the next one finds the state as it was', (_, write, isSameCopy) =>
  withUnit('add', async (bench, unit, state) => {
    const found: { rows: number; pages: number; database: string }[] = [];
    const look = async ({ db }: Context) => {
      const sql = `SELECT count(*) AS rows, pg_relation_size('items') / 8192 AS pages, current_database() AS database FROM items`;
      found.push(...(await db.query<(typeof found)[number]>(sql)).rows);
    };
    const writer = async (context: Context) => {
      await look(context);
      await write(context);
    };
    await observeArms(workOf(bench, [variant(unit, 'first', writer), variant(unit, 'then', look)], state));
    const [before, after] = found;
    expect(after?.rows).toBe(before?.rows);
    // A page or two may be new.
    expect((after?.pages ?? 0) - (before?.pages ?? 0)).toBeLessThan(3);
    expect(after?.database === before?.database).toBe(isSameCopy);
  }),
);

test('an arm keeps over how many units its plans were seen, and that later ones of a write were not', () =>
  withUnit('add', async (bench, unit, state) => {
    const work = workOf(bench, [unit], state);
    await observeArms(work);
    const [arm] = work.run.arms;
    expect(arm).toMatchObject({ planUnits: 20, laterSeen: false, laterPlans: [] });
    expect(arm?.plans).toMatchObject([{ executions: 20, root: { loops: 1 } }]);
  }));

test.each([
  ['after six executions on both sides of a gate, if the clock timed one so', true, 1, 9],
  ['as the clock timed each one otherwise', false, 1, 7],
  ['in the first of two sessions each on both sides of a gate, if one took half a second', true, 500, 2],
  ['as ever beside another state where it took half a second', false, 500, 7],
])('reads are counted %s', (_, isGate, otherMs, executions) =>
  withUnit('find', async (bench, unit, state) => {
    await bench.sessions.admin(hasStatementCounters);
    let calls = 0;
    const counting = variant(unit, 'one', async () => {
      calls += 1;
    });
    const work = workOf(bench, [counting], state);
    const [arm] = work.run.arms;
    if (!arm) throw new Error('each unit has an arm');
    const samples = arm.samples.map((sample) => ({ ...sample, executionsMs: [otherMs], warm: 6 }));
    work.run.arms.push({ ...arm, samples, state: 'head' });
    if (isGate)
      work.run.gate = { ref: 'main', commit: '1a', changed: [], accepted: [], touched: null, thresholds: '' };
    await observeArms(work);
    expect(calls).toBe(executions);
  }),
);

/** The unit as a variant of this name, which does one unit of something else. */
function variant(unit: Unit, name: string, work: (context: Context) => Promise<unknown>): Unit {
  const run = running(unit, async (context) => {
    await work(context);
    return { result: null, done: 1, total: 1 };
  });
  return { ...run, variant: { ...unit.variant, name, main: true } };
}

/** What watching needs of a run in which all of these gave an answer. */
function workOf(bench: Bench, units: readonly Unit[], state: StateDatabase): Work {
  const { name } = state.state;
  const arms = units.map(({ scenario, variant: { name: variant } }) =>
    countedArm({ scenario: scenario.name, variant, state: name, counters: [], plans: [] }),
  );
  const emit = () => undefined;
  const { signal } = new AbortController();
  const maps = { inputs: new Map(), expected: new Map(), ownUnits: new Map() };
  return {
    bench: { ...bench, counts: true },
    plan: { ...bench, units, states: [state.state] },
    setup: { emit, signal },
    states: [state],
    control: null,
    run: { ...sampleRun(), arms },
    save: async () => undefined,
    ...maps,
  } as unknown as Work;
}
