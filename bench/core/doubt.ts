import type { Bound } from './client.ts';
import { type Comparison, worseAudit } from './comparison.ts';
import { environmentDoubt, hasMoved } from './control.ts';
import type { Arm, RunFile } from './run-file.ts';

/** Where a figure stands: one variant of a scenario in one state. */
type Place = Pick<Comparison, 'scenario' | 'variant'>;

/** The arm of a variant in a state, not the state's second copy; undefined where it was not measured. */
export function armIn(
  run: Pick<RunFile, 'arms'>,
  { scenario, variant }: Place,
  state: string,
): Arm | undefined {
  return run.arms.find(
    (arm) => arm.scenario === scenario && arm.variant === variant && arm.state === state && !arm.control,
  );
}

/**
 * Why nothing may rest on a comparison's times, however clear its figures are: the client measured itself, the control
 * moved as well, or a regression did not come back. Null where nothing speaks against them.
 */
export function doubtOf(run: Pick<RunFile, 'arms'>, comparison: Comparison): string | null {
  const { bound, control, confirmation, reason } = comparison;
  if (bound !== null && bound !== 'server-bound') {
    const [before, after] = [comparison.before, comparison.after].map((name) => armIn(run, comparison, name));
    return (before && after && worseAudit(before, after)?.trouble) || bound;
  }
  if (control && hasMoved(control)) return environmentDoubt(control);
  return confirmation && confirmation.verdict !== 'regressed' ? reason : null;
}

/** The same in a word or two. */
export type Doubt = Exclude<Bound, 'server-bound'> | 'control moved' | 'not confirmed';

/** Why a change of times has no direction, in a word or two; null where nothing speaks against it. */
export function doubtWord({
  bound,
  control,
  confirmation,
}: Pick<Comparison, 'bound' | 'control' | 'confirmation'>): Doubt | null {
  if (bound !== null && bound !== 'server-bound') return bound;
  if (control && hasMoved(control)) return 'control moved';
  return confirmation && confirmation.verdict !== 'regressed' ? 'not confirmed' : null;
}
