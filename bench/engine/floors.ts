import type { Floor } from '../core/run-file.ts';
import { withReach } from './application.ts';
import { budgetOf, openSession, roleOf, STATEMENT_TIMEOUT, visitFloor } from './measure.ts';
import { statesFor, type Unit } from './plan.ts';
import type { StateDatabase } from './states.ts';
import { databaseOf, inputOf, ofTheArm, unitIn, type Work, warn } from './work.ts';

/** What a read could need at least. */
const PAGES_TITLE = 'the pages that its rows lie on';

/** Times the least a write could need, beside a block of its main variant, in the last state. */
export async function visitFloorOf(work: Work, unit: Unit): Promise<void> {
  const { scenario } = unit.scenario;
  const state = floorState(work, unit);
  if (!state || !scenario.floor || scenario.floorTitle === undefined) return;
  await inFloor(work, unit, scenario.floorTitle, async (floor) => {
    floor.samplesMs.push(await visitFloor(work.bench, scenario, await inputOf(work, unit), state));
  });
}

/** Counts the least that each main read could read, in the last state. */
export async function countPages(work: Work): Promise<void> {
  for (const unit of work.plan.units) {
    work.setup.signal.throwIfAborted();
    const state = floorState(work, unit);
    if (!state || !unit.scenario.scenario.pages) continue;
    await inFloor(work, unit, PAGES_TITLE, async (floor) => {
      floor.pages = await pagesOf(work, unitIn(work, unit, state.state), state);
    });
  }
}

/** Main variants have a floor in the last state that they are measured in; the sides of a gate need none. */
function floorState(work: Work, { scenario, variant }: Unit): StateDatabase | null {
  const last = statesFor(work.plan, scenario).at(-1);
  return work.setup.gate || !variant.main || !last ? null : databaseOf(work, { state: last, control: false });
}

/** The record of a unit's floor is kept when there is something to keep: one that fails is a warning. */
async function inFloor(
  work: Work,
  unit: Unit,
  title: string,
  measure: (floor: Floor) => Promise<void>,
): Promise<void> {
  const [scenario, variant] = [unit.scenario.name, unit.variant.name];
  const state = statesFor(work.plan, unit.scenario).at(-1)?.name ?? '';
  work.setup.emit({ kind: 'progress', note: `${scenario} ${variant}, floor` });
  const { floors } = work.run;
  const known = floors.find((floor) => floor.scenario === scenario && floor.variant === variant);
  const floor = known ?? { scenario, variant, state, title, samplesMs: [], pages: null };
  try {
    await measure(floor);
    if (!known) floors.push(floor);
  } catch (error) {
    warn(work, `the floor of ${scenario} ${variant} failed: ${ofTheArm(work, error)}`);
  }
}

async function pagesOf({ bench, ...work }: Work, unit: Unit, state: StateDatabase): Promise<number | null> {
  const { scenario } = unit.scenario;
  const { database } = state;
  const input = await inputOf({ bench, ...work }, unit);
  const settings = { default_transaction_read_only: 'on', statement_timeout: STATEMENT_TIMEOUT };
  const options = { database, user: roleOf(bench, unit), settings };
  const outcome = await withReach(bench.sessions, options, async ({ db, connections }) => {
    await openSession(bench, state, db);
    return scenario.run({ app: state.state.operations, db, connections, input, budget: budgetOf(null) });
  });
  return bench.sessions.with(
    { database },
    async (owner) => (await scenario.pages?.({ input, outcome, owner })) ?? null,
  );
}
