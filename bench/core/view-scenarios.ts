import { type ArmGroup, armGroups, statesOf } from './arm.ts';
import type { JudgedClaim } from './claims.ts';
import type { Comparison } from './comparison.ts';
import { type Doubt, doubtWord } from './doubt.ts';
import type { GateResult } from './gate.ts';
import { isSure } from './projection.ts';
import type { ClaimRecord, RunFile, ScenarioRecord } from './run-file.ts';
import { SUSPECT_TEXT } from './suspect.ts';
import { formatChange, formatMs, formatPercent, formatRatio, formatScale } from './units.ts';
import { type CellView, cellView } from './view-cells.ts';
import { type EvidenceView, evidenceView, planChangeText } from './view-evidence.ts';
import { type FloorView, floorView } from './view-floors.ts';
import { gated } from './view-gate.ts';
import { type PairView, pairViews } from './view-pairs.ts';

export interface ScenarioView {
  readonly name: string;
  readonly title: string;
  readonly help: string;
  readonly unit: string;
  readonly variants: readonly VariantView[];
  readonly claim: JudgedClaim | null;
  /** How far the last state is from the time a claim promises: `2.4× the promised 500 ms`. */
  readonly distance: string | null;
}

/** One variant (in one role and cache state) across all states. */
export interface VariantView {
  readonly name: string;
  /** The variant's name, with role and cache where the run has more than one. */
  readonly label: string;
  readonly main: boolean;
  /** One for each state of the run, in order. */
  readonly cells: readonly CellView[];
  /** Each state against the one before it. */
  readonly steps: readonly ChangeView[];
  /** First state against last; equal to the only step when there are two states. */
  readonly whole: ChangeView | null;
  /** What a gate looks at: first state against last; in an ablation each state against the whole. */
  readonly pairs: readonly PairView[];
  /** The cell of the last state that the scenario is measured in; null without states. */
  readonly last: CellView | null;
  readonly evidence: EvidenceView;
  readonly floor: FloorView | null;
}

export interface ChangeView {
  readonly comparison: Comparison;
  /** The verdict; `estimate` where there are too few blocks for one, by plan. */
  readonly verdictText: string;
  /** Why the verdict is that. */
  readonly reasonText: string;
  /** Why the times have no direction: they are the client's, or beside a control that moved. Null where they have one. */
  readonly doubt: Doubt | null;
  /** `faster −95 %`, or why there is none; `−95 %, client-bound` where the times have no direction. */
  readonly text: string;
  /** For a narrow cell: `−95 %`, `+12 %`, `±0 %`, `differs` or nothing; `≈` before it when projected, `?` when in doubt. */
  readonly short: string;
  /** `12.3×`, with `≥`, `≤` or `≈` when projected; null without a ratio. */
  readonly ratioText: string | null;
  /** `[1.80×, 2.10×]`, the interval that the verdict rests on; null without one. */
  readonly intervalText: string | null;
  /** The plain 95 % interval. */
  readonly interval95Text: string | null;
  /** The smallest slowdown that would have been found: `5.2 %`. */
  readonly detectableText: string | null;
  /** `1.01×, unchanged`: the last state against its second copy. */
  readonly controlText: string | null;
  /** What differs between the plans, `same plan`, or null where one was not seen. */
  readonly planText: string | null;
  /** `open` where it may be either, `none` without a ratio. */
  readonly direction: 'faster' | 'slower' | 'same' | 'open' | 'none' | 'differs';
}

/** The run's scenarios in order, with every variant's figures in every state. */
export function scenarioViews(
  run: RunFile,
  comparisons: readonly Comparison[],
  claims: readonly JudgedClaim[],
  gate: GateResult | null,
): ScenarioView[] {
  const groups = armGroups(run);
  return run.scenarios.map((scenario) => {
    const own = withUnmeasured(
      scenario,
      groups.filter((group) => group.scenario === scenario.name),
    );
    const variants = own.map((group) => variantView(run, scenario, group, own, comparisons, gate));
    const claim = claims.find(({ id }) => id === scenario.claim) ?? null;
    const record = run.claims.find(({ id }) => id === scenario.claim);
    const { name, title, help, unit } = scenario;
    return { name, title, help, unit, variants, claim, distance: distance(run, record, variants) };
  });
}

/** Variants that an interrupted run never reached stay visible, as groups without arms. */
function withUnmeasured(scenario: ScenarioRecord, groups: readonly ArmGroup[]): ArmGroup[] {
  const declared = scenario.variants.flatMap(({ name }): ArmGroup[] => {
    const measured = groups.filter(({ variant }) => variant === name);
    const first = groups[0] ?? { role: '', cache: scenario.writes ? 'clone' : 'hot' };
    const empty = { scenario: scenario.name, variant: name, role: first.role, cache: first.cache };
    return measured.length > 0 ? measured : [{ ...empty, arms: [], control: null }];
  });
  return [...declared, ...groups.filter((group) => !declared.includes(group))];
}

function variantView(
  run: RunFile,
  scenario: ScenarioRecord,
  group: ArmGroup,
  siblings: readonly ArmGroup[],
  comparisons: readonly Comparison[],
  gate: GateResult | null,
): VariantView {
  const cells = run.states.map(({ name }) => cellView(run, scenario, group, name));
  const own = comparisons.filter((c) => sameArms(c, group)).map((c) => changeView(run, group, c));
  const states = statesOf(run, scenario.name);
  const isWhole = ({ comparison: c }: ChangeView) =>
    run.design === 'chain' && c.before === states[0] && c.after === states.at(-1);
  const measured = cells.filter(({ state }) => states.includes(state));
  const pairs = pairViews(run.design, measured, own).map((pair) =>
    gated(pair, `${scenario.name}/${group.variant}`, gate),
  );
  const changes = own.map((change) => told(change, pairs));
  const floor = run.floors.find((f) => f.scenario === scenario.name && f.variant === group.variant);
  return {
    name: group.variant,
    label: label(group, siblings),
    main: scenario.variants.some((variant) => variant.name === group.variant && variant.main),
    cells,
    steps: states.length > 2 ? changes.filter((change) => !isWhole(change)) : changes,
    whole: changes.find(isWhole) ?? null,
    pairs,
    last: measured.at(-1) ?? null,
    evidence: evidenceView(
      group,
      run.states.map(({ name }) => name),
    ),
    floor: floor ? floorView(floor, group, cells) : null,
  };
}

/** A change with the verdict of its gate, where that is another than the clock's. */
function told(change: ChangeView, pairs: readonly PairView[]): ChangeView {
  const pair = pairs.find((one) => one.change === change);
  if (pair?.outcome !== 'regressed' && pair?.outcome !== 'accepted') return change;
  return { ...change, verdictText: pair.outcome, reasonText: pair.why };
}

function sameArms(c: Comparison, group: ArmGroup): boolean {
  return (
    c.scenario === group.scenario &&
    c.variant === group.variant &&
    c.role === group.role &&
    c.cache === group.cache
  );
}

function label(group: ArmGroup, siblings: readonly ArmGroup[]): string {
  const roles = new Set(siblings.map(({ role }) => role)).size > 1 ? [`as ${group.role}`] : [];
  const caches = new Set(siblings.map(({ cache }) => cache)).size > 1 ? [group.cache] : [];
  return [group.variant, ...roles, ...caches].filter((part) => part !== '').join(', ');
}

function changeView({ gate }: RunFile, group: ArmGroup, comparison: Comparison): ChangeView {
  const planText = planChangeText(group, comparison.before, comparison.after);
  const { verdict, judged, ratio, sameAsWhole, reason } = comparison;
  const doubt = verdict === 'inconclusive' && ratio !== null && !sameAsWhole ? doubtWord(comparison) : null;
  const verdictText = verdict === 'inconclusive' && !judged && doubt === null ? 'estimate' : verdict;
  const texts = { ...evidenceTexts(comparison, gate), ...changeTexts(comparison, doubt, gate !== null) };
  return { comparison, verdictText, reasonText: reason, doubt, planText, ...texts };
}

function evidenceTexts(comparison: Comparison, gate: RunFile['gate']) {
  const { interval, interval95, control } = comparison;
  const range = (ends: readonly [number, number] | null) => ends && `[${ends.map(formatRatio).join(', ')}]`;
  return {
    intervalText: range(interval),
    interval95Text: range(interval95),
    detectableText: detectableText(comparison, gate),
    controlText:
      control &&
      (control.ratio === null ? control.reason : `${formatRatio(control.ratio)}, ${control.verdict}`),
  };
}

/** What the clock alone would have found; a gate measures again what its few blocks show slower by so much. */
function detectableText({ smallestDetectable, judged }: Comparison, gate: RunFile['gate']): string | null {
  if (smallestDetectable !== null) return formatPercent(smallestDetectable);
  return gate && !gate.decidedEarly && !judged ? SUSPECT_TEXT : null;
}

function changeTexts(
  comparison: Comparison,
  doubt: Doubt | null,
  isGate: boolean,
): Pick<ChangeView, 'text' | 'short' | 'ratioText' | 'direction'> {
  const none = { ratioText: null };
  if (comparison.answersEqual === false)
    return { ...none, text: 'answers differ', short: 'differs', direction: 'differs' };
  if (comparison.ratio === null) return { ...none, text: comparison.reason, short: '', direction: 'none' };
  const change = formatChange(comparison.ratio);
  const figure = change.slice(change.indexOf(' ') + 1);
  const { projected } = comparison;
  return {
    text: [doubt ? figure : change, ...(projected ? ['projected'] : []), ...(doubt ? [doubt] : [])].join(
      ', ',
    ),
    short: `${doubt ? '? ' : ''}${projected ? '≈ ' : ''}${figure}`,
    ratioText: `${bound(comparison)}${formatRatio(comparison.ratio)}`,
    direction: doubt ? 'open' : sureDirection(comparison, directionOf(comparison, comparison.ratio, isGate)),
  };
}

type Direction = 'faster' | 'slower' | 'same' | 'open';

const CALLED = { faster: 'improved', slower: 'regressed', same: 'unchanged', open: 'inconclusive' } as const;

/** The direction, where projected times leave it sure. */
function sureDirection(comparison: Comparison, direction: Direction): Direction {
  return isSure(comparison, CALLED[direction]) ? direction : 'open';
}

/**
 * Where there is an interval, it says. Without one an estimate has to do, but not between the sides of a gate: next to
 * nothing differs there, and single blocks always do.
 */
function directionOf({ verdict, interval }: Comparison, ratio: number, isGate: boolean): Direction {
  if (verdict === 'unchanged' || (interval === null && formatChange(ratio).startsWith('same'))) return 'same';
  const [low, high] = interval ?? (isGate ? [0, Number.POSITIVE_INFINITY] : [ratio, ratio]);
  if (low > 1) return 'faster';
  if (high < 1) return 'slower';
  return 'open';
}

/** A projected time is a lower bound, so a ratio over it is bounded from one side. */
function bound({ beforeProjected, afterProjected }: Comparison): string {
  if (beforeProjected && afterProjected) return '≈ ';
  if (beforeProjected) return '≥ ';
  return afterProjected ? '≤ ' : '';
}

function distance(
  run: RunFile,
  claim: ClaimRecord | undefined,
  variants: readonly VariantView[],
): string | null {
  const last = (variants.find(({ main }) => main) ?? variants[0])?.last;
  if (!claim || claim.afterMs === null || !last || last.ms === null || claim.afterMs === 0) return null;
  const sign = last.projected ? '≥ ' : '';
  const share = last.ms / claim.afterMs;
  const figure = share > 1 ? formatRatio(share) : `${formatPercent(share)} of`;
  const text = `${sign}${figure} the promised ${formatMs(claim.afterMs)}`;
  if (claim.contacts === null || claim.contacts === run.load.contacts) return text;
  return `${text} (promised at ${formatScale(claim.contacts)}, measured at ${formatScale(run.load.contacts)})`;
}
