import { type ArmGroup, armFigures, undisturbedMs } from './arm.ts';
import { asRatio } from './signed-rank.ts';
import { median, pairedLogRatios } from './statistics.ts';
import { judge, LIMITS, type Limits, type Verdict } from './verdict.ts';

/** A state against its own second copy: nothing changed, so whatever differs is the environment. */
export interface Control {
  readonly state: string;
  /** Time of the state ÷ time of its second copy. */
  readonly ratio: number | null;
  readonly interval: readonly [number, number] | null;
  readonly verdict: Verdict;
  readonly reason: string;
}

/** What the controls of a run say about the machine. */
export interface Environment {
  /** The limits of every verdict: the tolerated change grows with the spread of the controls. */
  readonly limits: Limits;
  /** Spread of the controls' estimates, as a difference of logarithms; null without controls. */
  readonly spread: number | null;
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

/** How many spreads of the controls a change has to exceed. */
const SPREADS = 3;
/** Standard deviation of a normal distribution ÷ its median absolute value. */
const NORMAL_MEDIAN = 1.4826;

/** The run's limits: a change is tolerated up to 3 %, or to three times the spread of the controls where that is more. */
export function environment(groups: readonly ArmGroup[], level: number): Environment {
  const estimates = groups.flatMap((group) => {
    const shift = judgeControl(group, level)?.shift;
    return shift?.interval ? [shift.estimate] : [];
  });
  if (estimates.length === 0) return { limits: LIMITS, spread: null };
  const spread = NORMAL_MEDIAN * median(estimates.map(Math.abs));
  const tolerated = Math.max(LIMITS.tolerated, Math.expm1(SPREADS * spread));
  return { limits: { ...LIMITS, tolerated }, spread };
}
