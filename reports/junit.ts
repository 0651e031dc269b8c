import { defineReport } from '../bench/core/report.ts';
import type { View } from '../bench/core/view.ts';
import { everyPair, type NamedPair, type PairView } from '../bench/core/view-pairs.ts';
import { type Case, junitXml, RESULTS, type Suite, verdictSuite } from './text/junit.ts';
import { pairLines, verdictLine } from './text/pair.ts';

export default defineReport({
  title: 'JUnit XML, for the test reports of Jenkins and GitLab',
  extension: '.xml',
  render(view) {
    return junitXml(view, [
      ...runSuite(view),
      ...verdictSuite(view, view.headline[0]),
      ...view.scenarios.map((scenario) => scenarioSuite(view, scenario.name)),
    ]);
  },
});

/** A run that did not end must not look like one that passed. */
function runSuite({ status, headline }: View): Suite[] {
  if (status === 'complete') return [];
  const message = headline[0] ?? status;
  const whole = { name: 'complete', seconds: null, result: 'error' as const };
  return [{ name: 'run', cases: [{ ...whole, type: status, message, lines: [message] }] }];
}

function scenarioSuite({ scenarios }: View, name: string): Suite {
  return { name, cases: everyPair(scenarios.filter((scenario) => scenario.name === name)).map(caseOf) };
}

function caseOf({ variant, pair }: NamedPair): Case {
  return {
    name: [variant.label, pair.title].filter((part) => part !== '').join(', '),
    seconds: secondsOf(pair),
    result: RESULTS[pair.outcome],
    type: pair.outcome,
    message: verdictLine(pair),
    lines: pairLines(pair),
  };
}

function secondsOf({ after }: PairView): number | null {
  return after.ms === null ? null : after.ms / 1000;
}
