import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { markerOf, ourDatabases } from '../postgres/databases.ts';
import { Sessions } from '../postgres/sessions.ts';
import { planRun } from './plan.ts';
import { type SidesSetup, withSides } from './sides.ts';
import { dropStates, haveStates, type StateDatabase } from './states.ts';
import { loadSuite } from './suite-folder.ts';

const sessions = new Sessions(inject('server').endpoint, 'bench-test');
const suite = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));
const wishes = { scenarios: [], states: null, profile: 'smoke', contacts: 2_000, seed: 1, orderSeed: 1 };
const plan = planRun(suite, wishes);

const SIDES = [
  { name: 'base', title: 'base', suite },
  { name: 'head', title: 'head', suite },
] as const;

const RENAMED = `UPDATE items SET name = name || '!'`;

const REST = `
  SELECT relallvisible = relpages AS visible, pg_stat_get_dead_tuples(oid)::int AS dead,
         age(relfrozenxid) < 1000 AS frozen, (SELECT count(*)::int FROM items WHERE name LIKE '%!') AS changed
  FROM pg_class WHERE oid = 'items'::regclass`;

const databases = () => sessions.admin(ourDatabases);
const markerIn = ({ database }: StateDatabase) => sessions.admin((admin) => markerOf(admin, database));

/** Works on both sides with a cache of their own, which goes afterwards. */
async function withTwins<T>(
  options: Pick<SidesSetup, 'trial'>,
  work: (base: StateDatabase, head: StateDatabase) => T | Promise<T>,
): Promise<T> {
  const build = `sides ${process.pid}`;
  const setup = { sessions, emit: () => undefined, build, ...options };
  try {
    return await withSides(setup, plan, SIDES, async (_, { states: [base, head] }) => {
      if (!base || !head) throw new Error('there are two sides');
      return work(base, head);
    });
  } finally {
    await dropStates(sessions, { ...plan, chain: suite.states, build });
  }
}

test('the head of a trial is another build, which nobody finds and which is dropped', async () => {
  const heads = new Set<string>();
  for (const _ of [1, 2])
    await withTwins({ trial: { fault: null } }, async (base, head) => {
      heads.add(head.database);
      expect(head.record.cached).toBe(false);
      expect(await markerIn(base)).toMatchObject({ purpose: 'state' });
      expect(await markerIn(head)).toBeNull();
    });
  expect(heads.size).toBe(2);
  for (const head of heads) expect(await databases()).not.toContain(head);
});

test('a head that fails while it is measured is dropped too', async () => {
  let left = '';
  const failing = withTwins({ trial: { fault: null } }, (_, { database }) => {
    left = database;
    throw new Error('lost');
  });
  await expect(failing).rejects.toThrow('lost');
  expect(left).toMatch(/^bench_state_/);
  expect(await databases()).not.toContain(left);
});

test('every state of a salt is a draft, and all of them are dropped together', async () => {
  const request = { ...plan, chain: suite.states, build: `sides ${process.pid}`, salt: 'own' };
  const { states } = await haveStates(sessions, request, () => undefined);
  const names = [...new Set(states.map(({ database }) => database))];
  expect(names.length).toBeGreaterThan(1);
  for (const state of states) expect(await markerIn(state)).toBeNull();
  await dropStates(sessions, request);
  const left = await databases();
  expect(names.filter((name) => left.includes(name))).toEqual([]);
});

test('a fault is in the head alone, which is at rest when it is measured', async () => {
  await withTwins({ trial: { fault: RENAMED } }, async (base, head) => {
    const rest = (database: string) => sessions.with({ database }, (owner) => owner.query(REST));
    const atRest = { visible: true, dead: 0, frozen: true };
    expect((await rest(base.database)).rows).toEqual([{ ...atRest, changed: 0 }]);
    expect((await rest(head.database)).rows).toEqual([{ ...atRest, changed: 2_000 }]);
  });
});

test('sides of one build get a database each, both from the cache', async () => {
  await withTwins({}, async (base, head) => {
    expect(base.database).not.toBe(head.database);
    expect(await markerIn(base)).toBeNull();
    expect(await markerIn(head)).toMatchObject({ purpose: 'state' });
  });
});
