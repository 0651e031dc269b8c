import { armFigures, statesOf } from './arm.ts';
import { auditClient } from './client.ts';
import type { Comparison } from './comparison.ts';
import { environmentDoubt, hasMoved } from './control.ts';
import { armIn, doubtOf } from './doubt.ts';
import type { ClaimRecord, RunFile } from './run-file.ts';
import { medianInterval } from './statistics.ts';
import { formatCount, formatMs, formatPercent, formatProjectedShort } from './units.ts';

/** What one scenario says about a claim: base against last, main variant. */
export interface ClaimEvidence {
  readonly scenario: string;
  readonly variant: string;
  readonly afterMs: number | null;
  readonly afterProjected: boolean;
  /** Blocks that `afterMs` is the median of. */
  readonly afterBlocks: number;
  /** Its 95 % interval; the least and the most block value where fewer than six have none. */
  readonly afterRange: readonly [number, number] | null;
  /** Why `afterMs` is more than the server took: the client's part in it. Null for a time of the server. */
  readonly afterClient: string | null;
  /** Why no time beside it is to be trusted; null without a reason. */
  readonly timeDoubt: string | null;
  /** Share of the time before that was saved: 0.95 is 95 % faster. */
  readonly faster: number | null;
  /** Its 95 % interval; null from fewer than six blocks. */
  readonly fasterInterval: readonly [number, number] | null;
  /** Why nothing may rest on `faster`; null without a reason. */
  readonly changeDoubt: string | null;
  readonly beforeProjected: boolean;
  readonly answersEqual: boolean | null;
  readonly reason: string;
}

/** What the comparison of a variant's first state with its last says; empty without one. */
export function evidenceFrom(
  run: RunFile,
  scenario: string,
  variant: string,
  comparisons: readonly Comparison[],
): ClaimEvidence[] {
  const states = statesOf(run, scenario);
  return comparisons
    .filter((c) => c.scenario === scenario && c.variant === variant)
    .filter((c) => c.before === states[0] && c.after === states.at(-1))
    .map((c) => ({
      scenario,
      variant,
      afterMs: c.afterMs,
      afterProjected: c.afterProjected,
      ...timeEvidence(run, c),
      faster: c.ratio === null ? null : 1 - 1 / c.ratio,
      fasterInterval: c.interval95 && [1 - 1 / c.interval95[0], 1 - 1 / c.interval95[1]],
      changeDoubt: doubtOf(run, c),
      beforeProjected: c.beforeProjected,
      answersEqual: c.answersEqual,
      reason: c.reason,
    }));
}

function timeEvidence(
  run: RunFile,
  comparison: Comparison,
): Pick<ClaimEvidence, 'afterBlocks' | 'afterRange' | 'afterClient' | 'timeDoubt'> {
  const { after, control } = comparison;
  const arm = armIn(run, comparison, after);
  const values = arm ? [...armFigures(arm).byBlock.values()] : [];
  const spread = values.length === 0 ? null : ([Math.min(...values), Math.max(...values)] as const);
  const audit = arm ? auditClient(arm) : null;
  return {
    afterBlocks: values.length,
    afterRange: medianInterval(values, LEVEL) ?? spread,
    afterClient:
      audit === null || audit.bound === 'server-bound' ? null : `${audit.bound} in ${after}: ${audit.reason}`,
    timeDoubt: control && hasMoved(control) ? environmentDoubt(control) : null,
  };
}

/** One-sided: two of them make the 95 % interval. */
const LEVEL = 0.025;
/** With fewer blocks than these the median has no such interval. */
const INTERVAL_BLOCKS = 6;
/** Fewer blocks than these decide only where they are so many times away from what was promised. */
const ENOUGH_BLOCKS = 3;
const FEW_FACTOR = 1.5;

/** Whether a half of a promise is kept; null where that is left open. */
export type Kept = boolean | null;

/** Whether the promised time is kept, and the reason in words where there is more to say than that. */
interface Judged {
  readonly kept: Kept;
  readonly note: string;
}

/** Whether the promised time is kept; true where none is promised. */
export function keptTime(claim: ClaimRecord, part: ClaimEvidence): Kept {
  return judgeTime(claim, part).kept;
}

/**
 * A projected time is a lower bound: it can break a promise, never keep one. To a time of the server a client can only
 * add: what it took can keep a promise, never break one.
 */
function judgeTime({ afterMs: promised }: ClaimRecord, part: ClaimEvidence): Judged {
  if (promised === null) return { kept: true, note: '' };
  if (part.answersEqual === false || part.afterMs === null || part.afterRange === null)
    return { kept: false, note: '' };
  if (part.timeDoubt !== null) return { kept: null, note: `: ${part.timeDoubt}` };
  const judged = byBlocks(promised, part.afterRange, part.afterBlocks);
  if (judged.kept === true && part.afterProjected) return { kept: null, note: '' };
  if (judged.kept === false && part.afterClient !== null)
    return { kept: null, note: `: ${part.afterClient}` };
  return judged;
}

function byBlocks(promised: number, [low, high]: readonly [number, number], blocks: number): Judged {
  const isFew = blocks < ENOUGH_BLOCKS;
  const isKept = high * (isFew ? FEW_FACTOR : 1) <= promised;
  const isDecided = isKept || (isFew ? low >= promised * FEW_FACTOR : low > promised);
  return { kept: isDecided ? isKept : null, note: blocksText(blocks, isDecided) };
}

function blocksText(blocks: number, isDecided: boolean): string {
  if (blocks >= INTERVAL_BLOCKS) return '';
  if (blocks < ENOUGH_BLOCKS) {
    const few = blocks === 1 ? 'one block' : `${formatCount(blocks)} blocks`;
    return isDecided ? `, ${few}, ${FEW_FACTOR} times away or more` : `: ${few} alone`;
  }
  return isDecided ? `, all ${formatCount(blocks)} blocks` : `: ${formatCount(blocks)} blocks on both sides`;
}

/** Whether the promised change is kept; true where none is promised. */
export function keptChange(claim: ClaimRecord, part: ClaimEvidence): Kept {
  return judgeChange(claim, part).kept;
}

/** Over a projected time before, the change is a lower bound: it can keep a promise, never break one. */
function judgeChange({ faster: promised }: ClaimRecord, part: ClaimEvidence): Judged {
  if (promised === null) return { kept: true, note: '' };
  if (part.answersEqual === false) return { kept: false, note: '' };
  if (part.changeDoubt !== null) return { kept: null, note: `: ${part.changeDoubt}` };
  if (part.faster === null || part.fasterInterval === null) return { kept: null, note: ': an estimate only' };
  const [low, high] = part.fasterInterval;
  if (low < promised && high >= promised) return { kept: null, note: '' };
  const kept = low >= promised;
  const isOpen = kept ? part.afterProjected : part.beforeProjected;
  return { kept: isOpen ? null : kept, note: '' };
}

/** One scenario's part in a claim: the time afterwards and the change, each with what becomes of the promise. */
export function evidenceText(claim: ClaimRecord, part: ClaimEvidence): string {
  const name = part.variant === '' ? part.scenario : `${part.scenario} (${part.variant})`;
  if (part.answersEqual === false) return `${name} has no figure, its ${part.reason}`;
  return `${name} ${[timeText(claim, part), changeText(claim, part)].join(', ')}`;
}

function timeText(claim: ClaimRecord, part: ClaimEvidence): string {
  if (part.afterMs === null) return `no time (${part.reason})`;
  const time = part.afterProjected
    ? `${formatProjectedShort(part.afterMs)}, projected`
    : `${formatMs(part.afterMs)}${rangeText(part)}`;
  return `${time} afterwards${claim.afterMs === null ? '' : mark(judgeTime(claim, part))}`;
}

function rangeText({ afterRange, afterBlocks }: ClaimEvidence): string {
  if (afterRange === null || afterBlocks < INTERVAL_BLOCKS) return '';
  return ` (95 %: ${afterRange.map(formatMs).join(' to ')})`;
}

function changeText(claim: ClaimRecord, part: ClaimEvidence): string {
  if (part.faster === null) return `no change (${part.reason})`;
  const isSlower = part.faster < 0;
  const text = `${boundText(part, isSlower)}${formatPercent(Math.abs(part.faster))} ${isSlower ? 'slower' : 'faster'}`;
  const source = part.beforeProjected || part.afterProjected ? ', projected' : '';
  const ends = part.fasterInterval?.map((share) => formatPercent(share)).join(' to ');
  const range = ends === undefined ? '' : ` (95 %: ${ends})`;
  return `${text}${range}${source}${claim.faster === null ? '' : mark(judgeChange(claim, part))}`;
}

/** A projected time is the least it can be: before, it makes the gain a least one; afterwards, a most. */
function boundText({ beforeProjected, afterProjected }: ClaimEvidence, isSlower: boolean): string {
  if (!beforeProjected && !afterProjected) return '';
  if (beforeProjected && afterProjected) return 'about ';
  return beforeProjected === isSlower ? 'at most ' : 'at least ';
}

function mark({ kept, note }: Judged): string {
  if (kept === null) return ` (left open${note})`;
  return kept ? ` (kept${note})` : ` (not kept${note})`;
}
