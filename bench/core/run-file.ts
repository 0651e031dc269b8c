import { z } from 'zod';

/** Version of the run file's shape; a reader refuses others. */
export const SCHEMA_VERSION = 1;

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

/** What ran: enough to say whether two runs may be compared. */
export const ServerFacts = z.object({
  kind: z.string(),
  version: z.string(),
  build: z.string(),
  locale: z.string(),
  checksums: z.boolean(),
  /** How the connections are protected: protocol and cipher, or that they are not encrypted. */
  connection: z.string().default('not recorded'),
  /** Every setting that is not the server's default. */
  settings: z.record(z.string(), z.string()),
  extensions: z.object({ present: z.array(z.string()), absent: z.array(z.string()) }),
});

export const MachineFacts = z.object({
  platform: z.string(),
  cpu: z.string(),
  cores: count,
  memoryBytes: count,
  node: z.string(),
});

export const RelationSize = z.object({
  name: z.string(),
  kind: z.enum(['table', 'index', 'view']),
  table: z.string(),
  bytes: count,
});

export const DdlStep = z.object({
  file: z.string(),
  line: count,
  /** First line of the statement, cut. */
  statement: z.string(),
  ms,
  walBytes: count,
});

/** One database: the base and the phases applied so far. */
export const StateRecord = z.object({
  name: z.string(),
  title: z.string(),
  phases: z.array(z.string()),
  /** Time to apply the state's own phase (for base: load, constraints and indexes). */
  buildMs: ms,
  walBytes: count,
  bytes: count,
  /** True when the state came from the cache; buildMs and walBytes are those of the first build. */
  cached: z.boolean(),
  ddl: z.array(DdlStep),
  relations: z.array(RelationSize),
});

export const Sample = z.object({
  block: count,
  /** Place of the arm in the block's random order, from 0. */
  order: count,
  /** Each timed execution of this block. The block's value is their median. */
  executionsMs: z.array(ms).min(1),
  done: count,
  total: count,
});

/** A scenario's variant in one state. */
export const Arm = z.object({
  scenario: z.string(),
  variant: z.string(),
  state: z.string(),
  role: z.string(),
  /** 'hot' after a warm-up execution, 'clone' on a fresh copy read for the first time. */
  cache: z.enum(['hot', 'clone']),
  samples: z.array(Sample),
  answer: z.object({ digest: z.string(), rows: count }).nullable(),
  /** Digest of the same answer computed without SQL for as many units as this arm did; null where none was computed. */
  expected: z.object({ digest: z.string(), rows: count }).nullable(),
  /** Trouble of this arm: it has no figures then. */
  error: z.string().nullable(),
});

export const Floor = z.object({
  scenario: z.string(),
  variant: z.string(),
  state: z.string(),
  title: z.string(),
  samplesMs: z.array(ms),
});

export const ScenarioRecord = z.object({
  name: z.string(),
  title: z.string(),
  help: z.string(),
  claim: z.string().nullable(),
  unit: z.string(),
  writes: z.boolean(),
  variants: z.array(z.object({ name: z.string(), main: z.boolean() })),
});

export const ClaimRecord = z.object({
  id: z.string(),
  title: z.string(),
  promised: z.string(),
  afterMs: ms.nullable(),
  faster: z.number().nullable(),
  contacts: count.nullable(),
});

/** A bound that scenarios must keep in the last state; `variants` is a name, or the beginning of names and a `*`. */
export const Objective = z.object({
  scenario: z.string(),
  variants: z.string(),
  statistic: z.enum(['p95', 'median']),
  atMostMs: ms,
  contacts: count,
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
    suite: z.object({ name: z.string(), title: z.string(), contactsTitle: z.string(), hash: z.string() }),
    server: ServerFacts,
    machine: MachineFacts,
    load: LoadRecord,
    orderSeed: z.number().int(),
    scenarios: z.array(ScenarioRecord),
    claims: z.array(ClaimRecord),
    objectives: z.array(Objective).default([]),
    states: z.array(StateRecord),
    arms: z.array(Arm),
    floors: z.array(Floor),
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

export type RunFile = z.infer<typeof RunFile>;
export type Arm = z.infer<typeof Arm>;
export type Sample = z.infer<typeof Sample>;
export type Floor = z.infer<typeof Floor>;
export type StateRecord = z.infer<typeof StateRecord>;
export type ScenarioRecord = z.infer<typeof ScenarioRecord>;
export type ClaimRecord = z.infer<typeof ClaimRecord>;
export type ServerFacts = z.infer<typeof ServerFacts>;
export type MachineFacts = z.infer<typeof MachineFacts>;
export type Objective = z.infer<typeof Objective>;
export type LoadRecord = z.infer<typeof LoadRecord>;
export type RelationSize = z.infer<typeof RelationSize>;
export type DdlStep = z.infer<typeof DdlStep>;

/** JSON Schema of the run file, for readers that are not this program. */
export function runFileJsonSchema(): unknown {
  return z.toJSONSchema(RunFile);
}
