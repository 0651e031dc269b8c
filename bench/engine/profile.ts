export interface Work {
  readonly ms: number;
  readonly executions: number;
}

/** How much a run measures. A budget of null runs everything to its end. */
export interface Profile {
  readonly title: string;
  readonly contacts: number;
  /**
   * Most blocks of reads: of main variants and those that the suite's mix weighs, and of the others; fewer where all
   * is decided at an earlier look.
   */
  readonly readBlocks: { readonly main: number; readonly other: number };
  /** Blocks of writes, in the same manner. */
  readonly writeBlocks: { readonly main: number; readonly other: number };
  /** In a block, a read that is not long executes until it has worked this long, and so many times at least. */
  readonly work: Work;
  /** The same where one block is all, and decides nothing by the clock. */
  readonly onlyBlock: Work;
  /** Time a row-by-row arm may take before its rest is projected. */
  readonly budgetMs: number | null;
  /** Whether plans are taken of all variants that write, or of the main ones only: each takes a copy of the state. */
  readonly watchesAllWriters: boolean;
  /** Whether variants marked as extra are measured. */
  readonly extras: boolean;
  /** Time for each scenario, which reads share, and writes: first blocks are always done, further ones while it lasts. */
  readonly scenarioMs: number | null;
  /** Time for all blocks of a gate, in the same manner: somebody waits for it. */
  readonly gateMs: number | null;
}

const ONCE: Work = { ms: 0, executions: 1 };

export const PROFILES: Readonly<Record<string, Profile>> = {
  smoke: {
    title: 'every scenario and state once, at 1,000 contacts: does it work?',
    contacts: 1_000,
    readBlocks: { main: 1, other: 1 },
    writeBlocks: { main: 1, other: 1 },
    work: ONCE,
    onlyBlock: ONCE,
    extras: true,
    watchesAllWriters: false,
    budgetMs: null,
    scenarioMs: null,
    gateMs: null,
  },
  micro: {
    title: '100,000 contacts, for CI: what a pull request changes, in minutes',
    contacts: 100_000,
    readBlocks: { main: 60, other: 1 },
    writeBlocks: { main: 1, other: 1 },
    work: { ms: 50, executions: 5 },
    onlyBlock: ONCE,
    extras: false,
    watchesAllWriters: false,
    budgetMs: 2_000,
    scenarioMs: null,
    gateMs: 200_000,
  },
  default: {
    title: 'the main job: 2M contacts, row-by-row arms projected after 2 s',
    contacts: 2_000_000,
    readBlocks: { main: 60, other: 1 },
    writeBlocks: { main: 3, other: 1 },
    work: { ms: 50, executions: 1 },
    onlyBlock: { ms: 50, executions: 1 },
    extras: false,
    watchesAllWriters: false,
    budgetMs: 2_000,
    scenarioMs: 150_000,
    gateMs: null,
  },
  full: {
    title: '2M contacts, more blocks, every arm to its end (hours)',
    contacts: 2_000_000,
    readBlocks: { main: 60, other: 60 },
    // From six blocks on there is a 95 % interval.
    writeBlocks: { main: 6, other: 3 },
    work: { ms: 100, executions: 1 },
    onlyBlock: { ms: 100, executions: 1 },
    extras: true,
    watchesAllWriters: true,
    budgetMs: null,
    scenarioMs: null,
    gateMs: null,
  },
};
