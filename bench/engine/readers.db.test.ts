import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { dropDatabase } from '../postgres/databases.ts';
import { Sessions } from '../postgres/sessions.ts';
import type { Bench } from './measure.ts';
import { expand, processors } from './placement.ts';
import { planRun, type Unit } from './plan.ts';
import { visitReaders } from './readers.ts';
import { haveStates, type StateDatabase } from './states.ts';
import { loadSuite } from './suite-folder.ts';

test('six executions warm a quick read up before any is timed, one where nothing is to be worked', () =>
  withUnit(async (bench, unit, state) => {
    for (const [ms, warm] of [[50, 6] as const, [0, 1] as const]) {
      const { counted, calls } = counting(unit);
      const work = { ...bench.profile.work, ms };
      const profile = { ...bench.profile, work, onlyBlock: work };
      const [visit] = await visitReaders({ ...bench, profile }, [
        { unit: counted, input: 500, state, before: 'first' },
      ]);
      if (!visit || !('value' in visit)) throw visit?.error;
      expect(calls() - visit.value.executionsMs.length).toBe(warm);
    }
  }));

test('while reads are timed, client and server keep to processors of their own', () =>
  withUnit(async (bench, unit, state) => {
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

async function withUnit(work: (bench: Bench, unit: Unit, state: StateDatabase) => Promise<void>) {
  const sessions = new Sessions(inject('server').endpoint, 'bench-test');
  const suite = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));
  const wishes = { scenarios: ['find'], states: 'base', contacts: 2_000, seed: 1, orderSeed: 1 };
  const { fixtures, tables, chain, units, profile } = planRun(suite, { ...wishes, profile: 'micro' });
  const request = { suite, fixtures, tables, chain, build: `readers ${process.pid}` };
  const { states } = await haveStates(sessions, request, () => undefined);
  const [state] = states;
  const [unit] = units;
  if (!state || !unit) throw new Error('the toy suite has both');
  try {
    await work({ sessions, config: suite.config, fixtures, counts: false, profile }, unit, state);
  } finally {
    await sessions.admin((admin) => dropDatabase(admin, state.database));
  }
}

type Run = Unit['scenario']['scenario']['run'];

/** The unit with something around its work. */
function running(
  { scenario, ...unit }: Unit,
  around: (context: Parameters<Run>[0], run: Run) => ReturnType<Run>,
): Unit {
  const { run } = scenario.scenario;
  return {
    ...unit,
    scenario: { ...scenario, scenario: { ...scenario.scenario, run: (context) => around(context, run) } },
  };
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
