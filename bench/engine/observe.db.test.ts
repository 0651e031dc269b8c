import { expect, test } from 'vitest';
import { countedArm } from '../../test/counted-arm.ts';
import { running, withUnit } from '../../test/toy-unit.ts';
import { hasStatementCounters } from '../postgres/counters.ts';
import { observe } from './observe.ts';

/** What the planner takes for a few rows where it does not know the bounds: by index from the sixth execution on. */
const MOST = 'SELECT count(name) FROM items WHERE id BETWEEN $1 AND $2';

test.each([
  ['from the sixth execution on where the clock timed those', true],
  ['at once where the clock did', false],
])('a read is counted %s; its plans are of both', (_, isWarm) =>
  withUnit('find', async (bench, unit, state) => {
    await bench.sessions.admin(hasStatementCounters);
    const most = running(unit, async ({ db }) => {
      await db.prepared('most', MOST, [0, 1_000_000]);
      return { result: [], done: 1, total: 1 };
    });
    const arm = countedArm({ counters: [] });
    const found = await observe(bench, { unit: most, input: 500, state, arm, isCold: false, isWarm });
    const [first] = found.plans;
    const [later] = found.laterPlans ?? [];
    expect(first?.root.children[0]?.node).toBe('Seq Scan');
    expect(later?.root.children[0]?.node).not.toBe('Seq Scan');
    expect(later?.root.blocks).not.toBe(first?.root.blocks);
    const blocks = (isWarm ? later : first)?.root.blocks;
    expect(found.counters.map(({ sharedBlocks }) => sharedBlocks)).toEqual([blocks, blocks, blocks]);
  }),
);

test('of a slow read nobody looks at the plan after six executions, and says so', () =>
  withUnit('find', async (bench, unit, state) => {
    await bench.sessions.admin(hasStatementCounters);
    const slow = running(unit, async (context, run) => {
      await context.db.query('SELECT pg_sleep(0.06)');
      return run(context);
    });
    const arm = countedArm({ counters: [] });
    const { laterPlans } = await observe(bench, {
      unit: slow,
      input: 500,
      state,
      arm,
      isCold: false,
      isWarm: false,
    });
    expect(laterPlans).toBeNull();
  }));
