import type { Budget, Connections, Database } from './database.ts';

export type { Budget, Chunks, Connection, Connections, Database, Result, Row } from './database.ts';

/** What the synthetic data is a function of. Equal fixtures give equal bytes on every machine. */
export interface Fixtures {
  readonly seed: number;
  /** Rows of the suite's main table; every other size derives from it. */
  readonly contacts: number;
}

/** One fixture table. Any range of rows can be made alone: a value is f(seed, table, column, row). */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** Names of the tables that its rows refer to: they are loaded with it. */
  readonly references?: readonly string[];
  rowCount(fixtures: Fixtures): number;
  /** COPY text of the rows `from` ≤ row < `to`, each line ended by a newline. */
  copyText(fixtures: Fixtures, from: number, to: number): string;
  /** The UTF-8 bytes of `copyText`, for a table that makes them without a string; several times faster. */
  copyBytes?(fixtures: Fixtures, from: number, to: number): Uint8Array;
  /** What the statistics of the loaded table must show; see `docs/methodology.md`, "Fidelity". */
  readonly expected?: (fixtures: Fixtures) => readonly Expectation[];
}

/** A share of rows the data must have: what decides plans is declared, and checked after a load. */
export interface Expectation {
  readonly title: string;
  /** A boolean SQL expression over the table's columns. */
  readonly predicate: string;
  /** Expected share of rows, 0 to 1. */
  readonly share: number;
  /** Tolerated distance from `share`; the default allows four standard errors and 1 % of it. */
  readonly tolerance?: number;
}

/** A fingerprint of an answer: equal text means equal answers. */
export interface Answer {
  readonly digest: string;
  readonly rows: number;
}

/** What a timed execution did. `done` < `total` when a budget ended it early. */
export interface Outcome<R> {
  readonly result: R;
  readonly done: number;
  readonly total: number;
}

export interface InputContext {
  readonly fixtures: Fixtures;
  /** The base state as its owner; for inputs that cannot be computed from the generator. */
  readonly owner: Database;
}

export interface RunContext<App, Input> {
  readonly app: App;
  /** A session of the application's role. */
  readonly db: Database;
  /** For a scenario about connecting itself; what it leaves open is closed when the visit ends. */
  readonly connections: Connections;
  readonly input: Input;
  readonly budget: Budget;
}

export interface AnswerContext<Input, R> {
  readonly input: Input;
  readonly outcome: Outcome<R>;
  /** The state just measured, as its owner: sees every row. */
  readonly owner: Database;
}

export interface Variant<Parameters> {
  readonly name: string;
  readonly parameters: Parameters;
  /** The variant a claim is judged by; gets more blocks than the others when a scenario writes. */
  readonly main?: boolean;
  /** Who executes it: the application's role, unless it is the owner, who sees past row level security. */
  readonly role?: 'owner';
  /** Measured only by profiles that measure everything; `bench run` says what it left out. */
  readonly extra?: boolean;
}

/**
 * One measured activity. `run` is the timed part, everything else is not. A scenario never asks
 * which phase it is in: it calls the operations of `app`, and phases override those.
 */
export interface Scenario<App = unknown, Parameters = unknown, Input = unknown, R = unknown> {
  readonly title: string;
  readonly help: string;
  /** Id of the claim of the seed document that this scenario judges. */
  readonly claim?: string;
  /** What one unit of work is, plural: 'leads', 'recipients', 'queries'. */
  readonly unit: string;
  /** Writers get a fresh clone for each sample; readers share the state's database, read-only. */
  readonly writes: boolean;
  /** Fixture tables that must be loaded. */
  readonly tables: readonly string[];
  variants(fixtures: Fixtures): readonly Variant<Parameters>[];
  input(parameters: Parameters, context: InputContext): Promise<Input>;
  /** Untimed and uncounted; brings the fresh clone of a writer to the variant's start (a first import before the second). */
  before?(context: RunContext<App, Input>): Promise<void>;
  run(context: RunContext<App, Input>): Promise<Outcome<R>>;
  /** Fingerprint of what was answered or changed. */
  answer(context: AnswerContext<Input, R>): Promise<Answer>;
  /** The same fingerprint computed from the generator alone, without SQL, for the first `done` units. */
  oracle(input: Input, done: number, fixtures: Fixtures): Answer;
  /** The least this server could need: timed beside the scenario, for the main variant. */
  floor?(db: Database, input: Input): Promise<void>;
  /** The least that a read could read, for the main variant: pages that the rows of its answer lie on; null without rows. */
  pages?(context: AnswerContext<Input, R>): Promise<number | null>;
  /** What `floor` does, in words. */
  readonly floorTitle?: string;
}

/** Types a scenario definition; the file's name is the scenario's name. */
export function defineScenario<App, Parameters, Input, R>(
  scenario: Scenario<App, Parameters, Input, R>,
): Scenario<App, Parameters, Input, R> {
  return scenario;
}

/** Types a fixture table; the file's name is free, `name` is the table's. */
export function defineTable(table: Table): Table {
  return table;
}

/** A figure promised by somebody, which a scenario judges. */
export interface Claim {
  readonly id: string;
  readonly title: string;
  /** As the source words it. */
  readonly promised: string;
  /** Promised time after all phases, in milliseconds, at `contacts` rows. */
  readonly afterMs?: number;
  /** Promised change, as a share of the time before: 0.95 for "95 % faster". */
  readonly faster?: number;
  readonly contacts?: number;
  /** A promise about bytes: `less` is the share saved between two states, over relations of these names. */
  readonly storage?: StoragePromise;
  /** Where it is shown, when no run can show it. */
  readonly shownBy?: string;
  /** Why no scenario of the suite judges it. */
  readonly unjudged?: string;
}

export interface StoragePromise {
  /** A regular expression over the names of relations. */
  readonly relations: string;
  readonly kind: 'all' | 'index';
  readonly before: string;
  readonly after: string;
  readonly less: number;
}

/** A bound that the suite sets itself, for the last state at `contacts` rows. */
export interface Objective {
  readonly scenario: string;
  /** A variant's name, or the beginning of several and a `*`. */
  readonly variants: string;
  /** The 95th percentile of single executions, or the median of blocks. */
  readonly statistic: 'p95' | 'median';
  readonly atMostMs: number;
  readonly contacts: number;
}

/** How often the application does what for each unit it writes; scenarios and variants by name. */
export interface Mix {
  /** Units of each write: of the first and its like they sum to 1, the others are what comes with such a unit. */
  readonly writes: readonly { readonly scenario: string; readonly variant: string; readonly units: number }[];
  /** Executions for each unit written. */
  readonly reads: readonly {
    readonly scenario: string;
    readonly variant: string;
    readonly perWrite: number;
  }[];
}

/** Something to be done regularly: one statement, in cron's manner of time. */
export interface Job {
  readonly name: string;
  readonly schedule: string;
  readonly command: string;
}

/** Harm done to the last state, which a gate must find; `bench selftest` plants it. */
export interface Fault {
  readonly name: string;
  /** What the owner executes. */
  readonly sql: string;
  /** The rule that must fail of it: `answer`, `blocks`, `time`, or `scan` for any table. That another fails proves nothing. */
  readonly foundBy: string;
}

export interface SuiteConfig {
  readonly name: string;
  readonly title: string;
  /** Rows of the main table are called this in texts. */
  readonly contactsTitle: string;
  /** Role the application connects as; subject to row level security. */
  readonly role: string;
  /** Sets up a session of the application (tenant, user) before anything is timed. */
  openSession(db: Database, fixtures: Fixtures): Promise<void>;
  readonly claims: readonly Claim[];
  readonly objectives?: readonly Objective[];
  /** What the ledger weighs gains and costs with. */
  readonly mix?: Mix;
  readonly faults?: readonly Fault[];
  /** Maintenance of a database in its last state, for `bench maintain`. */
  readonly jobs?: (db: Database) => Promise<readonly Job[]>;
  /** What failed, and why, inside jobs that ended well; `since` is the server's time. */
  readonly failedTasks?: (db: Database, since: string) => Promise<readonly string[]>;
}

/** Types `bench.config.ts`. */
export function defineConfig(config: SuiteConfig): SuiteConfig {
  return config;
}
