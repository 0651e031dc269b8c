import { BenchError } from '../core/errors.ts';
import type { Arm, RunFile } from '../core/run-file.ts';
import { sqlState } from '../postgres/session.ts';
import { UnstableAnswer } from './answers.ts';
import { SuiteError } from './guarded.ts';
import type { Bench } from './measure.ts';
import type { Place, Plan, Unit } from './plan.ts';
import type { RunSetup } from './run.ts';
import type { StateDatabase } from './states.ts';
import type { State } from './suite-folder.ts';

/** Everything a block needs. */
export interface Work {
  readonly bench: Bench;
  readonly plan: Plan;
  readonly setup: RunSetup;
  readonly states: readonly StateDatabase[];
  /** The second copy of the last state; null when only one state is measured or nothing reads. */
  readonly control: string | null;
  readonly run: RunFile;
  /** Keeps what there is on disk. */
  readonly save: () => Promise<void>;
  readonly inputs: Map<Unit, unknown>;
  /** Answers computed without SQL, by how many units they are of. */
  readonly expected: Map<Unit, Map<number, Arm['expected']>>;
  /** Units in the form that one state has of them. */
  readonly ownUnits: Map<string, Unit>;
}

/** Notes trouble that does not end the run, and tells it. */
export function warn(work: Work, text: string): void {
  work.run.warnings.push(text);
  work.setup.emit({ kind: 'warning', text });
}

/** The database of a state, or of its second copy. */
export function databaseOf(work: Work, { state, control }: Place): StateDatabase {
  const found = work.states.find((one) => one.state.name === state.name);
  if (!found) throw new Error(`state ${state.name} was not built`);
  // A writer works on a fresh copy every time: its control needs no other database.
  return control && work.control !== null ? { ...found, database: work.control } : found;
}

/** The unit as a state has it: with the state's own form of the scenario, where it has one. */
export function unitIn(work: Work, unit: Unit, state: State): Unit {
  const scenario = state.scenarios?.find(({ name }) => name === unit.scenario.name);
  if (!scenario) return unit;
  // What is measured again has other blocks than before, and so other work in each.
  const key = `${state.name}/${unit.scenario.name}/${unit.variant.name}/${unit.blocks}`;
  const known = work.ownUnits.get(key);
  if (known) return known;
  const variants = scenario.scenario.variants(work.plan.fixtures);
  const variant = variants.find(({ name }) => name === unit.variant.name) ?? unit.variant;
  const own = { ...unit, scenario, variant };
  work.ownUnits.set(key, own);
  return own;
}

/** The run's record of a unit at a place; a new one when it was never there. */
export function armOf(run: RunFile, unit: Unit, { state, control }: Place, role: string): Arm {
  const { name, scenario } = unit.scenario;
  const variant = unit.variant.name;
  const found = run.arms.find(
    (arm) =>
      arm.scenario === name && arm.variant === variant && arm.state === state.name && arm.control === control,
  );
  if (found) return found;
  const arm: Arm = {
    scenario: name,
    variant,
    state: state.name,
    control,
    role,
    cache: scenario.writes ? 'clone' : 'hot',
    samples: [],
    answer: null,
    expected: null,
    counters: [],
    plans: [],
    laterPlans: [],
    error: null,
  };
  run.arms.push(arm);
  return arm;
}

/**
 * A variant's input is made once, from the base state: every arm gets the very same. A state's own form of a scenario
 * that asks for what the base does not have gets it from that state: it holds the same rows.
 */
export async function inputOf(work: Work, unit: Unit): Promise<unknown> {
  if (work.inputs.has(unit)) return work.inputs.get(unit);
  const [base] = work.states;
  const own = work.states.find(({ state }) => state.scenarios?.includes(unit.scenario)) ?? base;
  const input = await inputFrom(work, unit, base).catch((error: unknown) => {
    if (own === base || !UNKNOWN_NAMES.includes(sqlState(error) ?? '')) throw error;
    return inputFrom(work, unit, own);
  });
  // A writer's input may be large: keep only the one at work.
  if (unit.scenario.scenario.writes) work.inputs.clear();
  work.inputs.set(unit, input);
  return input;
}

/** SQLSTATE of a column, table, function, schema, type or other object that is not there. */
const UNKNOWN_NAMES = ['42703', '42P01', '42883', '3F000', '42704'];

function inputFrom({ bench }: Work, unit: Unit, state: StateDatabase | undefined): Promise<unknown> {
  const { fixtures, sessions } = bench;
  return sessions.with({ database: state?.database ?? '' }, (owner) =>
    unit.scenario.scenario.input(unit.variant.parameters, { fixtures, owner }),
  );
}

/** What the database refuses, or the scenario's code throws, is the arm's trouble, in words; a lost connection or a full disk ends the run. */
export function ofTheArm(work: Work, error: unknown): string {
  const state = sqlState(error);
  if (state === '53100' && error instanceof Error) {
    throw new BenchError('BENCH-DISK-FULL', { problem: error.message }, { cause: error });
  }
  if (error instanceof SuiteError && !work.setup.signal.aborted) return String(error.facts['problem']);
  const isOurs = error instanceof UnstableAnswer || (state !== null && !state.startsWith('57P'));
  if (work.setup.signal.aborted || !isOurs || !(error instanceof Error)) throw error;
  return state === null ? error.message : `${error.message} (SQLSTATE ${state})`;
}
