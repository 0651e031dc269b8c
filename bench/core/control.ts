import { type ArmGroup, armFigures, undisturbedMs } from './arm.ts';
import { asRatio } from './signed-rank.ts';
import { median, pairedLogRatios } from './statistics.ts';
import { judge, LIMITS, normalQuantile, type Verdict } from './verdict.ts';

/** A state against its own second copy: nothing changed, so whatever differs is the environment. */
export interface Control {
  readonly state: string;
  /** Time of the state ÷ time of its second copy. */
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
  readonly verdict: Verdict;
  readonly reason: string;
}

/** Compares a group's control with the state it is a copy of, as any two states; null without a control. */
export function controlOf(group: ArmGroup, level: number): Control | null {
  const judged = judgeControl(group, level);
  if (judged === null) return null;
  const { state, shift, verdict, reason } = judged;
  return { state, ...asRatio(shift), verdict, reason };
}

function judgeControl({ arms, control }: ArmGroup, level: number) {
  const original = arms.find(({ state }) => state === control?.state);
  if (!control || !original) return null;
  const [a, b] = [armFigures(original), armFigures(control)];
  if (a.ms === null || b.ms === null) return null;
  const logRatios = pairedLogRatios(a.undisturbed, b.undisturbed);
  return { state: control.state, ...judge({ logRatios, beforeMs: undisturbedMs(a), level, limits: LIMITS }) };
}

/** True where a state differs from its own second copy. */
export function hasMoved({ verdict }: Pick<Control, 'verdict'>): boolean {
  return verdict === 'improved' || verdict === 'regressed';
}

/** What a control that moved says about every time beside it. */
export function environmentDoubt({ reason }: Pick<Control, 'reason'>): string {
  return `environment: the control moved as well (${reason})`;
}

/** Standard deviation of a normal distribution ÷ its median absolute value. */
const NORMAL_MEDIAN = 1.4826;
/** Half of a 95 % interval of a normal distribution, in standard deviations. */
const HALF_95 = 1.96;

/**
 * The change that verdicts tolerate: 3 %, or what copies of one state differ by beyond the scatter of their blocks, in as many
 * deviations as the level takes, where that is more.
 */
export function toleratedBy(groups: readonly ArmGroup[], level: number): number {
  const spreads = groups.flatMap((group) => {
    const { shift, interval95 } = judgeControl(group, level) ?? {};
    return shift?.interval && interval95 ? [spreadBeside(shift.estimate, interval95)] : [];
  });
  if (spreads.length === 0) return LIMITS.tolerated;
  return Math.max(LIMITS.tolerated, Math.expm1(normalQuantile(1 - level) * median(spreads)));
}

/**
 * What a control adds to the error e of its own blocks, which each verdict's interval holds already. Where copies truly
 * differ with the deviation τ, half of all estimates lie within √(τ² + e²) ÷ 1.4826, so the median of 1.4826 · |estimate| − e
 * is √(τ² + e²) − e: by so much intervals that know e only are too narrow. It is τ where blocks are many, and 0 where τ is.
 */
function spreadBeside(estimate: number, [low, high]: readonly [number, number]): number {
  const error = (high - low) / (2 * HALF_95);
  return NORMAL_MEDIAN * Math.abs(estimate) - error;
}
