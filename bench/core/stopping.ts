import { type Comparison, compareVariant } from './comparison.ts';
import type { Arm, RunFile } from './run-file.ts';
import { runLevel } from './run-level.ts';
import { LARGE, looksOf } from './verdict.ts';

/** Whether a variant of a run that has so many blocks gets another. */
export type GoesOn = (run: RunFile, scenario: string, variant: string, blocks: number) => boolean;

/**
 * A variant is asked at its looks, which are fixed in advance, and when its time is over. It ends at a look that decides
 * all of its comparisons, and with its time; but a gate that sees a change, or could not say, goes on, look by look, until
 * it is settled.
 */
export const goesOn: GoesOn = (run, scenario, variant, blocks) => {
  const timeOver = timeOf(run, scenario, variant);
  const isLook = looksOf(runLevel(run)).includes(blocks);
  if (!isLook && blocks !== timeOver) return true;
  const comparisons = compareVariant(run, scenario, variant);
  if (isLook && comparisons.every((one) => !one.judged || isDecided(run, one))) return false;
  return blocks < timeOver || (run.gate !== null && comparisons.some(mayYetSay));
};

/** True when no further block is wanted. A gate looks for small changes, a chain of phases for large ones. */
export function isDecided(
  { gate }: Pick<RunFile, 'gate'>,
  { verdict, isSettled, leftOpen }: Pick<Comparison, 'verdict' | 'isSettled' | 'leftOpen'>,
): boolean {
  return (verdict !== 'inconclusive' || leftOpen) && (isSettled || gate === null);
}

/** A change is seen, and may yet be called one; or the blocks were too few for how they scatter. */
function mayYetSay(comparison: Comparison): boolean {
  const { interval, isSettled, verdict, leftOpen, bound } = comparison;
  if (interval === null) return isLarge(comparison);
  const showsChange = !isSettled && (interval[0] > 1 || interval[1] < 1);
  const isOpen = verdict === 'inconclusive' && !leftOpen && bound !== 'client-bound';
  return showsChange || isOpen;
}

/** A change that is plain to see before there is an interval: what became so slow shall not go unjudged for being slow. */
export function isLarge({ ratio }: Pick<Comparison, 'ratio'>): boolean {
  return ratio !== null && (ratio >= LARGE || ratio <= 1 / LARGE);
}

/** After how many blocks the time of a variant was over. */
function timeOf({ scenarios }: RunFile, scenario: string, variant: string): number {
  const variants = scenarios.find(({ name }) => name === scenario)?.variants ?? [];
  return variants.find(({ name }) => name === variant)?.timeOver ?? Number.POSITIVE_INFINITY;
}

/** The same run with each variant ended where it would have been: what a gate would have seen, had others not gone on. */
export function endedInTime(run: RunFile): RunFile {
  const variants = run.scenarios.flatMap(({ name, variants: all }) =>
    all.map((variant) => ({ scenario: name, ...variant })),
  );
  const asked = (timeOver = 0) => [timeOver, ...looksOf(runLevel(run))].sort((a, b) => a - b);
  const ends = new Map(
    variants.map(({ scenario, name, timeOver }) => {
      const end = asked(timeOver).find(
        (blocks) => blocks > 0 && !goesOn(upTo(run, blocks), scenario, name, blocks),
      );
      return [keyOf({ scenario, variant: name }), end ?? Number.POSITIVE_INFINITY] as const;
    }),
  );
  return { ...run, arms: run.arms.map((arm) => cutTo(arm, ends.get(keyOf(arm)) ?? 0)) };
}

function keyOf({ scenario, variant }: Pick<Arm, 'scenario' | 'variant'>): string {
  return JSON.stringify([scenario, variant]);
}

/** The same run when each of its variants had so many blocks. */
export function upTo(run: RunFile, blocks: number): RunFile {
  return { ...run, arms: run.arms.map((arm) => cutTo(arm, blocks)) };
}

function cutTo(arm: Arm, blocks: number): Arm {
  return { ...arm, samples: arm.samples.filter(({ block }) => block < blocks) };
}
