import { formatMs } from '../../../bench/core/units.ts';
import type { View } from '../../../bench/core/view.ts';
import { type CellView, samplesText } from '../../../bench/core/view-cells.ts';
import type { ScenarioView, VariantView } from '../../../bench/core/view-scenarios.ts';
import { type Chart, table } from '../figure.ts';
import { cut, html, type Markup } from '../markup.ts';
import { type Paint, paint, stepPaint } from '../palette.ts';
import { type Axis, gridLines, logAxis, round, zeroAxis } from './axis.ts';

const WIDTH = 960;
const ACROSS = 3;
/** Names of lanes are cut; there is room for the longest, and for so much at least. */
const NAME_LETTERS = 28;
const LEAST_LABELS = 104;
/** Room at the right of a panel for the median in figures. */
const FIGURES = 58;
const LANE = 22;
const HEAD = 26;

/**
 * Every block value of a scenario: a panel per variant, a lane per state. Drawn twice, on a logarithmic
 * axis and on one from zero; the second is shown by the page's switch. Null without samples.
 */
export function dotsChart(view: View, scenario: ScenarioView, id: string): Chart | null {
  const variants = scenario.variants.filter(({ cells }) => cells.some(({ samples }) => samples.length > 0));
  if (variants.length === 0) return null;
  const height = HEAD + view.states.length * LANE + 34;
  const labels = labelWidth(view);
  const across = Math.min(ACROSS, variants.length);
  const width = (WIDTH - labels) / across;
  const rows = Math.ceil(variants.length / across);
  const panels = variants.map((variant, i) => {
    const place = { x: labels + (i % across) * width, y: Math.floor(i / across) * height, width };
    return panel(variant, place, lanePaints(view));
  });
  return {
    id,
    title: `${scenario.name}: every block`,
    finding: finding(scenario, variants),
    description:
      'One panel per variant, one lane per state, one dot per block; the upright bar is the median, also in figures.',
    width: WIDTH,
    height: rows * height,
    body: html`${Array.from({ length: rows }, (_, i) => laneNames(view, labels, i * height))}${panels}`,
    table: dotsTable(scenario, variants),
  };
}

function finding(scenario: ScenarioView, variants: readonly VariantView[]): string {
  const blocks = variants
    .flatMap(({ cells }) => cells.map((cell) => cell.blocks))
    .filter((count) => count > 0);
  const [least, most] = [Math.min(...blocks), Math.max(...blocks)];
  const range = least === most ? `${most}` : `${least} to ${most}`;
  const few = most < 6 ? ' Too few for an interval: every one of them is shown.' : '';
  return `${scenario.title}: each dot is one block, ${range} ${most === 1 ? 'block' : 'blocks'} per state.${few}`;
}

/** A state of an ablation goes by the object that it lacks. */
function laneTitles({ states, omissions }: View): string[] {
  return states.map(({ name }, i) => {
    const object = omissions.find(({ state }) => state === name)?.object;
    return `${i} ${cut(object === undefined ? name : `− ${object}`, NAME_LETTERS)}`;
  });
}

function labelWidth(view: View): number {
  return Math.max(LEAST_LABELS, ...laneTitles(view).map((title) => Math.round(18 + 6.4 * title.length)));
}

/** Grey is the base, and in an ablation every state that lacks something. */
function lanePaints({ states, design }: View): Paint[] {
  const last = states.length - 1;
  return states.map((_, i) => stepPaint(design === 'chain' || i === last ? i : 0, states.length));
}

function laneNames(view: View, labels: number, top: number): Markup {
  return html`${laneTitles(view).map(
    (title, i) =>
      html`<text x="${labels - 12}" y="${top + HEAD + i * LANE + LANE / 2 + 4}" text-anchor="end"${paint({ fill: 'soft' })}>${title}</text>`,
  )}`;
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function panel(variant: VariantView, { x, y, width }: Place, paints: readonly Paint[]): Markup {
  const [from, to] = [x + 10, x + width - FIGURES];
  const values = variant.cells.flatMap(({ samples }) => samples.map(({ ms }) => ms));
  const bottom = y + HEAD + paints.length * LANE;
  const drawn = (axis: Axis) =>
    html`${gridLines(axis, y + HEAD, bottom)}${variant.cells.map((cell, i) => lane(cell, paints[i] ?? 'soft', axis, y + HEAD + i * LANE))}`;
  return html`<text x="${from}" y="${y + 17}" font-weight="600">${cut(variant.label, 34)}</text>
<g class="axis-fit">${drawn(thinned(logAxis(values, from, to)))}</g><g class="axis-zero" display="none">${drawn(zeroAxis(values, from, to, 3))}</g>`;
}

/** A narrow panel has room for about four values. */
function thinned(axis: Axis): Axis {
  const every = Math.ceil(axis.ticks.length / 4);
  return { at: axis.at, ticks: axis.ticks.filter((_, i) => i % every === 0) };
}

/** All dots of a lane are one path of zero-length strokes with round ends: 12 bytes a dot. */
function lane(cell: CellView, colour: Paint, axis: Axis, top: number): Markup | null {
  if (cell.ms === null) return null;
  const middle = top + LANE / 2;
  const path = cell.samples
    .map(({ block, ms }) => `M${axis.at(ms)} ${round(middle + jitter(block))}h0`)
    .join('');
  const x = axis.at(cell.ms);
  const end = Math.max(x, ...cell.samples.map(({ ms }) => axis.at(ms)));
  return html`<path d="${path}" stroke-width="5.5" stroke-linecap="round" stroke-opacity="0.7"${paint({ fill: 'none', stroke: colour })}/>
<line x1="${x}" x2="${x}" y1="${top + 3}" y2="${top + LANE - 3}" stroke-width="2"${cell.projected && html` stroke-dasharray="3 2"`}${paint({ stroke: 'ink' })}/>
<text x="${round(end + 9)}" y="${middle + 4}" font-size="11" font-weight="600">${cell.text}</text>`;
}

/** Spreads blocks over the lane by the golden ratio: neighbours in time are apart, and every run looks the same. */
function jitter(block: number): number {
  return (((block * 0.618_034) % 1) - 0.5) * (LANE - 10);
}

function dotsTable(scenario: ScenarioView, variants: readonly VariantView[]): Markup {
  return table({
    caption: `${scenario.name}: block values`,
    columns: ['Variant', 'State', '#Median', '#Blocks', 'Block values'],
    rows: variants.flatMap(({ label, cells }) =>
      cells.map((cell) => [
        ...[label, cell.state, cell.longText, samplesText(cell)],
        cell.samples.map(({ ms }) => formatMs(ms)).join(', '),
      ]),
    ),
  });
}
