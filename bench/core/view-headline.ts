import { statesOf } from './arm.ts';
import type { JudgedClaim } from './claims.ts';
import type { Comparison } from './comparison.ts';
import type { LedgerRow } from './ledger.ts';
import type { RunFile } from './run-file.ts';
import { formatAmount, formatCount, formatRatio, formatScale } from './units.ts';
import { ledgerSentences } from './view-ledger.ts';
import type { ChangeView, ScenarioView } from './view-scenarios.ts';
import { growth } from './view-states.ts';

/** The run in a few sentences, the most important first. */
export function headline(
  run: RunFile,
  scenarios: readonly ScenarioView[],
  comparisons: readonly Comparison[],
  claims: readonly JudgedClaim[],
  rows: readonly LedgerRow[],
): string[] {
  if (run.design === 'ablation') {
    return [statusSentence(run), ...ledgerSentences(rows), answerSentence(comparisons)].filter(
      (text) => text !== null,
    );
  }
  return [
    statusSentence(run),
    run.gate ? null : speedSentence(scenarios),
    verdictSentence(comparisons),
    answerSentence(comparisons),
    claimSentence(claims),
    ...ledgerSentences(rows).slice(0, 1),
    projectionSentence(run),
    sizeSentence(run),
  ].filter((sentence) => sentence !== null);
}

/** First against last state of each scenario's main variant. */
export function mainChanges(scenarios: readonly ScenarioView[]): ChangeView[] {
  return scenarios.flatMap(({ variants }) => {
    const main = variants.find((variant) => variant.main) ?? variants[0];
    return main?.whole ? [main.whole] : [];
  });
}

function statusSentence(run: RunFile): string | null {
  if (run.status === 'complete') return null;
  const seen = `${formatCount(run.arms.filter(({ control }) => !control).length)} of ${formatCount(expectedArms(run))} arms`;
  if (run.status === 'running') return `This run was never finished: the file holds ${seen}.`;
  return `This run ${run.status === 'aborted' ? 'was aborted' : 'failed'}: the file holds ${seen}.`;
}

function expectedArms(run: RunFile): number {
  return run.scenarios.reduce(
    (sum, { name, variants }) => sum + variants.length * statesOf(run, name).length,
    0,
  );
}

/** What the times of all states show: how they changed, or between the sides of a gate whether they did. */
export function speedFinding(
  run: RunFile,
  scenarios: readonly ScenarioView[],
  comparisons: readonly Comparison[],
): string {
  return (run.gate && verdictSentence(comparisons)) ?? speedSentence(scenarios);
}

/** How the main variants changed from first to last state. */
function speedSentence(scenarios: readonly ScenarioView[]): string {
  const timed = mainChanges(scenarios).filter(({ comparison }) => comparison.ratio !== null);
  if (timed.length === 0) return 'No scenario has a time in both the first and the last state.';
  const changes = timed.filter(({ doubt }) => doubt === null);
  return [directionText(changes), doubtText(timed)].filter((text) => text !== '').join(' ');
}

function directionText(changes: readonly ChangeView[]): string {
  if (changes.length === 0) return '';
  const ratio = ({ comparison }: ChangeView) => comparison.ratio ?? 0;
  const faster = changes.filter(({ direction }) => direction === 'faster').length;
  const best = changes.reduce((a, b) => (ratio(b) > ratio(a) ? b : a));
  const worst = changes.reduce((a, b) => (ratio(b) < ratio(a) ? b : a));
  const head = `${formatCount(faster)} of ${formatCount(changes.length)} ${changes.length === 1 ? 'scenario' : 'scenarios'} took less time in the last state than in the first`;
  if (faster === 0) return `${head}.`;
  const range = changes.length > 1 ? `, from ${change(worst)} to ${change(best)}` : `: ${change(best)}`;
  return `${head}${range}.`;
}

/** What has times and no direction: `No direction: lead-list (client-bound).` */
function doubtText(changes: readonly ChangeView[]): string {
  const names = changes.flatMap(({ comparison, doubt }) =>
    doubt === null ? [] : [`${comparison.scenario} (${doubt})`],
  );
  return names.length === 0 ? '' : `No direction: ${names.join(', ')}.`;
}

function change({ comparison, ratioText }: ChangeView): string {
  return `${ratioText ?? formatRatio(comparison.ratio ?? 1)} (${comparison.scenario})`;
}

function verdictSentence(comparisons: readonly Comparison[]): string | null {
  if (comparisons.length === 0) return null;
  if (comparisons.every(({ interval }) => interval === null))
    return 'No change is proven: the ratios are estimates without an interval.';
  const timed = comparisons.filter(({ judged, verdict }) => judged || verdict !== 'inconclusive');
  const counts = (['improved', 'regressed', 'unchanged', 'inconclusive'] as const).map(
    (verdict) => `${formatCount(timed.filter((c) => c.verdict === verdict).length)} ${verdict}`,
  );
  const others = comparisons.length - timed.length;
  const rest = others === 0 ? '' : ` ${formatCount(others)} more had too few blocks for a verdict, by plan.`;
  return `Of ${formatAmount(timed.length, 'comparison')} judged by the clock, ${counts.join(', ')}.${rest}`;
}

function answerSentence(comparisons: readonly Comparison[]): string | null {
  if (comparisons.length === 0) return null;
  const differing = comparisons.filter(({ answersEqual }) => answersEqual === false);
  const known = comparisons.filter(({ answersEqual }) => answersEqual !== null).length;
  if (known === 0) return 'No answer was compared, so nothing proves that the states do the same.';
  if (differing.length === 0) return `Answers were equal in all ${formatCount(known)} comparisons.`;
  const where = [...new Set(differing.map(({ scenario, variant }) => `${scenario} ${variant}`.trim()))];
  return `Answers differ in ${where.join(', ')}: those comparisons have no ratio. They were equal in ${formatCount(known - differing.length)} of ${formatCount(known)} comparisons.`;
}

function claimSentence(claims: readonly JudgedClaim[]): string | null {
  if (claims.length === 0) return null;
  const judged = claims.filter(({ verdict }) => verdict === 'reproduced' || verdict === 'not reproduced');
  const kept = judged.filter(({ verdict }) => verdict === 'reproduced').length;
  const open = claims.length - judged.length;
  const rest = open === 0 ? '' : ` ${formatCount(open)} more could not be judged by this run.`;
  if (judged.length === 0)
    return `None of the ${formatCount(claims.length)} claims could be judged by this run.`;
  return `${formatCount(kept)} of ${formatCount(judged.length)} judged claims ${kept === 1 ? 'was' : 'were'} reproduced.${rest}`;
}

function projectionSentence(run: RunFile): string | null {
  const ended = run.arms.filter(({ samples }) => samples.some(({ done, total }) => done < total)).length;
  if (ended === 0) return null;
  return `${formatCount(ended)} ${ended === 1 ? 'arm was' : 'arms were'} ended by the time budget; ${ended === 1 ? 'its' : 'their'} times are projections, marked “≥”.`;
}

/** How storage changed from first to last state; null with fewer than two states, and in an ablation. */
export function sizeSentence(run: RunFile): string | null {
  const [first, last] = [run.states[0], run.states.at(-1)];
  if (run.design === 'ablation' || !first || !last || first === last) return null;
  return `Storage changed by ${growth(first.bytes, last.bytes)} from ${first.name} to ${last.name}.`;
}

/** One figure large, with what it is. */
export interface KeyFigure {
  readonly value: string;
  readonly label: string;
}

/** The few figures a reader takes home. */
export function keyFigures(
  run: RunFile,
  scenarios: readonly ScenarioView[],
  comparisons: readonly Comparison[],
  claims: readonly JudgedClaim[],
  rows: readonly LedgerRow[],
): KeyFigure[] {
  const known = comparisons.filter(({ answersEqual }) => answersEqual !== null);
  const equal = known.filter(({ answersEqual }) => answersEqual).length;
  const kept = claims.filter(({ verdict }) => verdict === 'reproduced').length;
  const changes = mainChanges(scenarios).filter(
    ({ ratioText, doubt }) => ratioText !== null && doubt === null,
  );
  const best = changes.reduce<ChangeView | null>(
    (a, b) => ((b.comparison.ratio ?? 0) > (a?.comparison.ratio ?? 0) ? b : a),
    null,
  );
  const scale = { value: formatScale(run.load.contacts), label: run.suite.contactsTitle };
  const answers = {
    value: `${formatCount(equal)}/${formatCount(known.length)}`,
    label: 'compared answers equal',
  };
  if (run.design === 'ablation') {
    const of = (verdict: LedgerRow['verdict']) =>
      formatCount(rows.filter((row) => row.verdict === verdict).length);
    return [
      scale,
      { value: formatCount(rows.length), label: 'left out, one at a time' },
      { value: of('KEEP'), label: 'worth their cost' },
      { value: of('NOT WORTH IT'), label: 'not worth their cost' },
      answers,
    ];
  }
  const judged = comparisons.filter((c) => c.judged).length;
  if (run.gate)
    return [
      scale,
      { value: formatCount(judged), label: 'judged by the clock' },
      {
        value: formatCount(comparisons.length - judged),
        label: 'by answer, counters and plan only',
      },
      answers,
    ];
  return [
    scale,
    {
      value: formatCount(run.states.length),
      label: `states, ${formatCount(run.scenarios.length)} scenarios`,
    },
    ...(best ? [{ value: best.ratioText ?? '', label: `largest ratio, ${best.comparison.scenario}` }] : []),
    answers,
    { value: `${formatCount(kept)}/${formatCount(claims.length)}`, label: 'claims reproduced' },
  ];
}
