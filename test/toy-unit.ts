import path from 'node:path';
import { inject } from 'vitest';
import type { Bench } from '../bench/engine/measure.ts';
import { planRun, type Unit } from '../bench/engine/plan.ts';
import { haveStates, type StateDatabase } from '../bench/engine/states.ts';
import { loadSuite } from '../bench/engine/suite-folder.ts';
import { dropDatabase } from '../bench/postgres/databases.ts';
import { Sessions } from '../bench/postgres/sessions.ts';

/** Works with the toy suite's first variant of a scenario, in a state of its own of 2,000 items. */
export async function withUnit(
  scenario: 'find' | 'add',
  work: (bench: Bench, unit: Unit, state: StateDatabase) => Promise<void>,
): Promise<void> {
  const sessions = new Sessions(inject('server').endpoint, 'bench-test');
  const suite = await loadSuite(path.resolve(import.meta.dirname, 'toy-suite'));
  const wishes = { scenarios: [scenario], states: 'base', contacts: 2_000, seed: 1, orderSeed: 1 };
  const { fixtures, tables, chain, units, profile } = planRun(suite, { ...wishes, profile: 'micro' });
  const request = { suite, fixtures, tables, chain, build: `toy ${process.pid}` };
  const { states } = await sessions.admin(async (admin) => {
    // The role is the whole server's: two test files that give it its password at once would fail.
    await admin.query('SELECT pg_advisory_lock(1)');
    return haveStates(sessions, request, () => undefined);
  });
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
export function running(
  { scenario, ...unit }: Unit,
  around: (context: Parameters<Run>[0], run: Run) => ReturnType<Run>,
): Unit {
  const { run } = scenario.scenario;
  return {
    ...unit,
    scenario: { ...scenario, scenario: { ...scenario.scenario, run: (context) => around(context, run) } },
  };
}
