import type { Acceptance } from './acceptance.ts';
import type { Comparison } from './comparison.ts';
import { EXIT } from './errors.ts';
import type { Finding, Judged, Unjudged } from './finding.ts';
import { type JudgedThreshold, THRESHOLD_PREFIX } from './threshold-gate.ts';

/** The keys that scripts rely on; `before` and `after` are names of states. */
export type GateComparison = Pick<
  Comparison,
  | 'scenario'
  | 'variant'
  | 'before'
  | 'after'
  | 'beforeMs'
  | 'afterMs'
  | 'ratio'
  | 'interval'
  | 'blocks'
  | 'verdict'
  | 'reason'
  | 'smallestDetectable'
  | 'control'
  | 'answersEqual'
  | 'projected'
  | 'bound'
>;

/** All that a gate rests on, from whatever it was given. */
export interface GateEvidence extends Judged {
  /** Every arm that both sides have; null where there was one side only. */
  readonly comparisons: readonly GateComparison[] | null;
  /** Null where none were asked for. */
  readonly thresholds: readonly JudgedThreshold[] | null;
}

export type GateVerdict = 'passed' | 'failed' | 'inconclusive';

/** Exit codes of a verdict. */
export type GateExit =
  | typeof EXIT.ok
  | typeof EXIT.inconclusive
  | typeof EXIT.answersDiffer
  | typeof EXIT.regression;

/** A finding that somebody wanted. */
export interface Accepted extends Finding {
  readonly because: string;
  readonly at: string;
}

/** What a gate says. */
export interface GateResult {
  readonly verdict: GateVerdict;
  readonly exitCode: GateExit;
  readonly failures: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly accepted: readonly Accepted[];
  /** Accepted changes that nothing found any more. */
  readonly stale: readonly Acceptance[];
  /** What was seen and decides nothing. */
  readonly reports: readonly Finding[];
  readonly unjudged: readonly Unjudged[];
  readonly thresholds: readonly JudgedThreshold[];
  readonly comparisons: readonly GateComparison[];
}

/**
 * Decides. A failure that nobody accepted fails the gate, another answer with an exit code of its own; without one,
 * what is open leaves it inconclusive, which is an error only where the gate is strict.
 */
export function decideGate(
  evidence: GateEvidence,
  accepted: readonly Acceptance[],
  isStrict: boolean,
): GateResult {
  const { findings, unjudged } = evidence;
  const remaining = findings.filter((finding) => !acceptanceOf(finding, accepted));
  const failures = remaining.filter(({ kind }) => kind === 'failure');
  const verdict = verdictOf(failures, unjudged);
  return {
    verdict,
    exitCode: exitCodeOf(verdict, failures, isStrict),
    failures,
    warnings: remaining.filter(({ kind }) => kind === 'warning'),
    accepted: findings.flatMap((finding) => {
      const acceptance = acceptanceOf(finding, accepted);
      return acceptance ? [{ ...finding, because: acceptance.because, at: acceptance.at }] : [];
    }),
    stale: accepted.filter((acceptance) => isStale(acceptance, evidence)),
    reports: remaining.filter(({ kind }) => kind === 'report'),
    unjudged,
    thresholds: evidence.thresholds ?? [],
    comparisons: evidence.comparisons ?? [],
  };
}

/** Names that may be accepted: what a report says has no weight, so there is nothing to accept. */
export function acceptableNames({ findings }: Judged): string[] {
  return [...new Set(findings.filter(({ kind }) => kind !== 'report').map(({ name }) => name))];
}

function acceptanceOf({ name, kind }: Finding, accepted: readonly Acceptance[]): Acceptance | undefined {
  return kind === 'report' ? undefined : accepted.find((acceptance) => acceptance.name === name);
}

function verdictOf(failures: readonly Finding[], unjudged: readonly Unjudged[]): GateVerdict {
  if (failures.length > 0) return 'failed';
  return unjudged.some(({ isOpen }) => isOpen) ? 'inconclusive' : 'passed';
}

function exitCodeOf(verdict: GateVerdict, failures: readonly Finding[], isStrict: boolean): GateExit {
  if (verdict === 'passed') return EXIT.ok;
  if (verdict === 'inconclusive') return isStrict ? EXIT.inconclusive : EXIT.ok;
  return failures.some(({ rule }) => rule === 'answer') ? EXIT.answersDiffer : EXIT.regression;
}

/** Nothing matches it, though what it is about was judged: thresholds and comparisons are asked for apart. */
function isStale(
  { name }: Acceptance,
  { findings, unjudged, thresholds, comparisons }: GateEvidence,
): boolean {
  if (findings.some((finding) => finding.name === name)) return false;
  const isUnjudged = unjudged.some((one) => name === one.name || name.startsWith(`${one.name}/`));
  if (name.startsWith(THRESHOLD_PREFIX)) return thresholds !== null && !isUnjudged;
  return !isUnjudged && (comparisons ?? []).some((comparison) => isJudgedBy(comparison, name));
}

/** Whether a comparison would have this finding if it were there. */
function isJudgedBy({ scenario, variant, verdict }: GateComparison, name: string): boolean {
  const isOfTime = name.endsWith('/time');
  return name.startsWith(`${scenario}/${variant}/`) && (!isOfTime || verdict !== 'inconclusive');
}

/** The evidence of several questions as one; what an earlier one found under a name, a later one does not find again. */
export function joinEvidence(parts: readonly GateEvidence[]): GateEvidence {
  const all = <T>(lists: readonly (readonly T[] | null)[]): readonly T[] | null =>
    lists.every((list) => list === null) ? null : lists.flatMap((list) => list ?? []);
  return {
    findings: parts.flatMap(({ findings }, i) =>
      findings.filter(({ name }) => !isFound(parts.slice(0, i), name)),
    ),
    unjudged: parts.flatMap(({ unjudged }) => unjudged),
    comparisons: all(parts.map(({ comparisons }) => comparisons)),
    thresholds: all(parts.map(({ thresholds }) => thresholds)),
  };
}

function isFound(parts: readonly GateEvidence[], name: string): boolean {
  return parts.some(({ findings }) => findings.some((finding) => finding.name === name));
}
