import { formatBytes, formatMs } from '../../../bench/core/units.ts';
import type { View } from '../../../bench/core/view.ts';
import { type Chart, table } from '../figure.ts';
import { cut, html, type Markup } from '../markup.ts';
import { type Paint, paint } from '../palette.ts';
import { gridLines, zeroAxis } from './axis.ts';

const WIDTH = 960;
const TOP = 32;
const ROW = 30;

interface Panel {
  readonly title: string;
  readonly left: number;
  readonly right: number;
  readonly fill: Paint;
  readonly values: readonly number[];
  readonly texts: readonly string[];
  readonly format: (value: number) => string;
}

/** What building each state cost: time and WAL, as bars from zero; null where nobody measured it, as of a gate's sides. */
export function buildChart(view: View): Chart | null {
  const states = view.states;
  if (states.every(({ buildMs, walBytes }) => buildMs === 0 && walBytes === 0)) return null;
  const time: Panel = {
    ...{ title: 'build time', left: 140, right: 460, fill: 'table', format: formatMs },
    ...{ values: states.map(({ buildMs }) => buildMs), texts: states.map(({ buildText }) => buildText) },
  };
  const wal: Panel = {
    ...{ title: 'WAL written', left: 570, right: 880, fill: 'view', format: formatBytes },
    ...{ values: states.map(({ walBytes }) => walBytes), texts: states.map(({ walText }) => walText) },
  };
  return {
    id: 'build',
    title: 'What each state costs to build',
    finding: finding(view),
    description: 'Two sets of bars from zero, one per state: build time and WAL written.',
    width: WIDTH,
    height: TOP + states.length * ROW + 26,
    body: html`${states.map(({ name }, i) => html`<text x="128" y="${TOP + i * ROW + 19}" text-anchor="end" font-weight="600">${cut(name, 17)}</text>`)}${bars(time)}${bars(wal)}`,
    table: buildTable(view),
  };
}

function finding(view: View): string {
  const phases = view.states.slice(1);
  const costliest = (phases.length > 0 ? phases : view.states).reduce((a, b) =>
    b.buildMs > a.buildMs ? b : a,
  );
  return `Of the phases, ${costliest.name} took longest to apply: ${costliest.buildText}, writing ${costliest.walText} of WAL.`;
}

function bars(panel: Panel): Markup {
  const axis = zeroAxis(panel.values, panel.left, panel.right, 4);
  const bottom = TOP + panel.values.length * ROW;
  return html`<text x="${panel.left}" y="18" font-size="12"${paint({ fill: 'soft' })}>${panel.title}</text>${gridLines(axis, TOP, bottom, panel.format)}
${panel.values.map((value, i) => {
  const y = TOP + i * ROW;
  const width = Math.max(1, Math.round(axis.at(value) - panel.left));
  return html`<rect x="${panel.left}" y="${y + 6}" width="${width}" height="${ROW - 12}"${paint({ fill: panel.fill })}/><text x="${panel.left + width + 7}" y="${y + 19}" font-weight="600">${panel.texts[i] ?? ''}</text>`;
})}`;
}

function buildTable(view: View): Markup {
  return table({
    caption: 'Cost of building each state',
    columns: ['State', '#Build time', '#WAL', '#DDL steps', 'From the cache'],
    rows: view.states.map(({ name, buildText, walText, ddl, cached }) => [
      ...[name, buildText, walText, String(ddl.length), cached ? 'yes, figures of the first build' : 'no'],
    ]),
  });
}
