import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import type { Change, Series } from '../../bench/core/history-series.ts';
import { changeText, lastText, placeText, seriesTitle } from '../../bench/core/history-text.ts';
import { round } from '../html/charts/axis.ts';
import { cut, html, type Markup } from '../html/markup.ts';
import { type Paint, paint } from '../html/palette.ts';

/** Width of a panel. */
export const PANEL_WIDTH = 480;

const PLOT = { left: 62, right: 456, top: 72, bottom: 174 };
const LIST = 210;
const ROW = 16;
/** Further changes are counted, not listed. */
const LISTED = 8;

/** Changes of one place: a slower query often reads more blocks as well. */
interface Mark {
  readonly at: number;
  readonly changes: readonly Change[];
}

/** Height of a series' panel. */
export function panelHeight(series: Series): number {
  const marks = marksOf(series).length;
  return LIST + Math.min(marks, LISTED + 1) * ROW + 8;
}

/** What a panel shows, for who cannot see it. */
export function sentence(series: Series): string {
  const changes = series.changes.map((change) => {
    const { short, levels } = changeText(change);
    return `${short} from run ${placeText(change.first)}: ${levels}`;
  });
  const found = changes.length === 0 ? 'no change' : changes.join('; ');
  return `${seriesTitle(series)}, environment ${series.environment.key}: ${lastText(series)}; ${found}.`;
}

/** Draws a series with its upper left corner at x, y. */
export function drawPanel(series: Series, x: number, y: number): Markup {
  const { scenario, variant, state, environment } = series;
  const marks = marksOf(series);
  return html`<g transform="translate(${x} ${y})">
<text x="16" y="18" font-size="13" font-weight="600">${cut(`${scenario} ${variant}`, 56)}</text>
<text x="16" y="34" font-size="11"${paint({ fill: 'soft' })}>${cut(`state ${state}, environment ${environment.key}: ${lastText(series)}`, 76)}</text>
${drawTimes(series, marks)}
${marks.slice(0, LISTED).map((mark, i) => listed(mark, i))}${marks.length > LISTED && html`<text x="36" y="${LIST + LISTED * ROW}" font-size="11">and ${marks.length - LISTED} more: bench history show</text>`}
</g>
`;
}

function marksOf({ changes }: Series): Mark[] {
  const places = [...new Set(changes.map(({ at }) => at))];
  return places.map((at) => ({ at, changes: changes.filter((change) => change.at === at) }));
}

type Scale = (value: number) => number;

function drawTimes(series: Series, marks: readonly Mark[]): Markup {
  const timed = series.lines.flatMap(({ ms }, at) => (ms === null ? [] : [{ at, ms }]));
  if (timed.length === 0) return html`<text x="${PLOT.left}" y="110">no run has a time</text>`;
  const [x, { y, grid }] = [runScale(series.lines.length), timeScale(timed.map(({ ms }) => ms))];
  const path = line<{ at: number; ms: number }>(
    (point) => x(point.at),
    (point) => y(point.ms),
  ).digits(1)(timed);
  const dots = timed.map(({ at, ms }) => `M${x(at)} ${y(ms)}h0`).join('');
  const levels = series.levels.map(({ from, to, ms }) => `M${x(from) - 3} ${y(ms)}H${x(to) + 3}`).join('');
  return html`${grid}
<path d="${path ?? ''}"${paint({ fill: 'none', stroke: 'rule' })}/>
<path d="${dots}" stroke-width="3.6" stroke-linecap="round"${paint({ fill: 'none', stroke: 'faint' })}/>
<path d="${levels}" stroke-width="2.4"${paint({ fill: 'none', stroke: 'ink' })}/>
${marks.map((mark, i) => marked(mark, i, x(mark.at), isRaised(marks, i, x)))}${dates(series)}`;
}

function runScale(runs: number): Scale {
  const scale = scaleLinear([0, Math.max(1, runs - 1)], [PLOT.left + 6, PLOT.right]);
  return (place) => round(scale(place));
}

/** Not from zero: what is looked for are changes of a few per cent. */
function timeScale(times: readonly number[]): { readonly y: Scale; readonly grid: Markup } {
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const { name, ms } = UNITS.find((unit) => most < unit.below) ?? MINUTES;
  const room = Math.max((most - least) * 0.08, most * 0.01, Number.MIN_VALUE);
  const scale = scaleLinear([(least - room) / ms, (most + room) / ms], [PLOT.bottom, PLOT.top]);
  const format = scale.tickFormat(3);
  const grid = scale.ticks(3).map((tick) => {
    const at = round(scale(tick));
    return html`<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${at}" y2="${at}"${paint({ stroke: 'rule' })}/><text x="${PLOT.left - 6}" y="${at + 4}" text-anchor="end" font-size="11"${paint({ fill: 'faint' })}>${format(tick)} ${name}</text>`;
  });
  return { y: (time) => round(scale(time / ms)), grid: html`${grid}` };
}

const MINUTES = { name: 'min', ms: 60_000, below: Number.POSITIVE_INFINITY };
const UNITS = [{ name: 'ms', ms: 1, below: 1_000 }, { name: 's', ms: 1_000, below: 120_000 }, MINUTES];

function dates({ lines }: Series): Markup {
  const [first, last] = [lines[0]?.time.slice(0, 10) ?? '', lines.at(-1)?.time.slice(0, 10) ?? ''];
  const text = (x: number, anchor: string, date: string) =>
    html`<text x="${x}" y="${PLOT.bottom + 16}" text-anchor="${anchor}" font-size="11"${paint({ fill: 'faint' })}>${date}</text>`;
  return html`${text(PLOT.left, 'start', first)}${last !== first && text(PLOT.right, 'end', last)}`;
}

/** Of marks that stand too near each other, every other one is raised. */
function isRaised(marks: readonly Mark[], i: number, x: Scale): boolean {
  const [mark, before] = [marks[i], marks[i - 1]];
  if (!mark || !before || x(mark.at) - x(before.at) > 22) return false;
  return !isRaised(marks, i - 1, x);
}

/** A dashed line where the new level begins, with the change's shape and number on top. */
function marked(mark: Mark, i: number, x: number, raised: boolean): Markup {
  const top = PLOT.top - (raised ? 16 : 4);
  const colour = toneOf(mark);
  return html`<line x1="${x}" x2="${x}" y1="${top}" y2="${PLOT.bottom}" stroke-dasharray="3 3"${paint({ stroke: colour })}/>
<path d="${shape(mark, x, top - 5)}"${paint({ fill: colour })}/><text x="${x + 7}" y="${top - 1}" font-size="10" font-weight="600">${i + 1}</text>
`;
}

function listed(mark: Mark, i: number): Markup {
  const y = LIST + i * ROW;
  const [first] = mark.changes;
  const words = mark.changes.map((change) => changeText(change).short).join('; ');
  const commit = first?.first.commit;
  const from = commit ? `commit ${commit.slice(0, 12)}` : `run ${first?.first.run ?? ''}`;
  return html`<path d="${shape(mark, 22, y - 4)}"${paint({ fill: toneOf(mark) })}/><text x="36" y="${y}" font-size="11"><tspan font-weight="600">${i + 1}</tspan> ${cut(words, 42)} <tspan${paint({ fill: 'soft' })}>from ${cut(from, 28)}</tspan></text>
`;
}

function clockOf({ changes }: Mark): Change | undefined {
  return changes.find(({ by }) => by === 'clock');
}

function toneOf(mark: Mark): Paint {
  const clock = clockOf(mark);
  if (clock) return changeText(clock).direction === 'up' ? 'slower' : 'faster';
  return mark.changes.some(({ by }) => by === 'answer') ? 'wrong' : 'soft';
}

/** A triangle up for slower, down for faster, a square where the clock says nothing. */
function shape(mark: Mark, x: number, y: number): string {
  const clock = clockOf(mark);
  if (!clock) return `M${x - 4} ${y - 4}h8v8h-8z`;
  return changeText(clock).direction === 'up'
    ? `M${x - 5} ${y + 4}h10l-5 -9z`
    : `M${x - 5} ${y - 5}h10l-5 9z`;
}
