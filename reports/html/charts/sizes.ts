import { stack } from 'd3-shape';
import { formatBytes } from '../../../bench/core/units.ts';
import type { View } from '../../../bench/core/view.ts';
import type { StateView } from '../../../bench/core/view-states.ts';
import { type Chart, table } from '../figure.ts';
import { cut, html, type Markup } from '../markup.ts';
import { type Paint, paint } from '../palette.ts';
import { gridLines, zeroAxis } from './axis.ts';

const WIDTH = 960;
const PLOT = { left: 150, right: 780 };
const TOP = 40;
const ROW = 40;
const KINDS = ['tableBytes', 'indexBytes', 'viewBytes'] as const;

type Kind = (typeof KINDS)[number];

const LOOK: Readonly<Record<Kind, { name: string; fill: Paint; text: (state: StateView) => string }>> = {
  tableBytes: { name: 'tables', fill: 'table', text: ({ tableText }) => tableText },
  indexBytes: { name: 'indexes', fill: 'index', text: ({ indexText }) => indexText },
  viewBytes: { name: 'materialized views', fill: 'view', text: ({ viewText }) => viewText },
};

/** Bytes of tables, indexes and views in each state, as bars from zero. */
export function sizesChart(view: View): Chart | null {
  if (view.states.every(({ relations }) => relations.length === 0)) return null;
  const totals = view.states.map((state) => KINDS.reduce((sum, kind) => sum + state[kind], 0));
  const axis = zeroAxis(totals, PLOT.left, PLOT.right);
  const bottom = TOP + view.states.length * ROW;
  const layers = stack<StateView, Kind>()
    .keys(KINDS)
    .value((state, kind) => state[kind])([...view.states]);
  return {
    id: 'sizes',
    title: 'Storage in each state',
    finding: view.findings.size ?? `The database holds ${view.states[0]?.bytesText ?? 'nothing'}.`,
    description: 'One bar per state from zero: tables, indexes (hatched) and materialized views.',
    width: WIDTH,
    height: bottom + 26,
    body: html`${hatch()}${legend()}${gridLines(axis, TOP, bottom, formatBytes)}${view.states.map((state, i) => names(state, i))}${layers.map(
      (layer) =>
        layer.map(([from, to], i) =>
          segment(layer.key, view.states[i], axis.at(from), axis.at(to), TOP + i * ROW),
        ),
    )}`,
    table: sizesTable(view),
  };
}

function hatch(): Markup {
  return html`<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6"${paint({ fill: 'index' })}/><line x1="0" x2="0" y1="0" y2="6" stroke-width="2.4" stroke-opacity="0.45"${paint({ stroke: 'card' })}/></pattern></defs>`;
}

function fillOf(kind: Kind): Markup {
  return kind === 'indexBytes' ? html` fill="url(#hatch)"` : paint({ fill: LOOK[kind].fill });
}

function legend(): Markup {
  return html`${KINDS.map(
    (kind, i) =>
      html`<rect x="${PLOT.left + i * 120}" y="10" width="14" height="14"${fillOf(kind)}/><text x="${PLOT.left + 20 + i * 120}" y="21"${paint({ fill: 'soft' })}>${LOOK[kind].name}</text>`,
  )}`;
}

function names(state: StateView, i: number): Markup {
  const y = TOP + i * ROW + ROW / 2 + 4;
  return html`<text x="${PLOT.left - 12}" y="${y}" text-anchor="end" font-weight="600">${cut(state.name, 18)}</text>
<text x="${WIDTH - 8}" y="${y - (state.growthText ? 4 : 0)}" text-anchor="end" font-weight="600" font-size="13">${state.bytesText}</text>
<text x="${WIDTH - 8}" y="${y + 11}" text-anchor="end" font-size="11"${paint({ fill: 'soft' })}>${state.growthText ?? ''}</text>`;
}

function segment(
  kind: Kind,
  state: StateView | undefined,
  from: number,
  to: number,
  top: number,
): Markup | null {
  if (!state || to - from < 0.3) return null;
  const width = to - from;
  // On the hatched bar the text stands on a plate of its own, or it could not be read.
  const plate =
    kind === 'indexBytes' &&
    html`<rect x="${from + 5}" y="${top + 12}" width="52" height="17" rx="3"${paint({ fill: 'card' })}/>`;
  const fill: Paint = kind === 'indexBytes' ? 'ink' : 'card';
  const label =
    width > 64 &&
    html`${plate}<text x="${from + 9}" y="${top + 25}" font-size="11.5" font-weight="600"${paint({ fill })}>${LOOK[kind].text(state)}</text>`;
  return html`<rect x="${from}" y="${top + 7}" width="${Math.round(width * 10) / 10}" height="${ROW - 14}"${fillOf(kind)}/>${label}`;
}

function sizesTable(view: View): Markup {
  return table({
    caption: 'Bytes in each state',
    columns: [
      'State',
      '#Tables',
      '#Indexes',
      '#Materialized views',
      '#Database',
      '#Against the state before',
    ],
    rows: view.states.map(({ name, tableText, indexText, viewText, bytesText, growthText }) => [
      ...[name, tableText, indexText, viewText, bytesText, growthText ?? '—'],
    ]),
  });
}
