import { type ArmGroup, statesOf } from './arm.ts';
import type { RunFile, VariantRecord } from './run-file.ts';
import { LOOKS, levelOf, MOST_BLOCKS } from './verdict.ts';

/** Most blocks of a variant, where a run file of an earlier version does not say. */
const UNSAID_BLOCKS = 60;

/** The level of each verdict, from what the run set out to judge by the clock. */
export function runLevel(run: Pick<RunFile, 'scenarios' | 'states' | 'design' | 'arms'>): number {
  const judged = run.scenarios.flatMap(({ name, variants }) =>
    variants.filter(wantsVerdict).map((variant) => ({ scenario: name, ...variant })),
  );
  const comparisons = judged.map(
    ({ scenario, name }) => pairsFor(run, scenario).length - sameAsWhole(run, scenario, name),
  );
  const blocks = judged.map((variant) => variant.blocks ?? UNSAID_BLOCKS);
  return levelOf(
    comparisons.reduce((sum, some) => sum + some, 0),
    Math.max(...blocks),
  );
}

function sameAsWhole({ arms }: Pick<RunFile, 'arms'>, scenario: string, variant: string): number {
  return arms.filter((arm) => arm.sameAsWhole && arm.scenario === scenario && arm.variant === variant).length;
}

/** Most blocks of what is measured once more: in a gate as many as the last look takes, also of what had fewer by plan. */
export function blocksAgain<T extends number | null>({ gate }: Pick<RunFile, 'gate'>, blocks: T): T | number {
  return gate === null ? blocks : MOST_BLOCKS;
}

/** Whether a variant was to get blocks enough for a verdict on its times. */
export function wantsVerdict({ blocks }: Pick<VariantRecord, 'blocks'>): boolean {
  return blocks === null || blocks >= LOOKS[0];
}

/** The same of the variant of some arms. */
export function isJudged(
  { scenarios }: Pick<RunFile, 'scenarios'>,
  { scenario, variant }: ArmGroup,
): boolean {
  const variants = scenarios.find(({ name }) => name === scenario)?.variants ?? [];
  return variants.some((one) => one.name === variant && wantsVerdict(one));
}

/** Names of the states that a run compares in a scenario. */
export function pairsFor(run: Pick<RunFile, 'scenarios' | 'states' | 'design'>, scenario: string) {
  return comparedPairs(statesOf(run, scenario), run.design);
}

/** Of states in their order, those that are compared: neighbours and the first with the last, or each with the whole. */
export function comparedPairs(
  names: readonly string[],
  design: RunFile['design'],
): (readonly [string, string])[] {
  const [first, last] = [names[0], names.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (design === 'ablation') return names.slice(0, -1).map((name) => [name, last]);
  const steps = names.slice(1).map((after, i) => [names[i] ?? first, after] as const);
  return steps.length > 1 ? [...steps, [first, last]] : steps;
}
