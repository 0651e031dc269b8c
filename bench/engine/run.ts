import type { ReferenceClient } from '../core/reference.ts';
import type { RunFile } from '../core/run-file.ts';
import { SCHEMA_VERSION } from '../core/run-file.ts';
import type { GoesOn } from '../core/stopping.ts';
import { serverFacts } from '../postgres/facts.ts';
import type { Sessions } from '../postgres/sessions.ts';
import { measurePlan } from './blocks.ts';
import type { Emit } from './events.ts';
import { machineFacts } from './machine.ts';
import { noisePreflight, processorTicks, stealShare } from './noise.ts';
import { leftOut, type Plan, statesFor } from './plan.ts';
import type { Recorder } from './recorder.ts';
import type { Built } from './states.ts';

/** What a run needs beside its plan. */
export interface RunSetup {
  readonly id: string;
  readonly sessions: Sessions;
  readonly recorder: Recorder;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly server: { readonly kind: string; readonly build: string };
  readonly toolVersion: string;
  readonly commandLine: readonly string[];
  readonly startedAt: Date;
  /** Stops the server and starts it again; null where it is not ours to stop. */
  readonly restart: (() => Promise<void>) | null;
  /** Asked after the first block and the counters, which then come before the clock: true ends the run there. */
  readonly isEnough: ((run: RunFile) => boolean) | null;
  /** Whether a variant gets another block. */
  readonly goesOn: GoesOn;
  /** What the two states are, where they are the sides of a gate. */
  readonly gate: RunFile['gate'];
  /** Another client of this server; null where there is none. */
  readonly client: ReferenceClient | null;
}

/**
 * Measures a plan in its states. The run file on disk is whole after every block; when the run is interrupted
 * or fails it says so and holds what there was.
 */
export async function runPlan(plan: Plan, setup: RunSetup, built: Built): Promise<RunFile> {
  const run = await newRunFile(plan, setup, built);
  await setup.recorder.save(run);
  const ticks = await processorTicks();
  try {
    await measurePlan(plan, setup, built, run);
    run.status = 'complete';
  } catch (error) {
    run.status = setup.signal.aborted ? 'aborted' : 'failed';
    throw error;
  } finally {
    if (run.noise) run.noise.stealShare = stealShare(ticks, await processorTicks());
    run.finishedAt = new Date().toISOString();
    await setup.recorder.finish(run);
  }
  return run;
}

async function newRunFile(plan: Plan, setup: RunSetup, built: Built): Promise<RunFile> {
  const { server } = setup;
  const facts = await setup.sessions.admin((admin) => serverFacts(admin, server.kind, server.build));
  const { name, title, contactsTitle } = plan.suite.config;
  // A state without one of its parts, or the side of a gate, is no promise's before.
  const isChain = plan.design === 'chain' && setup.gate === null;
  return {
    schemaVersion: SCHEMA_VERSION,
    id: setup.id,
    tool: { name: 'mailgenius-bench', version: setup.toolVersion },
    commandLine: [...setup.commandLine],
    startedAt: setup.startedAt.toISOString(),
    finishedAt: null,
    status: 'running',
    profile: plan.profileName,
    suite: {
      name,
      title,
      contactsTitle,
      hash: plan.suite.hash,
      states: plan.suite.states.map((one) => one.name),
      tables: plan.suite.tables.map((one) => one.name),
    },
    server: facts,
    machine: await machineFacts(),
    noise: await noisePreflight(),
    load: built.load,
    orderSeed: plan.orderSeed,
    scenarios: scenarioRecords(plan),
    // What is found out on the way is this run's own.
    gate: setup.gate && { ...setup.gate },
    claims: (isChain ? plan.suite.config.claims : []).map((claim) => ({
      ...claim,
      afterMs: claim.afterMs ?? null,
      faster: claim.faster ?? null,
      contacts: claim.contacts ?? null,
      storage: claim.storage ?? null,
      shownBy: claim.shownBy ?? null,
      unjudged: claim.unjudged ?? null,
    })),
    objectives: isChain ? [...(plan.suite.config.objectives ?? [])] : [],
    mix: setup.gate ? null : mixOf(plan),
    design: plan.design,
    states: built.states.filter(({ state }) => plan.states.includes(state)).map(({ record }) => record),
    arms: [],
    floors: [],
    references: [],
    confirmations: [],
    warnings: [...absentExtensions(facts.extensions.absent), ...noticesOf(built), ...leftOut(plan)],
  };
}

function mixOf({ suite }: Plan): RunFile['mix'] {
  const { mix } = suite.config;
  return mix ? { writes: [...mix.writes], reads: [...mix.reads] } : null;
}

/** What a run that follows the plan records of its scenarios. */
export function scenarioRecords(plan: Plan): RunFile['scenarios'] {
  return plan.scenarios.map(({ name, scenario }) => ({
    name,
    title: scenario.title,
    help: scenario.help,
    claim: scenario.claim ?? null,
    unit: scenario.unit,
    writes: scenario.writes,
    variants: plan.units
      .filter((unit) => unit.scenario.name === name)
      .map(({ variant, blocks }) => ({ name: variant.name, main: variant.main === true, blocks })),
    states: statesFor(plan, { name, scenario }).map((state) => state.name),
  }));
}

function noticesOf({ states }: Built): string[] {
  return states.flatMap(({ record }) => record.notices.map((text) => `state ${record.name}: ${text}`));
}

function absentExtensions(absent: readonly string[]): string[] {
  if (absent.length === 0) return [];
  return [`not measured on this server, it lacks the extensions: ${absent.join(', ')}`];
}
