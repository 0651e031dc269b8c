import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { running, withUnit } from '../../test/toy-unit.ts';
import { hasStatementCounters } from '../postgres/counters.ts';
import { sampleOf } from './measure.ts';
import { expand, processors } from './placement.ts';
import type { Unit } from './plan.ts';
import { beforeVisit, visitReaders } from './readers.ts';

test('six executions warm a quick read up before any is timed, one where nothing is to be worked', () =>
  withUnit('find', async (bench, unit, state) => {
    for (const [ms, warm] of [[50, 6] as const, [0, 1] as const]) {
      const { counted, calls } = counting(unit);
      const work = { ...bench.profile.work, ms };
      const profile = { ...bench.profile, work, onlyBlock: work };
      const [visit] = await visitReaders({ ...bench, profile }, [
        { unit: counted, input: 500, state, before: 'first' },
      ]);
      if (!visit || !('value' in visit)) throw visit?.error;
      expect(calls() - visit.value.executionsMs.length).toBe(warm);
      expect(visit.value.warm).toBe(warm);
    }
  }));

test('of a long read the first execution of a session is counted, and no other', () =>
  withUnit('find', async (bench, unit, state) => {
    const slow = running(unit, async (context, run) => {
      await context.db.query('SELECT pg_sleep(0.51)');
      return run(context);
    });
    const counting = { ...bench, counts: await bench.sessions.admin(hasStatementCounters) };
    for (const before of ['first', 'long'] as const) {
      const [visit] = await visitReaders(counting, [{ unit: slow, input: 500, state, before }]);
      if (!visit || !('value' in visit)) throw visit?.error;
      const { counters, warm } = visit.value;
      // The catalog is read by the first one only, so two that are counted alike count alike.
      expect([counters.length, warm, counters[0]?.statements]).toEqual([1, before === 'first' ? 1 : 0, 2]);
    }
  }));

test('of a read that was long only the first time nothing is counted here', () =>
  withUnit('find', async (bench, unit, state) => {
    let calls = 0;
    const slowAtFirst = running(unit, async (context, run) => {
      calls += 1;
      if (calls === 1) await context.db.query('SELECT pg_sleep(0.51)');
      return run(context);
    });
    const counting = { ...bench, counts: await bench.sessions.admin(hasStatementCounters) };
    const [visit] = await visitReaders(counting, [{ unit: slowAtFirst, input: 500, state, before: 'first' }]);
    if (!visit || !('value' in visit)) throw visit?.error;
    expect(visit.value).toMatchObject({ counters: [], warm: 1, executionsMs: [expect.any(Number)] });
    expect(beforeVisit({ samples: [sampleOf(visit.value, 0, 0)] })).toBe('short');
  }));

test('while reads are timed, client and server keep to processors of their own', () =>
  withUnit('find', async (bench, unit, state) => {
    const found = await processors();
    const seen: (readonly [client: string, server: string])[] = [];
    const looking = running(unit, async (context, run) => {
      const { rows } = await context.db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      seen.push([allowed(process.pid), allowed(rows[0]?.pid ?? 0)]);
      return run(context);
    });
    const before = allowed(process.pid);
    await visitReaders(bench, [{ unit: looking, input: 500, state, before: 'first' }]);
    expect(new Set(seen.map(String))).toEqual(
      new Set([found ? `${found.client},${found.server}` : `${before},${before}`]),
    );
    expect(allowed(process.pid)).toBe(before);
  }));

test.each([
  ['0-3,8', [0, 1, 2, 3, 8]],
  ['1', [1]],
])('%s are the processors %j', (list, numbers) => {
  expect(expand(list)).toEqual(numbers);
});

/** Processors that a process may use. */
function allowed(pid: number): string {
  return /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '';
}

/** The unit, and how often it was executed. */
function counting(unit: Unit): { counted: Unit; calls: () => number } {
  let calls = 0;
  const counted = running(unit, (context, run) => {
    calls += 1;
    return run(context);
  });
  return { counted, calls: () => calls };
}
