import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Allowance } from './allowance.ts';
import { blocksOf, type Plan, planRun, type Wishes } from './plan.ts';
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

describe('the blocks of a plan', () => {
  const blocks = blocksOf(plan());

  it('visit every state once each', () => {
    for (const block of blocks)
      expect(block.order.map((s) => s.name).sort()).toEqual(['base', 'batch', 'index']);
  });

  it('number each unit from zero, as often as planned', () => {
    for (const unit of new Set(blocks.map((block) => block.unit))) {
      const numbers = blocks.filter((block) => block.unit === unit).map((block) => block.number);
      expect(numbers).toEqual(Array.from({ length: unit.blocks }, (_, i) => i));
    }
  });

  it('come in an order that depends on the order seed alone', () => {
    const order = (seed: number) =>
      blocksOf(plan({ orderSeed: seed })).map((b) => [b.unit.scenario.name, b.order.map((s) => s.name)]);
    expect(order(7)).toEqual(order(7));
    expect(order(7)).not.toEqual(order(8));
  });

  it('do not favour a state: each comes first in about a third of many blocks', () => {
    const firsts = Array.from(
      { length: 300 },
      (_, seed) => blocksOf(plan({ orderSeed: seed }))[0]?.order[0]?.name,
    );
    for (const state of ['base', 'index', 'batch']) {
      const share = firsts.filter((first) => first === state).length / firsts.length;
      expect(share).toBeGreaterThan(0.2);
      expect(share).toBeLessThan(0.5);
    }
  });
});

describe('the time of a scenario', () => {
  const blocks = blocksOf(plan({ scenarios: ['find'] }));

  it('covers first blocks always, and further ones never once it is used up', async () => {
    const allowance = new Allowance(0);
    const covered: boolean[] = [];
    for (const block of blocks) {
      covered.push(allowance.covers(block));
      await allowance.time(block, async () => undefined);
    }
    expect(covered).toEqual([true, false, false, false, false]);
    expect(allowance.shortfalls()).toEqual([expect.stringMatching(/^find row=500 has 1 of 5 blocks/)]);
  });

  it('covers everything when there is no limit', () => {
    const allowance = new Allowance(null);
    expect(blocks.every((block) => allowance.covers(block))).toBe(true);
    expect(allowance.shortfalls()).toEqual([]);
  });
});
