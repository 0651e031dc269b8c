import { fewestValues, hodgesLehmannAt, type Shift } from './signed-rank.ts';
import { formatChange, formatCount, formatMs, formatPercent } from './units.ts';

export type Verdict = 'improved' | 'regressed' | 'unchanged' | 'inconclusive';

/** What counts as a change, fixed before anything is measured. */
export interface Limits {
  /** Changes up to this are tolerated: 0.03 is 3 %. */
  readonly tolerated: number;
  /** Changes from this on must not stay hidden: 0.1 is 10 %. */
  readonly mustCatch: number;
  /** Differences below this, in milliseconds, are never called a change. */
  readonly floorMs: number;
}

export const LIMITS: Limits = { tolerated: 0.03, mustCatch: 0.1, floorMs: 0.2 };

/** Times that differ by this factor are worth the blocks that an interval takes. */
export const LARGE = 2;

/** Chance that a whole run says `improved` or `regressed` somewhere though nothing changed, for each direction. */
const RUN_LEVEL = 0.01;

/** Numbers of blocks after which a comparison may be decided: fixed in advance, whatever the figures say. */
export const LOOKS = [15, 30, 60, 120, 240, 480] as const;
/** As many as the last look takes. */
export const MOST_BLOCKS: number = LOOKS[5];

/**
 * The one-sided level of each comparison of a run that judges so many in up to `blocks` blocks, whenever it is looked at
 * (Bonferroni): at a look that these reach, or at the end of its time wherever that falls.
 */
export function levelOf(comparisons: number, blocks: number): number {
  const looks = LOOKS.filter((look) => look <= blocks).length + 1;
  return RUN_LEVEL / (Math.max(1, comparisons) * looks);
}

/** The looks of a run at this level: the first one has blocks enough for an interval. */
export function looksOf(level: number): readonly number[] {
  const fewest = fewestValues(level);
  return [...new Set(LOOKS.map((blocks) => Math.max(blocks, fewest)))];
}

/** What paired blocks say, in words and figures. */
export interface Judgement {
  /** ln(after ÷ before) over the blocks, with the interval that the verdict rests on. */
  readonly shift: Shift | null;
  /** The plain 95 % interval of the same, which knows nothing of other comparisons. */
  readonly interval95: readonly [number, number] | null;
  readonly verdict: Verdict;
  /** Why the verdict is what it is. */
  readonly reason: string;
  /** False where further blocks may say more: of what is open, and of a change that is seen and not yet called one. */
  readonly isSettled: boolean;
  /** The smallest slowdown that would have been called one with 95 % chance, as a share; null without an interval. */
  readonly detectable: number | null;
}

export interface Evidence {
  /** ln(after) − ln(before) of each block that both arms were measured in. */
  readonly logRatios: readonly number[];
  /** What the ratios are of, before: the floor is held against it. */
  readonly beforeMs: number;
  /** One-sided; see `levelOf`. */
  readonly level: number;
  readonly limits: Limits;
}

/** Judges a comparison. The same evidence always gives the same judgement. */
export function judge(evidence: Evidence): Judgement {
  const { logRatios, level } = evidence;
  const [shift = null, plain = null] = hodgesLehmannAt(logRatios, [level, 0.025]);
  const detectable = shift?.interval ? detectableChange(evidence) : null;
  return { shift, interval95: plain?.interval ?? null, ...decide(evidence, shift), detectable };
}

function decide(
  { logRatios, beforeMs, level, limits }: Evidence,
  shift: Shift | null,
): Pick<Judgement, 'verdict' | 'reason' | 'isSettled'> {
  if (logRatios.length === 0) return open('no block has both states');
  if (!shift?.interval) return open(tooFew(logRatios.length, level));
  const [low, high] = shift.interval;
  const mustCatch = Math.log1p(limits.mustCatch);
  const range = `the interval is ${formatChange(Math.exp(-low))} to ${formatChange(Math.exp(-high))}`;
  const apartMs = [low, high].map((change) => beforeMs * Math.abs(Math.expm1(change)));
  // Nothing that would be called a change fits into the interval.
  const isBelowFloor = Math.max(...apartMs) < limits.floorMs;
  const isSettled = isBelowFloor || (low <= 0 && high >= 0);
  const unchanged = (reason: string) => ({ verdict: 'unchanged' as const, reason, isSettled });
  if (isBelowFloor) return unchanged(`${range}, all of it less than ${formatMs(limits.floorMs)} apart`);
  if (isBeyond(shift.interval, limits.tolerated) && Math.min(...apartMs) >= limits.floorMs)
    return { verdict: low > 0 ? 'regressed' : 'improved', reason: range, isSettled: true };
  if (low > -mustCatch && high < mustCatch) return unchanged(range);
  return open(`${range}, ${openReason(shift.interval, limits)}`);
}

/** Whether a whole interval of ln(after ÷ before) is a change of more than this share. */
function isBeyond([low, high]: readonly [number, number], share: number): boolean {
  return low > Math.log1p(share) || high < -Math.log1p(share);
}

/** What keeps an interval from being called a change: its width, its least in milliseconds, or the controls. */
function openReason(interval: readonly [number, number], limits: Limits): string {
  if (isBeyond(interval, limits.tolerated)) return `its least is less than ${formatMs(limits.floorMs)} apart`;
  if (!isBeyond(interval, LIMITS.tolerated)) return 'too wide to say';
  return `and this run tolerates ${formatPercent(limits.tolerated)}: copies of one state differ by that much in it`;
}

function open(reason: string) {
  return { verdict: 'inconclusive' as const, reason, isSettled: false };
}

function tooFew(blocks: number, level: number): string {
  const needed = fewestValues(level);
  return `no interval from ${formatCount(blocks)} ${blocks === 1 ? 'block' : 'blocks'}, it takes ${formatCount(needed)}`;
}

/** Quantile 0.95 of the standard normal distribution. */
const Z_95 = 1.6449;
/** 1 ÷ √0.955: what the signed rank loses against the mean for normal noise (Hodges & Lehmann 1956). */
const EFFICIENCY = 1.0233;

/**
 * The slowdown found with 95 % chance, by the normal approximation: exp(ln(1 + t) + (z_level + z_95) · 1.02 · s ÷ √n) − 1,
 * s being the deviation of the blocks and t what is tolerated, or the floor's share of the time before where that is more.
 */
export function detectableChange({ logRatios, beforeMs, level, limits }: Evidence): number {
  const tolerated = Math.max(limits.tolerated, limits.floorMs / beforeMs);
  const spread = (normalQuantile(1 - level) + Z_95) * EFFICIENCY * deviation(logRatios);
  return Math.expm1(Math.log1p(tolerated) + spread / Math.sqrt(logRatios.length));
}

/** The sample's standard deviation; 0 for a single value. */
export function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1));
}

/** Quantile of the standard normal for 0.5 < p < 1: Abramowitz & Stegun 1964, 26.2.23; wrong by less than 0.00045. */
export function normalQuantile(p: number): number {
  const t = Math.sqrt(-2 * Math.log(1 - p));
  const above = 2.515517 + t * (0.802853 + t * 0.010328);
  const under = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  return t - above / under;
}
