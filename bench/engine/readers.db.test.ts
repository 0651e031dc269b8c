import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { dropDatabase } from '../postgres/databases.ts';
import { Sessions } from '../postgres/sessions.ts';
import { planRun, type Unit } from './plan.ts';
import { visitReaders } from './readers.ts';
import { haveStates } from './states.ts';
import { loadSuite } from './suite-folder.ts';

test('six executions warm a quick read up before any is timed, one where nothing is to be worked', async () => {
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
    for (const [minWorkMs, warm] of [[50, 6] as const, [0, 1] as const]) {
      const { counted, calls } = counting(unit);
      const bench = { sessions, config: suite.config, fixtures, counts: false };
      const input = 500;
      const [visit] = await visitReaders({ ...bench, profile: { ...profile, minWorkMs } }, [
        { unit: counted, input, state, before: 'first' },
      ]);
      if (!visit || !('value' in visit)) throw visit?.error;
      expect(calls() - visit.value.executionsMs.length).toBe(warm);
    }
  } finally {
    await sessions.admin((admin) => dropDatabase(admin, state.database));
  }
});

/** The unit, and how often it was executed. */
function counting(unit: Unit): { counted: Unit; calls: () => number } {
  let calls = 0;
  const { scenario } = unit.scenario;
  const run: typeof scenario.run = (context) => {
    calls += 1;
    return scenario.run(context);
  };
  return {
    counted: { ...unit, scenario: { ...unit.scenario, scenario: { ...scenario, run } } },
    calls: () => calls,
  };
}
