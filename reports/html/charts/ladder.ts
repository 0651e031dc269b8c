import { line } from 'd3-shape';
import type { View } from '../../../bench/core/view.ts';
import type { CellView } from '../../../bench/core/view-cells.ts';
import type { ScenarioView, VariantView } from '../../../bench/core/view-scenarios.ts';
import { type Chart, table } from '../figure.ts';
import { cut, html, type Markup } from '../markup.ts';
import { type Paint, paint, stepPaint } from '../palette.ts';
import { type Axis, gridLines, logAxis } from './axis.ts';

const WIDTH = 960;
const PLOT = { left: 186, right: 836 };
const TOP = 44;
const LANE = 15;

interface Rung {
  readonly scenario: ScenarioView;
  readonly variant: VariantView;
}

/**
 * Before and after for every scenario's main variant: one lane per state, so that states of equal time
 * do not hide each other. Null when nothing was measured.
 */
export function ladderChart(view: View): Chart | null {
  const rungs = view.scenarios.flatMap((scenario): Rung[] => {
    const variant = scenario.variants.find(({ main }) => main) ?? scenario.variants[0];
    return variant?.cells.some(({ ms }) => ms !== null) ? [{ scenario, variant }] : [];
  });
  if (rungs.length === 0) return null;
  const times = rungs.flatMap(({ variant }) => variant.cells.flatMap(({ ms }) => (ms === null ? [] : [ms])));
  const axis = logAxis(times, PLOT.left, PLOT.right, 2);
  const height = view.states.length * LANE + 22;
  const bottom = TOP + rungs.length * height;
  return {
    id: 'ladder',
    title: 'Time of each scenario, state by state',
    finding: view.findings.speed,
    description:
      'One row per scenario, time on a logarithmic axis, further left is faster. Within a row each state has a lane, the base on top; the number in a mark is the state’s.',
    width: WIDTH,
    height: bottom + 26,
    body: html`${legend(view)}${rungs.map((_, i) => band(i, height))}${gridLines(axis, TOP, bottom)}${rungs.map((rung, i) => rungMarks(rung, axis, TOP + i * height, height))}`,
    table: ladderTable(view, rungs),
  };
}

function legend(view: View): Markup {
  const step = Math.min(170, (WIDTH - 20) / Math.max(1, view.states.length));
  return html`${view.states.map(
    ({ name }, i) =>
      html`${mark({ x: 12 + i * step, y: 16, i, n: view.states.length, projected: false })}<text x="${26 + i * step}" y="20"${paint({ fill: 'soft' })}>${cut(name, 20)}</text>`,
  )}`;
}

function band(i: number, height: number): Markup | null {
  if (i % 2 === 1) return null;
  return html`<rect x="0" y="${TOP + i * height}" width="${WIDTH}" height="${height}"${paint({ fill: 'band' })}/>`;
}

function rungMarks({ scenario, variant }: Rung, axis: Axis, top: number, height: number): Markup {
  const n = variant.cells.length;
  const points = variant.cells.flatMap((cell, i) =>
    cell.ms === null
      ? []
      : [{ cell, i, n, x: axis.at(cell.ms), y: top + 18 + i * LANE, projected: cell.projected }],
  );
  const path = line<(typeof points)[number]>(
    ({ x }) => x,
    ({ y }) => y,
  )(points);
  const middle = top + height / 2;
  const { whole } = variant;
  return html`<text x="8" y="${middle - 3}" font-weight="600" font-size="14">${cut(scenario.name, 22)}</text>
<text x="8" y="${middle + 13}" font-size="11.5"${paint({ fill: 'soft' })}>${cut(variant.label, 28)}</text>
<path d="${path ?? ''}" stroke-width="1.5"${paint({ fill: 'none', stroke: 'faint' })}/>
${points.map(mark)}${points.map(({ cell, x, y }, k) => (k === 0 || k === points.length - 1) && timeLabel(cell, x, y))}
<text x="${WIDTH - 8}" y="${middle + 2}" text-anchor="end" font-size="17" font-weight="650"${paint({ fill: tone(whole?.direction) })}>${whole?.ratioText ?? (whole?.direction === 'differs' ? '✗' : '—')}</text>
<text x="${WIDTH - 8}" y="${middle + 18}" text-anchor="end" font-size="11"${paint({ fill: 'soft' })}>${whole ? (whole.doubt ?? words(whole.direction)) : 'not measured'}</text>`;
}

function words(direction: string): string {
  if (direction === 'differs') return 'answers differ';
  if (direction === 'open') return 'no verdict';
  return direction === 'none' ? 'no ratio' : direction;
}

function tone(direction: string | undefined): Paint {
  if (direction === 'faster' || direction === 'slower') return direction;
  return direction === 'differs' ? 'wrong' : 'soft';
}

/** A projected time is a lower bound: its mark points to where the truth lies. */
function mark({
  x,
  y,
  i,
  n,
  projected,
}: {
  x: number;
  y: number;
  i: number;
  n: number;
  projected: boolean;
}): Markup {
  const colour = stepPaint(i, n);
  const shape = projected
    ? html`<path d="M${x - 6.5} ${y - 6.5}h8l6 6.5l-6 6.5h-8z" stroke-width="1.6"${paint({ fill: 'card', stroke: colour })}/>`
    : html`<circle cx="${x}" cy="${y}" r="6.5" stroke-width="1.6"${paint({ fill: i === 0 ? 'card' : colour, stroke: colour })}/>`;
  const text = projected || i === 0 ? 'ink' : 'card';
  return html`${shape}<text x="${x}" y="${y + 3.2}" text-anchor="middle" font-size="9" font-weight="700"${paint({ fill: text })}>${i}</text>`;
}

function timeLabel(cell: CellView, x: number, y: number): Markup {
  const isLeft = x > PLOT.right - 90;
  return html`<text x="${isLeft ? x - 13 : x + 13}" y="${y + 4}" text-anchor="${isLeft ? 'end' : 'start'}" font-size="12" font-weight="600">${cell.text}</text>`;
}

function ladderTable(view: View, rungs: readonly Rung[]): Markup {
  return table({
    caption: 'Time of each scenario’s main variant in each state',
    columns: ['Scenario', 'Variant', ...view.states.map(({ name }) => `#${name}`), '#Ratio'],
    rows: rungs.map(({ scenario, variant }) => [
      ...[scenario.name, variant.label],
      ...variant.cells.map(({ longText }) => longText),
      variant.whole?.ratioText ?? variant.whole?.text ?? '—',
    ]),
  });
}
