import { formatRatio } from '../../../bench/core/units.ts';
import type { View } from '../../../bench/core/view.ts';
import type { ChangeView } from '../../../bench/core/view-scenarios.ts';
import { type Chart, table } from '../figure.ts';
import { cut, html, type Markup } from '../markup.ts';
import { type Paint, paint } from '../palette.ts';
import { type Axis, gridLines, logAxis } from './axis.ts';

const WIDTH = 960;
const PLOT = { left: 286, right: 800 };
const TOP = 36;
const ROW = 24;

interface Branch {
  readonly scenario: string;
  readonly label: string;
  readonly isFirst: boolean;
  readonly whole: ChangeView;
}

/** The ratio of first to last state for every variant, with its interval where there is one. */
export function forestChart(view: View): Chart | null {
  const branches = view.scenarios.flatMap(({ name, variants }) =>
    variants
      .flatMap(({ label, whole }) => (whole ? [{ scenario: name, label, whole }] : []))
      .map((branch, i): Branch => ({ ...branch, isFirst: i === 0 })),
  );
  if (branches.length === 0) return null;
  const figures = branches.flatMap(({ whole: { comparison: c } }) => [c.ratio ?? 1, ...(c.interval ?? [])]);
  const axis = logAxis([...figures, 0.5, 2], PLOT.left, PLOT.right, 1.3);
  const bottom = TOP + branches.length * ROW;
  return {
    id: 'forest',
    title: `Ratio of every variant, ${view.states[0]?.name ?? ''} against ${view.states.at(-1)?.name ?? ''}`,
    finding: finding(branches),
    description:
      'One row per variant, the ratio of time before to time after on a logarithmic axis; right of 1× is faster.',
    width: WIDTH,
    height: bottom + 26,
    body: html`${gridLines(axis, TOP, bottom, formatRatio)}${heads(axis, bottom)}${branches.map((branch, i) => row(branch, axis, TOP + i * ROW))}`,
    table: forestTable(branches),
  };
}

function finding(branches: readonly Branch[]): string {
  const of = (direction: ChangeView['direction']) =>
    branches.filter(({ whole }) => whole.direction === direction).length;
  const noRatio = of('differs') + of('none');
  const inDoubt = branches.filter(({ whole }) => whole.doubt !== null).length;
  const open = of('open') - inDoubt;
  const either = open === 0 ? '' : `; ${open} may be either`;
  const doubt = inDoubt === 0 ? '' : `; ${inDoubt} ${inDoubt === 1 ? 'has' : 'have'} no direction`;
  const rest = noRatio === 0 ? '' : ` ${noRatio} ${noRatio === 1 ? 'has' : 'have'} no ratio.`;
  return `Of ${branches.length} variants ${of('faster')} took less time, ${of('slower')} more and ${of('same')} the same${either}${doubt}; points are estimates, a line through a point is its interval.${rest}`;
}

function heads(axis: Axis, bottom: number): Markup {
  const x = axis.at(1);
  return html`<line x1="${x}" x2="${x}" y1="${TOP - 6}" y2="${bottom}" stroke-width="1.5"${paint({ stroke: 'ink' })}/>
<text x="${x - 8}" y="18" text-anchor="end"${paint({ fill: 'slower' })}>← slower</text><text x="${x + 8}" y="18"${paint({ fill: 'faster' })}>faster →</text>`;
}

function row(branch: Branch, axis: Axis, top: number): Markup {
  const y = top + ROW / 2;
  const { whole } = branch;
  const rule =
    branch.isFirst && html`<line x1="0" x2="${WIDTH}" y1="${top}" y2="${top}"${paint({ stroke: 'rule' })}/>`;
  return html`${rule}${branch.isFirst && html`<text x="8" y="${y + 4}" font-weight="600">${cut(branch.scenario, 17)}</text>`}
<text x="${PLOT.left - 12}" y="${y + 4}" text-anchor="end"${paint({ fill: 'soft' })}>${cut(branch.label, 24)}</text>
${point(whole, axis, y)}
<text x="${WIDTH - 8}" y="${y + 4}" text-anchor="end" font-weight="600"${paint({ fill: tone(whole) })}>${whole.ratioText ? [whole.doubt, whole.ratioText].join(' ').trim() : `✗ ${cut(whole.text, 20)}`}</text>`;
}

function tone({ direction }: ChangeView): Paint {
  if (direction === 'faster' || direction === 'slower') return direction;
  return direction === 'differs' ? 'wrong' : 'soft';
}

/** Triangles point to where the change went; a hollow one is projected. */
function point(whole: ChangeView, axis: Axis, y: number): Markup | null {
  const { ratio, interval, projected } = whole.comparison;
  if (ratio === null) return null;
  const x = axis.at(ratio);
  const colour = tone(whole);
  const shape = { faster: `M${x - 6} ${y - 6}l12 6l-12 6z`, slower: `M${x + 6} ${y - 6}l-12 6l12 6z` };
  const path =
    whole.direction === 'faster' || whole.direction === 'slower'
      ? shape[whole.direction]
      : `M${x} ${y - 6}l6 6l-6 6l-6 -6z`;
  const whisker =
    interval &&
    html`<line x1="${axis.at(interval[0])}" x2="${axis.at(interval[1])}" y1="${y}" y2="${y}" stroke-width="2.5"${paint({ stroke: colour })}/>`;
  const stem = html`<line x1="${axis.at(1)}" x2="${x}" y1="${y}" y2="${y}" stroke-width="1"${projected && html` stroke-dasharray="2 3"`}${paint({ stroke: colour })}/>`;
  return html`${interval ? whisker : stem}<path d="${path}" stroke-width="1.6"${paint({ fill: projected ? 'card' : colour, stroke: colour })}/>`;
}

function forestTable(branches: readonly Branch[]): Markup {
  return table({
    caption: 'First against last state, every variant',
    columns: ['Scenario', 'Variant', 'Change', '#Ratio', '#Interval', '#Blocks', 'Verdict'],
    rows: branches.map(({ scenario, label, whole }) => [
      ...[scenario, label, whole.text, whole.ratioText ?? '—', whole.intervalText ?? '—'],
      ...[String(whole.comparison.blocks), `${whole.verdictText}: ${whole.reasonText}`],
    ]),
  });
}
