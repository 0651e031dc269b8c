import type { Arm } from './run-file.ts';
import { median } from './statistics.ts';
import { formatPercent, formatRatio } from './units.ts';

/** What an arm's time is made of: the server's work, the client's, or a client that was held up. */
export type Bound = 'server-bound' | 'client-bound' | 'tainted';

export interface ClientAudit {
  readonly bound: Bound;
  readonly reason: string;
  /** Medians of the blocks, as shares of the time; `workShare` is the larger of the first two in each. */
  readonly cpuShare: number;
  readonly loopShare: number;
  readonly workShare: number;
  readonly gcShare: number;
  /** The longest that the event loop was held up in any block. */
  readonly delayMs: number;
  /** Time of a statement that does nothing on the same connections, and the arm's time ÷ that; medians of the blocks. */
  readonly idleMs: number;
  readonly overIdle: number;
}

/** From this share of its time on, a client measures itself. */
const BUSY_SHARE = 0.8;
/** A time of less than so many idle statements shows nothing of the server. */
const LEAST_OVER_IDLE = 1.25;
/** Collecting garbage for this share of the time or longer. */
const GC_SHARE = 0.25;

/** Judges the load generator over an arm's blocks; null for an arm that has no such record. */
export function auditClient({ samples }: Pick<Arm, 'samples'>): ClientAudit | null {
  const records = samples.flatMap(({ client, executionsMs }) =>
    client ? [{ ...client, ms: median(executionsMs) }] : [],
  );
  if (records.length === 0) return null;
  const of = (figure: (record: (typeof records)[number]) => number) => median(records.map(figure));
  // A client that has to share the processor gets less of it, and is no less busy.
  const workShare = of((record) => Math.max(record.cpuShare, record.loopShare));
  const overIdle = of(({ ms, idleMs }) => (idleMs > 0 ? ms / idleMs : Number.POSITIVE_INFINITY));
  const gcShare = of((record) => record.gcShare);
  return {
    ...boundOf(workShare, overIdle, gcShare),
    cpuShare: of((record) => record.cpuShare),
    loopShare: of((record) => record.loopShare),
    ...{ workShare, gcShare },
    delayMs: Math.max(...records.map(({ delayMs }) => delayMs)),
    idleMs: of(({ idleMs }) => idleMs),
    overIdle,
  };
}

function boundOf(
  workShare: number,
  overIdle: number,
  gcShare: number,
): Pick<ClientAudit, 'bound' | 'reason'> {
  if (gcShare >= GC_SHARE)
    return {
      bound: 'tainted',
      reason: `the client collected garbage for ${formatPercent(gcShare)} of the time`,
    };
  if (workShare >= BUSY_SHARE)
    return {
      bound: 'client-bound',
      reason: `the client itself worked for ${formatPercent(workShare)} of the time`,
    };
  if (overIdle < LEAST_OVER_IDLE)
    return {
      bound: 'client-bound',
      reason: `it takes ${formatRatio(overIdle)} as long as a statement that does nothing`,
    };
  return { bound: 'server-bound', reason: `the client worked for ${formatPercent(workShare)} of the time` };
}
