import type { GateCase } from '../../bench/core/gate-cases.ts';
import type { GateDocument } from '../../bench/core/gate-document.ts';
import { type Case, junitXml, RESULTS, verdictSuite } from '../text/junit.ts';

/** A test case for each arm and each threshold, and one for the verdict. */
export default function junit(document: GateDocument): string {
  const { cases, headline } = document;
  const scenarios = [...new Set(cases.map(({ scenario }) => scenario))];
  return junitXml(document, [
    ...verdictSuite(document, headline),
    ...scenarios.map((name) => ({
      name,
      cases: cases.filter(({ scenario }) => scenario === name).map(caseOf),
    })),
  ]);
}

function caseOf({ name, outcome, lines, ms }: GateCase): Case {
  const message = [outcome, ...lines.slice(0, 1)].join(': ');
  const seconds = ms === null ? null : ms / 1000;
  return { name, seconds, result: RESULTS[outcome], type: outcome, message, lines };
}
