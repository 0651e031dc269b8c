import { z } from 'zod';
import { MachineFacts, NoiseFacts, ServerFacts } from './environment.ts';
import { GateRecord } from './gate-record.ts';
import { PlanNode } from './plan-tree.ts';
import { Reference } from './reference.ts';
import { StateRecord } from './state-record.ts';

/** Version of the run file's shape; a reader refuses others. */
export const SCHEMA_VERSION = 1;

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

/** What the load generator did while a block's executions were timed. */
export const ClientLoad = z.object({
  /** Processor time of the client ÷ elapsed time. */
  cpuShare: z.number().nonnegative(),
  /** Time in which the event loop did not wait ÷ elapsed time: work of the client, also while others had the processor. */
  loopShare: z.number().nonnegative().default(0),
  /** Time spent collecting garbage ÷ elapsed time. */
  gcShare: z.number().nonnegative(),
  /** The longest that the event loop was held up. */
  delayMs: ms,
  /** Median time of a statement that does nothing, on the same connection. */
  idleMs: ms,
});

export const Sample = z.object({
  block: count,
  /** Place of the arm in the block's random order, from 0. */
  order: count,
  /** Each timed execution of this block. The block's value is their median. */
  executionsMs: z.array(ms).min(1),
  /** Executions of a read's session before the first timed one; left out of a write. */
  warm: count.optional(),
  client: ClientLoad.nullable().default(null),
  done: count,
  total: count,
});

/** What one execution did, counted by the server: figures that do not depend on the clock. */
export const Counters = z.object({
  /** Units of work done and asked for. */
  done: count,
  total: count,
  /** Statements that the client sent, and rows they returned or changed. */
  statements: count,
  rows: count,
  /** Blocks asked for, in memory or not; of temporary tables; of temporary files, read and written. */
  sharedBlocks: count,
  localBlocks: count,
  tempBlocks: count,
  dirtiedBlocks: count,
  walRecords: count,
  walPageImages: count,
  walBytes: count,
  /** Blocks that client connections read, wrote and added, from pg_stat_io; null before PostgreSQL 16. */
  io: z.object({ reads: count, writes: count, extends: count }).nullable(),
  /** What became of the tables; null for a reader. */
  tables: z
    .object({
      inserted: count,
      updated: count,
      hotUpdated: count,
      deleted: count,
      deadRows: count,
      heapBytes: z.number().int(),
      indexBytes: z.number().int(),
      /** Pages of GIN indexes that wait for their clean-up afterwards; null without the extension pgstattuple. */
      ginPendingPages: count.nullable(),
    })
    .nullable(),
});

/** A statement's plan, also of one inside a function, as auto_explain saw it. */
export const PlanRecord = z.object({
  /** The statement's text, cut. */
  statement: z.string(),
  /** How often it was executed with this plan. */
  executions: count,
  /** With the figures of one execution: their mean. Older runs have those of the first. */
  root: PlanNode,
});

/** A scenario's variant in one state. */
export const Arm = z.object({
  scenario: z.string(),
  variant: z.string(),
  state: z.string(),
  /** True for the second copy of the state: the same as the first, so that what differs is the environment. */
  control: z.boolean().default(false),
  role: z.string(),
  /** 'hot' after a warm-up execution, 'clone' on a fresh copy read for the first time. */
  cache: z.enum(['hot', 'clone']),
  samples: z.array(Sample),
  answer: z.object({ digest: z.string(), rows: count }).nullable(),
  /** Digest of the same answer computed without SQL for as many units as this arm did; null where none was computed. */
  expected: z.object({ digest: z.string(), rows: count }).nullable(),
  /**
   * One entry for each repetition of the pass that counts; what differs between them is no exact figure. Where the clock
   * timed executions from the sixth of a session on, such ones are counted.
   */
  counters: z.array(Counters).default([]),
  /** Plans of its statements, in the order in which they ended. */
  plans: z.array(PlanRecord).default([]),
  /** Units of work that were done while the plans were told. Left out by older runs. */
  planUnits: count.optional(),
  /** Plans after six more executions in the same session, where one of them is another: a generic plan. */
  laterPlans: z.array(PlanRecord).default([]),
  /** Whether anybody looked at plans after six executions: if not, none of them says nothing. Left out by older runs. */
  laterSeen: z.boolean().optional(),
  /** In an ablation: a read that does the same work as in the whole. No clock could tell more: it has its first block only. */
  sameAsWhole: z.literal(true).optional(),
  /** Trouble of this arm: it has no figures then. */
  error: z.string().nullable(),
});

/** Two states measured once more, on fresh copies after a restart of the server. */
export const Confirmation = z.object({ before: z.string(), after: z.string(), arms: z.array(Arm) });

export const Floor = z.object({
  scenario: z.string(),
  variant: z.string(),
  state: z.string(),
  title: z.string(),
  /** Of a write. */
  samplesMs: z.array(ms),
  /** Of a read. */
  pages: count.nullable().default(null),
});

export const VariantRecord = z.object({
  name: z.string(),
  main: z.boolean(),
  /** The most blocks that the run wanted; null where nobody said. */
  blocks: count.nullable().default(null),
  /** After so many its time was over; left out where it was not. */
  timeOver: count.optional(),
});

export const ScenarioRecord = z.object({
  name: z.string(),
  title: z.string(),
  help: z.string(),
  claim: z.string().nullable(),
  unit: z.string(),
  writes: z.boolean(),
  variants: z.array(VariantRecord),
  /** Names of the states it is measured in; null where it is all of them. */
  states: z.array(z.string()).nullable().default(null),
});

export const ClaimRecord = z.object({
  id: z.string(),
  title: z.string(),
  promised: z.string(),
  afterMs: ms.nullable(),
  faster: z.number().nullable(),
  contacts: count.nullable(),
  /** A promise about bytes of relations, by a regular expression over their names, between two states. */
  storage: z
    .object({
      relations: z.string(),
      kind: z.enum(['all', 'index']),
      before: z.string(),
      after: z.string(),
      less: z.number(),
    })
    .nullable()
    .default(null),
  /** Where it is shown, when no run can show it. */
  shownBy: z.string().nullable().default(null),
  unjudged: z.string().nullable().default(null),
});

/** A bound that scenarios must keep in the last state; `variants` is a name, or the beginning of names and a `*`. */
export const Objective = z.object({
  scenario: z.string(),
  variants: z.string(),
  statistic: z.enum(['p95', 'median']),
  atMostMs: ms,
  contacts: count,
});

/** How often the application does what, for each unit that it writes: what a change is worth depends on it. */
export const Mix = z.object({
  /** Units of each write; one unit of the first is what all is counted against. */
  writes: z
    .array(z.object({ scenario: z.string(), variant: z.string(), units: z.number().positive() }))
    .min(1),
  /** Executions of reads for each unit written. */
  reads: z
    .array(z.object({ scenario: z.string(), variant: z.string(), perWrite: z.number().positive() }))
    .min(1),
});

export const LoadRecord = z.object({
  contacts: count,
  seed: z.number().int(),
  rows: count,
  bytes: count,
  seconds: z.number().nonnegative(),
  digest: z.string(),
  tables: z.array(z.object({ name: z.string(), rows: count, bytes: count, seconds: z.number() })),
});

/** Everything a run learned. Nothing printed anywhere is computed from anything else. */
export const RunFile = z
  .object({
    schemaVersion: z.literal(SCHEMA_VERSION),
    id: z.string(),
    tool: z.object({ name: z.literal('mailgenius-bench'), version: z.string() }),
    commandLine: z.array(z.string()),
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
    /** 'running' in a file that was never finished. */
    status: z.enum(['running', 'complete', 'aborted', 'failed']),
    profile: z.string(),
    suite: z.object({
      ...{ name: z.string(), title: z.string(), contactsTitle: z.string(), hash: z.string() },
      /** All of its states, in their order: its promises are about the first and the last. */
      states: z.array(z.string()).optional(),
      /** All tables that it has rows for: its promises about bytes are about all of them, `load` has those of this run. */
      tables: z.array(z.string()).optional(),
    }),
    server: ServerFacts,
    machine: MachineFacts,
    noise: NoiseFacts.nullable().default(null),
    load: LoadRecord,
    orderSeed: z.number().int(),
    scenarios: z.array(ScenarioRecord),
    claims: z.array(ClaimRecord),
    objectives: z.array(Objective).default([]),
    mix: Mix.nullable().default(null),
    /** A chain compares each state with the one before it; an ablation each with the last, which lacks nothing. */
    design: z.enum(['chain', 'ablation']).default('chain'),
    /** Where the states are the sides of a gate. */
    gate: GateRecord.nullable().default(null),
    states: z.array(StateRecord),
    arms: z.array(Arm),
    floors: z.array(Floor),
    references: z.array(Reference).default([]),
    /** Regressions measured once more; an arm of a comparison that was not one is not there. */
    confirmations: z.array(Confirmation).default([]),
    /** Of a second measurement, the change that the first tolerated: its few controls tell no spread. */
    tolerated: z.number().positive().optional(),
    warnings: z.array(z.string()),
  })
  .superRefine((run, context) => {
    const states = new Set(run.states.map(({ name }) => name));
    const variants = new Set(
      run.scenarios.flatMap(({ name, variants: of }) => of.map((one) => `${name}/${one.name}`)),
    );
    for (const [i, { scenario, variant, state }] of run.arms.entries()) {
      const isKnown = states.has(state) && variants.has(`${scenario}/${variant}`);
      if (!isKnown)
        context.addIssue({
          code: 'custom',
          path: ['arms', i],
          message: 'belongs to no state or variant of the run',
        });
    }
  });

export type { Reference } from './reference.ts';
export type RunFile = z.infer<typeof RunFile>;
export type Arm = z.infer<typeof Arm>;
export type Sample = z.infer<typeof Sample>;
export type Confirmation = z.infer<typeof Confirmation>;
export type Floor = z.infer<typeof Floor>;
export type VariantRecord = z.infer<typeof VariantRecord>;
export type ScenarioRecord = z.infer<typeof ScenarioRecord>;
export type ClaimRecord = z.infer<typeof ClaimRecord>;
export type Counters = z.infer<typeof Counters>;
export type PlanRecord = z.infer<typeof PlanRecord>;
export type ClientLoad = z.infer<typeof ClientLoad>;
export type Objective = z.infer<typeof Objective>;
export type Mix = z.infer<typeof Mix>;
export type LoadRecord = z.infer<typeof LoadRecord>;

/** JSON Schema of the run file, for readers that are not this program. */
export function runFileJsonSchema(): unknown {
  return z.toJSONSchema(RunFile);
}
