import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MOST_BLOCKS } from '../core/verdict.ts';
import { Allowance } from './allowance.ts';
import {
  type Block,
  type Plan,
  placesOf,
  planGate,
  planRun,
  planStates,
  roundOf,
  type Unit,
  type Wishes,
} from './plan.ts';
import { loadSuite } from './suite-folder.ts';

const suite = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));

const wishes: Wishes = {
  scenarios: [],
  states: null,
  profile: 'default',
  contacts: 1000,
  seed: 1,
  orderSeed: 7,
};
const plan = (changes: Partial<Wishes> = {}) => planRun(suite, { ...wishes, ...changes });
const names = (some: Plan) => some.states.map((state) => state.name);

describe('a plan', () => {
  it.each([
    [null, ['base', 'index', 'batch']],
    ['base..index', ['base', 'index']],
    ['index..', ['index', 'batch']],
    ['..index', ['base', 'index']],
    ['batch', ['index', 'batch']],
    ['base', ['base']],
  ])('takes --state %s as %j', (states, expected) => {
    expect(names(plan({ states }))).toEqual(expected);
  });

  it('builds every state up to the last one measured', () => {
    expect(plan({ states: 'batch' }).chain.map((state) => state.name)).toEqual(['base', 'index', 'batch']);
  });

  it('measures a phase that names its scenarios with those only', async () => {
    const mailgenius = await loadSuite(path.resolve(import.meta.dirname, '../..'));
    const of = (states: string | null) => planRun(mailgenius, { ...wishes, states });
    const measured = (some: Plan, name: string) => {
      const unit = some.units.find(({ scenario }) => scenario.name === name);
      return unit
        ? placesOf(some, unit).map(({ state, control }) => `${state.name}${control ? ' again' : ''}`)
        : [];
    };
    expect(measured(of('views..'), 'connect')).toEqual(['views', 'settings', 'pooling', 'pooling again']);
    expect(measured(of('views..'), 'lead-list')).toEqual(['views', 'settings', 'settings again']);
    // Nothing to compare for the others.
    expect(of('pooling').scenarios.map(({ name }) => name)).toEqual(['connect']);
  });

  it.each([
    ['micro', 1],
    ['default', 3],
  ])('judges in profile %s what is main or weighed by the mix', async (profile, writes) => {
    const mailgenius = await loadSuite(path.resolve(import.meta.dirname, '../..'));
    const { units } = planRun(mailgenius, { ...wishes, profile });
    const blocks = (scenario: string, variant: string) =>
      units.find((unit) => unit.scenario.name === scenario && unit.variant.name === variant)?.blocks;
    expect(blocks('lead-search', 'term=2%')).toBe(60);
    expect(blocks('lead-list', 'total=exact')).toBe(60);
    expect(blocks('lead-search', 'name')).toBe(1);
    expect(blocks('import-100k', 'existing=100%')).toBe(writes);
    expect(blocks('schedule-1m', 'first')).toBe(writes);
    expect(blocks('schedule-1m', 'again')).toBe(1);
  });

  it('to have states loads all tables, whatever is measured in them', async () => {
    const mailgenius = await loadSuite(path.resolve(import.meta.dirname, '../..'));
    const having = planStates(mailgenius, { ...wishes, states: 'pooling' });
    expect(having.tables).toEqual(mailgenius.tables);
  });

  it('loads only the tables that its scenarios need', () => {
    expect(plan({ scenarios: ['find'] }).tables.map((table) => table.name)).toEqual(['items']);
  });

  it('lets later phases override operations and keeps the others', () => {
    const [base, index, batch] = suite.states.map((state) => state.operations);
    expect(index).toEqual(base);
    expect(batch?.['find']).toBe(base?.['find']);
    expect(batch?.['add']).not.toBe(base?.['add']);
  });
});

describe('the rounds of a plan', () => {
  const rounds = (some: Plan) => [0, 1, 2].map((round) => roundOf(some, round, () => true));
  const places = (order: Block['order']) =>
    order.map(({ state, control }) => `${state.name}${control ? ' again' : ''}`);

  it('visit every unit and there every state once, and the last one’s second copy', () => {
    for (const blocks of rounds(plan())) {
      expect(new Set(blocks.map(({ unit }) => unit))).toEqual(new Set(plan().units));
      for (const { unit, order } of blocks) {
        expect(unit.blocks).toBeGreaterThan(1);
        expect(places(order).sort()).toEqual(['base', 'batch', 'batch again', 'index']);
      }
    }
  });

  it('have no second copy for what gets one block: it is compared by an estimate only', () => {
    const once = { ...plan(), units: plan().units.map((unit) => ({ ...unit, blocks: 1 })) };
    expect(places(rounds(once)[0]?.[0]?.order ?? []).sort()).toEqual(['base', 'batch', 'index']);
  });

  it('of a gate go on to the last look, where the clock is to judge', () => {
    const units = (profile: string) => {
      const wishes = { scenarios: [], profile, contacts: 1000, seed: 1, orderSeed: 1 };
      return new Set(planGate(suite, wishes).units.map(({ blocks }) => blocks));
    };
    expect(units('micro')).toEqual(new Set([1, MOST_BLOCKS]));
    expect(units('smoke')).toEqual(new Set([1]));
  });

  it('leave out units that want no block', () => {
    expect(
      roundOf(plan(), 3, ({ scenario }) => scenario.name === 'find').map(({ number }) => number),
    ).toEqual([3]);
  });

  it('have no second copy of a single state: there is nothing to compare', () => {
    expect(places(rounds(plan({ states: 'base..base' }))[0]?.[0]?.order ?? [])).toEqual(['base']);
  });

  it('come in an order that depends on the order seed alone', () => {
    const order = (seed: number) =>
      rounds(plan({ orderSeed: seed }))
        .flat()
        .map((block) => [block.unit.scenario.name, places(block.order)]);
    expect(order(7)).toEqual(order(7));
    expect(order(7)).not.toEqual(order(8));
  });

  it('do not favour a place: each comes first in about a quarter of many blocks', () => {
    const isFind = ({ scenario }: Unit) => scenario.name === 'find';
    const firsts = Array.from({ length: 400 }, (_, seed) =>
      places(roundOf(plan({ orderSeed: seed }), 0, isFind)[0]?.order ?? []).at(0),
    );
    for (const place of ['base', 'index', 'batch', 'batch again']) {
      const share = firsts.filter((first) => first === place).length / firsts.length;
      expect(share).toBeGreaterThan(0.15);
      expect(share).toBeLessThan(0.35);
    }
  });
});

describe('the time of a unit', () => {
  const { units } = plan();
  const [unit] = units;
  if (!unit) throw new Error('the toy suite has units');

  it('covers first blocks always, and further ones never once it is used up', async () => {
    const allowance = new Allowance({ scenarioMs: 0, runMs: null }, units);
    const covered: boolean[] = [];
    for (const number of [0, 1, 2]) {
      covered.push(allowance.covers(unit, number));
      await allowance.time(unit, () => new Promise((resolve) => setTimeout(resolve, 2)));
    }
    expect(covered).toEqual([true, false, false]);
    expect(allowance.shortfalls()).toEqual([]);
    allowance.endedShort(unit, 2);
    expect(allowance.shortfalls()).toEqual([
      expect.stringMatching(/: the time of 1 variant was used up after 2 blocks /),
    ]);
  });

  it('is shared by what reads, and by what writes', async () => {
    const reader = units.find(({ scenario }) => !scenario.scenario.writes);
    const writer = units.find(({ scenario }) => scenario.scenario.writes);
    if (!reader || !writer) throw new Error('the toy suite has both');
    const allowance = new Allowance({ scenarioMs: 10, runMs: null }, units);
    await allowance.time(reader, () => new Promise((resolve) => setTimeout(resolve, 30)));
    await allowance.time(writer, async () => undefined);
    expect([reader, writer].map((one) => allowance.covers(one, 1))).toEqual([false, true]);
  });

  it('of a whole run is used up by any of them', async () => {
    const allowance = new Allowance({ scenarioMs: null, runMs: 5 }, units);
    const [first, second] = units;
    if (!first || !second) throw new Error('the toy suite has two units');
    await allowance.time(first, async () => undefined);
    expect(allowance.covers(first, 1)).toBe(true);
    await allowance.time(second, () => new Promise((resolve) => setTimeout(resolve, 10)));
    expect([first, second].map((one) => allowance.covers(one, 1))).toEqual([false, false]);
    expect(allowance.covers(first, 0)).toBe(true);
  });

  it('that cannot take all to their first look is taken from the dearest', async () => {
    const allowance = new Allowance({ scenarioMs: null, runMs: 2000 }, units);
    const [cheap, dear] = units;
    if (!cheap || !dear) throw new Error('the toy suite has two units');
    await allowance.time(cheap, async () => undefined);
    await allowance.time(dear, () => new Promise((resolve) => setTimeout(resolve, 20)));
    expect(allowance.tooDear([dear, cheap], 1)).toEqual([]);
    expect(allowance.tooDear([dear, cheap], 130)).toEqual([dear]);
  });

  it('that writes are short of is not taken from reads, however main those writes are', async () => {
    const main = (writes: boolean) => {
      const found = units.find(({ scenario }) => scenario.scenario.writes === writes);
      if (!found) throw new Error('the toy suite has both');
      return { ...found, variant: { ...found.variant, main: writes } };
    };
    const [reader, writer] = [main(false), main(true)];
    const allowance = new Allowance({ scenarioMs: 1000, runMs: null }, [reader, writer]);
    await allowance.time(reader, async () => undefined);
    await allowance.time(writer, () => new Promise((resolve) => setTimeout(resolve, 20)));
    expect(allowance.tooDear([reader, writer], 60)).toEqual([writer]);
  });

  it('covers everything when there is no limit', async () => {
    const allowance = new Allowance({ scenarioMs: null, runMs: null }, units);
    await allowance.time(unit, async () => undefined);
    expect(allowance.covers(unit, 59)).toBe(true);
    expect(allowance.shortfalls()).toEqual([]);
  });
});
