import { defineReport } from '../bench/core/report.ts';
import type { View } from '../bench/core/view.ts';
import { everyPair, type NamedPair, type Outcome } from '../bench/core/view-pairs.ts';
import { cut } from './html/markup.ts';
import { oneLine } from './text/clean.ts';
import { gateLines } from './text/gate.ts';
import { pairLines, pairName } from './text/pair.ts';

/** GitHub shows so many annotations of each level for a step. */
const SHOWN = 10;
/** GitHub's runner cuts messages at 4,096 characters. */
const LETTERS = 1000;
const TITLE_LETTERS = 200;

/** Workflow commands as GitHub's runner reads them (src/Runner.Common/ActionCommand.cs), a line each. */
export default defineReport({
  title: 'GitHub workflow commands: errors, warnings and a notice beside the checks',
  extension: '.txt',
  render(view) {
    const lines = [
      ...commands('error', [...unfinished(view), ...gateAnnotations(view, true), ...errors(view)]),
      ...commands('warning', warnings(view)),
      ...commands('notice', notices(view)),
    ];
    return lines.map((line) => `${line}\n`).join('');
  },
});

interface Annotation {
  readonly title: string;
  readonly lines: readonly string[];
}

function unfinished({ status, headline }: View): Annotation[] {
  return status === 'complete' ? [] : [{ title: 'The run did not end', lines: [headline[0] ?? status] }];
}

const TITLES = {
  'answers differ': 'Answers differ',
  failed: 'Failed',
  regressed: 'Regressed',
} satisfies Partial<Record<Outcome, string>>;

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

/** The gate that fails the job, or does not; what changed stands first, since GitHub cuts long messages. */
function gateAnnotations(view: View, isError: boolean): Annotation[] {
  if (!view.gate || (view.gate.exitCode !== 0) !== isError) return [];
  const isChange = (line: string) => line.startsWith('changed: ');
  const lines = gateLines(view).toSorted((a, b) => Number(isChange(b)) - Number(isChange(a)));
  return lines.length > 0 ? [{ title: `Gate ${view.gate.verdict}`, lines }] : [];
}

/** At most as many as GitHub shows; the last one stands for those that do not fit. */
function commands(level: 'error' | 'warning' | 'notice', all: readonly Annotation[]): string[] {
  if (all.length <= SHOWN) return all.map((one) => command(level, one));
  const rest = all.slice(SHOWN - 1);
  const sum = {
    title: `${rest.length} more ${level}s`,
    lines: rest.map(({ title, lines }) => `${title}: ${lines[0]}`),
  };
  return [...all.slice(0, SHOWN - 1), sum].map((one) => command(level, one));
}

function command(level: string, { title, lines }: Annotation): string {
  const message = cut(lines.map(oneLine).join('\n'), LETTERS);
  return `::${level} title=${property(cut(oneLine(title), TITLE_LETTERS))}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
