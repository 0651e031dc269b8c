import type { Verdict } from './comparison.ts';
import type { RunFile } from './run-file.ts';
import { formatCount } from './units.ts';
import type { CellView } from './view-cells.ts';
import type { ChangeView, ScenarioView, VariantView } from './view-scenarios.ts';

/** A verdict, or why there can be none. */
export type Outcome =
  | 'answers differ'
  | 'failed'
  | 'accepted'
  | 'not measured'
  | 'not timed'
  | 'same work'
  | Verdict;

/** Two states of a variant that a gate looks at. */
export interface PairView {
  /** `base → views`; the state's name where the scenario is measured in one only. */
  readonly title: string;
  readonly before: CellView;
  /** The same cell as `before` where the scenario is measured in one state only. */
  readonly after: CellView;
  /** Null where one of the two was not measured. */
  readonly change: ChangeView | null;
  readonly outcome: Outcome;
  readonly why: string;
}

/**
 * First state against last, with whatever went wrong in between; in an ablation each state against the whole. `cells`
 * are those of the states that the scenario is measured in, `changes` all that were compared of them.
 */
export function pairViews(
  design: RunFile['design'],
  cells: readonly CellView[],
  changes: readonly ChangeView[],
): PairView[] {
  const [first, last] = [cells[0], cells.at(-1)];
  if (!first || !last) return [];
  if (design === 'chain' || first === last) return [pairView(cells, changes, first, last)];
  return cells.slice(0, -1).map((before) => pairView([before, last], changes, before, last));
}

/** `cells` are those that the outcome covers. */
function pairView(
  cells: readonly CellView[],
  changes: readonly ChangeView[],
  before: CellView,
  after: CellView,
): PairView {
  const states = cells.map(({ state }) => state);
  const covered = changes.filter(
    ({ comparison: c }) => states.includes(c.before) && states.includes(c.after),
  );
  const change =
    covered.find(({ comparison: c }) => c.before === before.state && c.after === after.state) ?? null;
  const title = before === after ? before.state : `${before.state} → ${after.state}`;
  const pair = { title, before, after, change };
  return { ...pair, ...(trouble(cells, covered) ?? outcome(pair)) };
}

type Judged = Pick<PairView, 'outcome' | 'why'>;

/** Of several wrong answers, the one between the farthest states is told. */
function trouble(cells: readonly CellView[], changes: readonly ChangeView[]): Judged | null {
  const differing = changes.findLast(({ comparison }) => comparison.answersEqual === false);
  if (differing) return { outcome: 'answers differ', why: differing.comparison.reason };
  const failed = cells.filter(({ error }) => error !== null);
  if (failed.length === 0) return null;
  return { outcome: 'failed', why: failed.map(({ state, error }) => `${state}: ${error}`).join('; ') };
}

function outcome({ before, after, change }: Pick<PairView, 'before' | 'after' | 'change'>): Judged {
  const missing = [before, after].find(({ ms }) => ms === null);
  if (missing) return { outcome: 'not measured', why: `${missing.state}: ${missing.why}` };
  if (!change)
    return { outcome: 'not measured', why: `${before.state} is the only state: nothing to compare` };
  const { verdict, reason, judged, sameAsWhole } = change.comparison;
  if (sameAsWhole) return { outcome: 'same work', why: 'the same plan and blocks: only noise could differ' };
  if (verdict === 'inconclusive' && !judged)
    return { outcome: 'not timed', why: change.doubt === null ? `by plan, ${reason}` : reason };
  return { outcome: verdict, why: reason };
}

/** A pair with where it belongs. */
export interface NamedPair {
  readonly scenario: ScenarioView;
  readonly variant: VariantView;
  readonly pair: PairView;
}

/** Every pair of every variant, in the run's order. */
export function everyPair(scenarios: readonly ScenarioView[]): NamedPair[] {
  return scenarios.flatMap((scenario) =>
    scenario.variants.flatMap((variant) => variant.pairs.map((pair) => ({ scenario, variant, pair }))),
  );
}

/** What there is to say about so many pairs, the worst first. */
const WORDS: readonly (readonly [Outcome, string])[] = [
  ['answers differ', 'with answers that differ'],
  ['failed', 'failed'],
  ['regressed', 'regressed'],
  ['accepted', 'accepted'],
  ['improved', 'improved'],
  ['unchanged', 'unchanged'],
  ['inconclusive', 'inconclusive'],
  ['same work', 'that do the same work'],
  ['not timed', 'with too few blocks for a verdict on times, by plan'],
  ['not measured', 'not measured'],
];

/** `15 compared: 1 with answers that differ, 8 improved, 6 inconclusive.` */
export function pairSentence(scenarios: readonly ScenarioView[]): string {
  const pairs = everyPair(scenarios);
  if (pairs.length === 0) return 'Nothing was compared.';
  const counts = WORDS.flatMap(([outcome, words]) => {
    const count = pairs.filter(({ pair }) => pair.outcome === outcome).length;
    return count === 0 ? [] : [`${formatCount(count)} ${words}`];
  });
  return `${formatCount(pairs.length)} compared: ${counts.join(', ')}.`;
}
