import type { Verdict } from './verdict.ts';

/** Which times of a comparison are projections: each of them is the least that it can be. */
export interface Projected {
  readonly beforeProjected: boolean;
  readonly afterProjected: boolean;
}

/** Whether a verdict stands however much longer the projected times truly are. */
export function isSure({ beforeProjected, afterProjected }: Projected, verdict: Verdict): boolean {
  if (verdict === 'improved') return !afterProjected;
  if (verdict === 'regressed') return !beforeProjected;
  return verdict === 'inconclusive' || !(beforeProjected || afterProjected);
}

/** Why a verdict does not stand. */
export function projectionText(
  { beforeProjected, afterProjected }: Projected,
  { before, after }: { readonly before: string; readonly after: string },
): string {
  if (beforeProjected && afterProjected) return 'both times are projected, and may be longer';
  return `the time in ${beforeProjected ? before : after} is projected, and may be longer`;
}
