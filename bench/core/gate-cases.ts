import { type Finding, findingLines } from './finding.ts';
import type { GateComparison, GateResult } from './gate.ts';
import type { JudgedThreshold } from './threshold-gate.ts';
import { formatMs } from './units.ts';
import type { Outcome } from './view-pairs.ts';

/** One thing that a gate held against another, or against a bound. */
export interface GateCase {
  readonly scenario: string;
  /** `page=1, views`, or of a threshold `page=1 p95 < 5ms`. */
  readonly name: string;
  readonly outcome: Outcome;
  /** Why, the verdict first. */
  readonly lines: readonly string[];
  /** Time of the head. */
  readonly ms: number | null;
}

/** What a gate of runs without a common report says of each arm that it compared, and of each threshold. */
export function gateCases(result: GateResult): GateCase[] {
  return [
    ...result.comparisons.map((one) => caseOfArm(result, one)),
    ...result.thresholds.map((one) => caseOfThreshold(result, one)),
  ];
}

function caseOfArm(
  result: GateResult,
  { scenario, variant, after, afterMs, ...times }: GateComparison,
): GateCase {
  const name = `${scenario}/${variant}/${after}`;
  const of = <T extends { readonly name: string }>(list: readonly T[]) =>
    list.filter((one) => one.name === name || one.name.startsWith(`${name}/`));
  const [failures, accepted, open] = [of(result.failures), of(result.accepted), of(result.unjudged)];
  const isOpen = open.some((one) => one.isOpen);
  return {
    ...{ scenario, name: `${variant}, ${after}`, ms: afterMs },
    outcome:
      outcomeOf(failures) ?? (accepted.length > 0 ? 'accepted' : isOpen ? 'inconclusive' : 'unchanged'),
    lines: [
      ...failures.flatMap(findingLines),
      ...of(result.warnings).flatMap(findingLines),
      ...accepted.flatMap((one) => [...findingLines(one), `because: ${one.because}`]),
      ...open.map(({ why }) => why),
      timesText(times.beforeMs, afterMs),
    ].filter((line) => line !== ''),
  };
}

/** The worst of what failed; null without any. */
function outcomeOf(failures: readonly Finding[]): Outcome | null {
  if (failures.some(({ rule }) => rule === 'answer')) return 'answers differ';
  if (failures.some(({ rule }) => rule === 'error')) return 'failed';
  return failures.length > 0 ? 'regressed' : null;
}

const OUTCOMES = { kept: 'unchanged', missed: 'regressed', 'not measured': 'not measured' } as const;

function caseOfThreshold(
  result: GateResult,
  { name, text, scenario, verdict, why }: JudgedThreshold,
): GateCase {
  const accepted = result.accepted.find((one) => one.name === name);
  return {
    ...{ scenario, name: text.slice(scenario.length + 1), ms: null },
    outcome: accepted ? 'accepted' : OUTCOMES[verdict],
    lines: [`${verdict}: ${why}`, ...(accepted ? [`because: ${accepted.because}`] : [])],
  };
}

function timesText(beforeMs: number | null, afterMs: number | null): string {
  return beforeMs === null || afterMs === null ? '' : `${formatMs(beforeMs)} → ${formatMs(afterMs)}`;
}
