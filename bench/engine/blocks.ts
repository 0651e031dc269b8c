import { BenchError } from '../core/errors.ts';
import type { Arm, RunFile } from '../core/run-file.ts';
import { sqlState } from '../postgres/session.ts';
import { Allowance } from './allowance.ts';
import { keepAnswer, UnstableAnswer } from './answers.ts';
import { type Bench, roleOf, sampleOf, type Visit, visit, visitFloor } from './measure.ts';
import { type Block, blocksOf, type Plan, type Unit } from './plan.ts';
import type { RunSetup } from './run.ts';
import type { Built, StateDatabase } from './states.ts';

/** Oracles walk the whole generator for reads: worth it up to this many contacts. */
const ORACLE_CONTACTS = 20_000;

/** Everything a block needs. */
interface Work {
  readonly bench: Bench;
  readonly plan: Plan;
  readonly setup: RunSetup;
  readonly states: readonly StateDatabase[];
  readonly run: RunFile;
  readonly inputs: Map<Unit, unknown>;
  readonly expected: Map<string, Arm['expected']>;
}

/** Visits every block, saving the run file after each. */
export async function measureBlocks(plan: Plan, setup: RunSetup, built: Built, run: RunFile): Promise<void> {
  const { sessions } = setup;
  const bench = { sessions, config: plan.suite.config, fixtures: plan.fixtures, profile: plan.profile };
  const maps = { inputs: new Map<Unit, unknown>(), expected: new Map<string, Arm['expected']>() };
  const work: Work = { bench, plan, setup, states: built.states, run, ...maps };
  const blocks = blocksOf(plan);
  const total = blocks.reduce((sum, block) => sum + block.order.length, 0);
  const allowance = new Allowance(plan.profile.scenarioMs);
  setup.emit({ kind: 'stage', title: 'measuring', total, unit: 'arms' });
  let done = 0;
  for (const block of blocks) {
    if (allowance.covers(block)) await allowance.time(block, () => measureBlock(work, block, done));
    done += block.order.length;
    setup.emit({ kind: 'progress', done });
  }
  for (const text of allowance.shortfalls()) warn(work, text);
}

async function measureBlock(work: Work, block: Block, done: number): Promise<void> {
  const { scenario, variant, blocks } = block.unit;
  for (const [order, state] of block.order.entries()) {
    const note = `${scenario.name} ${variant.name}, block ${block.number + 1} of ${blocks}, ${state.name}`;
    work.setup.emit({ kind: 'progress', done: done + order, note });
    await visitArm(work, block, order, databaseOf(work, state.name));
  }
  await visitFloorOf(work, block);
  await work.setup.recorder.save(work.run);
}

function warn(work: Work, text: string): void {
  work.run.warnings.push(text);
  work.setup.emit({ kind: 'warning', text });
}

function databaseOf(work: Work, name: string): StateDatabase {
  const found = work.states.find(({ state }) => state.name === name);
  if (!found) throw new Error(`state ${name} was not built`);
  return found;
}

async function visitArm(work: Work, block: Block, order: number, state: StateDatabase): Promise<void> {
  work.setup.signal.throwIfAborted();
  const { unit } = block;
  const arm = armOf(work.run, unit, state.state.name, roleOf(work.bench, unit));
  if (arm.error !== null) return;
  try {
    const input = await inputOf(work, unit);
    const visited = await visit(work.bench, unit, input, state);
    const sample = sampleOf(visited, block.number, order);
    keepAnswer(arm, visited, await expectedOf(work, unit, visited));
    arm.samples.push(sample);
    const { scenario, variant } = arm;
    await work.setup.recorder.note({
      scenario,
      variant,
      state: state.state.name,
      ...sample,
      digest: visited.answer.digest,
    });
  } catch (error) {
    fail(work, arm, error);
  }
}

function fail(work: Work, arm: Arm, error: unknown): void {
  arm.error = ofTheArm(work, error);
  warn(work, `${arm.scenario} ${arm.variant} failed in state ${arm.state}: ${arm.error}`);
}

/** What the database refuses is the arm's trouble, in words; a lost connection or a full disk ends the run. */
function ofTheArm(work: Work, error: unknown): string {
  const state = sqlState(error);
  if (state === '53100' && error instanceof Error) {
    throw new BenchError('BENCH-DISK-FULL', { problem: error.message }, { cause: error });
  }
  const isOurs = error instanceof UnstableAnswer || (state !== null && !state.startsWith('57P'));
  if (work.setup.signal.aborted || !isOurs || !(error instanceof Error)) throw error;
  return state === null ? error.message : `${error.message} (SQLSTATE ${state})`;
}

function armOf(run: RunFile, unit: Unit, state: string, role: string): Arm {
  const { name, scenario } = unit.scenario;
  const variant = unit.variant.name;
  const found = run.arms.find(
    (arm) => arm.scenario === name && arm.variant === variant && arm.state === state,
  );
  if (found) return found;
  const arm: Arm = {
    scenario: name,
    variant,
    state,
    role,
    cache: scenario.writes ? 'clone' : 'hot',
    samples: [],
    answer: null,
    expected: null,
    error: null,
  };
  run.arms.push(arm);
  return arm;
}

/** A variant's input is made once, from the base state: every arm gets the very same. */
async function inputOf(work: Work, unit: Unit): Promise<unknown> {
  if (work.inputs.has(unit)) return work.inputs.get(unit);
  const { fixtures, sessions } = work.bench;
  const base = work.states[0]?.database ?? '';
  const input = await sessions.with({ database: base }, (owner) =>
    unit.scenario.scenario.input(unit.variant.parameters, { fixtures, owner }),
  );
  // A writer's input may be large: keep only the one at work.
  if (unit.scenario.scenario.writes) work.inputs.clear();
  work.inputs.set(unit, input);
  return input;
}

/**
 * The answer computed without SQL: for readers at a small scale, for writers whenever an arm was
 * ended early (its answer has no other to be compared with) or the scale is small.
 */
async function expectedOf(work: Work, unit: Unit, visited: Visit): Promise<Arm['expected']> {
  const { scenario } = unit.scenario;
  const small = work.plan.fixtures.contacts <= ORACLE_CONTACTS;
  if (!small && visited.done >= visited.total) return null;
  const key = `${unit.scenario.name}/${unit.variant.name}/${visited.done}`;
  const known = work.expected.get(key);
  if (known) return known;
  const answer = scenario.oracle(await inputOf(work, unit), visited.done, work.plan.fixtures);
  work.expected.set(key, answer);
  return answer;
}

/** The floor stands beside the main variant of the last state. */
async function visitFloorOf(work: Work, block: Block): Promise<void> {
  const { scenario, variant } = block.unit;
  const last = work.plan.states.at(-1);
  const title = scenario.scenario.floorTitle;
  if (!variant.main || !last || !scenario.scenario.floor || title === undefined) return;
  work.setup.emit({ kind: 'progress', note: `${scenario.name} ${variant.name}, floor` });
  const input = await inputOf(work, block.unit);
  const ms = await visitFloor(work.bench, scenario.scenario, input, databaseOf(work, last.name)).catch(
    (error: unknown) => {
      const problem = ofTheArm(work, error);
      warn(work, `the floor of ${scenario.name} ${variant.name} failed: ${problem}`);
      return null;
    },
  );
  if (ms === null) return;
  const { floors } = work.run;
  const found = floors.find((floor) => floor.scenario === scenario.name && floor.variant === variant.name);
  if (found) found.samplesMs.push(ms);
  else
    floors.push({ scenario: scenario.name, variant: variant.name, state: last.name, title, samplesMs: [ms] });
}
