import { type Finding, findingLines } from './finding.ts';
import { decideGate, type GateResult } from './gate.ts';
import { evidenceOfGate } from './gate-evidence.ts';
import type { RunFile } from './run-file.ts';
import { THRESHOLD_PREFIX } from './threshold-gate.ts';
import { formatAmount } from './units.ts';
import type { Outcome, PairView } from './view-pairs.ts';

/** What the gate says of a run whose states are its two sides; null for any other run. */
export function gateOf(run: RunFile): GateResult | null {
  return run.gate && run.states.length > 1
    ? decideGate(evidenceOfGate(run), run.gate.accepted, run.gate.strict === true)
    : null;
}

/** The gate's verdict in one sentence; none without a gate, or before its end. */
export function gateSentences({ gate: sides, status }: RunFile, gate: GateResult | null): string[] {
  if (!gate || !sides || status !== 'complete') return [];
  const counts = [
    [gate.failures, 'failure'],
    [gate.warnings, 'warning'],
    [gate.accepted, 'accepted change'],
    [gate.unjudged.filter(({ isOpen }) => isOpen), 'open question'],
  ] as const;
  const found = counts.flatMap(([list, word]) => (list.length > 0 ? [formatAmount(list.length, word)] : []));
  const says = { passed: 'passed', failed: 'failed', inconclusive: 'is inconclusive' }[gate.verdict];
  const early = sides.decidedEarly ? ' Its first block decided it: the times are of one block.' : '';
  return [
    `The gate ${says}${found.length > 0 ? ` with ${found.join(', ')}` : ''}: the working tree against ${sides.ref}.${early}`,
  ];
}

/** The rule of the finding that each outcome is. */
const RULES: Partial<Record<Outcome, string>> = {
  'answers differ': 'answer',
  failed: 'error',
  regressed: 'time',
};

/** The pair of a variant as its gate has it: what counters or plans say outranks the clock, and what was wanted fails nothing. */
export function gated(pair: PairView, name: string, gate: GateResult | null): PairView {
  if (gate === null) return pair;
  const names = [`${name}/`, `${THRESHOLD_PREFIX}${name}/`];
  const isOwn = (finding: Finding) => names.some((start) => finding.name.startsWith(start));
  const failures = gate.failures.filter(isOwn);
  if (failures.length > 0) return failed(pair, failures);
  const wanted = gate.accepted.filter(isOwn).find(({ rule }) => rule === RULES[pair.outcome]);
  if (!wanted) return pair;
  return { ...pair, outcome: 'accepted', why: `${wanted.sentence}; because: ${wanted.because}` };
}

function failed(pair: PairView, failures: readonly Finding[]): PairView {
  if (pair.outcome === 'answers differ' || pair.outcome === 'failed') return pair;
  const why = new Set(failures.flatMap(findingLines));
  return { ...pair, outcome: 'regressed', why: [...why].join('; ') };
}
