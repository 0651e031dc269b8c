import { defineReport } from '../bench/core/report.ts';
import type { View } from '../bench/core/view.ts';
import { everyPair, type NamedPair } from '../bench/core/view-pairs.ts';
import { type Annotation, gateAnnotations, TITLES, workflowCommands } from './text/annotations.ts';
import { pairLines, pairName } from './text/pair.ts';

export default defineReport({
  title: 'GitHub workflow commands: errors, warnings and a notice beside the checks',
  extension: '.txt',
  render(view) {
    return workflowCommands({
      error: [...unfinished(view), ...gateAnnotations(view, true), ...errors(view)],
      warning: warnings(view),
      notice: notices(view),
    });
  },
});

function unfinished({ status, headline }: View): Annotation[] {
  return status === 'complete' ? [] : [{ title: 'The run did not end', lines: [headline[0] ?? status] }];
}

/** Wrong answers first, then arms that failed, then regressions, the worst of them first. */
function errors({ scenarios }: View): Annotation[] {
  const pairs = everyPair(scenarios);
  const slowest = pairs.toSorted((a, b) => ratioOf(a) - ratioOf(b));
  return [
    ...annotations(pairs, 'answers differ'),
    ...annotations(pairs, 'failed'),
    ...annotations(slowest, 'regressed'),
  ];
}

/** Below 1 is slower. */
function ratioOf({ pair }: NamedPair): number {
  return pair.change?.comparison.ratio ?? 1;
}

function annotations(pairs: readonly NamedPair[], outcome: keyof typeof TITLES): Annotation[] {
  return pairs
    .filter(({ pair }) => pair.outcome === outcome)
    .map((named) => ({ title: `${TITLES[outcome]}: ${pairName(named)}`, lines: pairLines(named.pair) }));
}

function warnings({ recorded }: View): Annotation[] {
  return recorded.map((text) => ({ title: 'Warning of the run', lines: [text] }));
}

function notices(view: View): Annotation[] {
  const pairs = everyPair(view.scenarios);
  const open = ['inconclusive', 'not timed', 'not measured'].flatMap((outcome) => {
    const names = pairs.filter(({ pair }) => pair.outcome === outcome).map(pairName);
    return names.length === 0 ? [] : [`${names.length} of ${pairs.length} ${outcome}: ${names.join('; ')}`];
  });
  return [
    ...gateAnnotations(view, false),
    ...(open.length === 0 ? [] : [{ title: 'No verdict', lines: open }]),
  ];
}
