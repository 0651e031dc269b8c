import { defineReport } from '../bench/core/report.ts';
import type { View } from '../bench/core/view.ts';
import { everyPair, type NamedPair, type Outcome } from '../bench/core/view-pairs.ts';
import type { ChangeView, ScenarioView, VariantView } from '../bench/core/view-scenarios.ts';
import { cut } from './html/markup.ts';
import { markdownText } from './text/clean.ts';
import { gateLines } from './text/gate.ts';
import { tableHead, tableRow } from './text/markdown.ts';
import { verdictLine } from './text/pair.ts';

/** GitHub takes 65,536 characters for a comment, and 1 MiB for the summary of a step. */
const MAX_BYTES = 60_000;
/** Room for what surrounds the rows of a section, and for the line that says what was cut. */
const FRAME_BYTES = 1000;
/** Longer texts in a cell are cut. */
const LETTERS = 300;

export default defineReport({
  title: 'Markdown under 60 kB, for a GitHub step summary or a pull request comment',
  extension: '.md',
  render(view) {
    const sections = [
      headlineSection(view),
      gateSection(view),
      changedSection(view),
      restSection(view),
      stepSection(view),
      warningSection(view),
    ].filter(({ rows }) => rows.length > 0);
    const [head, foot] = [headOf(view), footOf(view)];
    const room = MAX_BYTES - bytesOf(head + foot) - sections.length * FRAME_BYTES;
    return `${[head, ...fitted(sections, room), foot].join('\n\n')}\n`;
  },
});

/** Lines that may be left out from some line on, and what stands around them. */
interface Section {
  readonly open: string;
  readonly rows: readonly string[];
  readonly close: string;
}

/** A bot that keeps one comment finds it by the first line, which nobody sees. The verdict follows. */
function headOf({ title, scale, run, pairText }: View): string {
  const slug = title.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 40);
  const what = markdownText(cut(`${title} at ${scale}, run ${run}`, LETTERS));
  return [`<!-- mailgenius-bench: ${slug} -->`, `**${markdownText(pairText)}**`, what].join('\n\n');
}

function footOf({ source: { server } }: View): string {
  const where = markdownText(cut(`PostgreSQL ${server.version} (${server.kind})`, LETTERS));
  return `${where}. A ratio is time before ÷ time after: above 1× is faster. “Sees” is the smallest slowdown that would have been found.`;
}

function headlineSection({ headline }: View): Section {
  return { open: '', rows: headline.map(bullet), close: '' };
}

function gateSection(view: View): Section {
  const open = summary('What the gate found, and which files changed');
  return { open, rows: gateLines(view).map(bullet), close: '\n</details>' };
}

const CHANGED: readonly Outcome[] = ['answers differ', 'failed', 'regressed', 'accepted', 'improved'];

function changedSection({ scenarios }: View): Section {
  const pairs = everyPair(scenarios);
  const rows = CHANGED.flatMap((outcome) => pairs.filter(({ pair }) => pair.outcome === outcome)).map(
    pairRow,
  );
  return { open: tableHead(TITLES, 3).join('\n'), rows, close: '' };
}

function restSection({ scenarios }: View): Section {
  const rest = everyPair(scenarios).filter(
    ({ pair: { outcome } }) => ![...CHANGED, 'same work'].includes(outcome),
  );
  return details(`${rest.length} without a proven change`, rest.map(pairRow));
}

/** Each state against the one before; where there are two states, or an ablation, these are the pairs themselves. */
function stepSection({ scenarios, design }: View): Section {
  const rows = scenarios.flatMap((scenario) =>
    scenario.variants.flatMap((variant) =>
      design === 'chain' && variant.steps.length > 1
        ? variant.steps.map((step) => stepRow(scenario, variant, step))
        : [],
    ),
  );
  return details('Each state against the one before', rows);
}

function warningSection({ warnings }: View): Section {
  const title = warnings.length === 1 ? '1 warning of the run' : `${warnings.length} warnings of the run`;
  return { ...details(title, warnings.map(bullet)), open: summary(title) };
}

function details(title: string, rows: readonly string[]): Section {
  return { open: [summary(title), ...tableHead(TITLES, 3)].join('\n'), rows, close: '\n</details>' };
}

/** An empty line after it, or what follows is no Markdown. */
function summary(title: string): string {
  return `<details>\n<summary>${title}</summary>\n`;
}

const TITLES = [
  ...['scenario', 'variant', 'states', 'before', 'after', 'change', 'ratio'],
  ...['interval', 'verdict', 'sees'],
];

function pairRow({ scenario, variant, pair }: NamedPair): string {
  const isPlain = pair.outcome === 'improved' || pair.outcome === 'unchanged';
  return row([
    ...[scenario.name, variant.label, pair.title, pair.before.text, pair.after.text],
    ...changeCells(pair.change, isPlain ? pair.outcome : verdictLine(pair)),
  ]);
}

function stepRow({ name }: ScenarioView, { label, cells }: VariantView, step: ChangeView): string {
  const { before, after, verdict, reason } = step.comparison;
  const text = (state: string) => cells.find((cell) => cell.state === state)?.text ?? '—';
  return row([
    ...[name, label, `${before} → ${after}`, text(before), text(after)],
    ...changeCells(step, verdict === 'inconclusive' ? reason : verdict),
  ]);
}

function changeCells(change: ChangeView | null, verdict: string): string[] {
  const ratio = change?.ratioText ?? null;
  return [
    ratio === null ? '—' : (change?.text ?? '—'),
    ...[ratio ?? '—', change?.intervalText ?? '—', verdict, change?.detectableText ?? '—'],
  ];
}

function row(cells: readonly string[]): string {
  return tableRow(cells.map((cell) => cut(cell, LETTERS)));
}

function bullet(text: string): string {
  return `- ${markdownText(cut(text, 2 * LETTERS))}`;
}

/** Sections one after the other, each with as many rows as there is room left for. */
function fitted(sections: readonly Section[], room: number): string[] {
  let left = room;
  return sections.map((section) => {
    const kept = rowsWithin(section.rows, left);
    left -= bytesOf(kept.map((line) => `${line}\n`).join(''));
    return sectionText(section, kept);
  });
}

function rowsWithin(rows: readonly string[], room: number): readonly string[] {
  let left = room;
  const end = rows.findIndex((line) => {
    left -= bytesOf(line) + 1;
    return left < 0;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

function sectionText({ open, rows, close }: Section, kept: readonly string[]): string {
  const missing = rows.length - kept.length;
  const note =
    missing === 0 ? '' : `\n_${missing} of ${rows.length} lines are cut here: GitHub takes no more._`;
  return [open, ...kept, note, close].filter((text) => text !== '').join('\n');
}

/** In UTF-8: never fewer than characters. */
function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
