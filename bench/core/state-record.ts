import { z } from 'zod';

const count = z.number().int().nonnegative();
const ms = z.number().nonnegative();

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

export const LockRecord = z.object({ relation: z.string(), mode: z.string(), heldMs: ms });

/** What one refresh of a materialized view takes. */
export const RefreshRecord = z.object({ view: z.string(), ms, walBytes: count });

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
  /** What the server warned of while the state was made. */
  notices: z.array(z.string()).default([]),
  /** Locks seen while the phase was applied, that stop who writes or who reads, and the longest each was held. */
  locks: z.array(LockRecord).default([]),
  /** One for each materialized view. */
  refreshes: z.array(RefreshRecord).default([]),
  relations: z.array(RelationSize),
});

export type RefreshRecord = z.infer<typeof RefreshRecord>;
export type LockRecord = z.infer<typeof LockRecord>;
export type StateRecord = z.infer<typeof StateRecord>;
export type RelationSize = z.infer<typeof RelationSize>;
export type DdlStep = z.infer<typeof DdlStep>;
