import type { Series } from '../../bench/core/history-series.ts';
import { html, type Markup } from '../html/markup.ts';
import { paint } from '../html/palette.ts';
import { drawPanel, PANEL_WIDTH, panelHeight, sentence } from './panel.ts';

const ACROSS = 2;
const HEAD = 56;
const WIDTH = ACROSS * PANEL_WIDTH;

/**
 * A history as one SVG document: a panel for each series, times over runs, changes marked by shape, number and word.
 * It needs neither CSS nor scripts, and its description says in words what it shows.
 */
export function historyPlot(all: readonly Series[]): string {
  const tops: number[] = [];
  let height = HEAD;
  for (const [i] of all.entries()) {
    if (i % ACROSS !== 0) continue;
    tops.push(height);
    height += Math.max(...all.slice(i, i + ACROSS).map(panelHeight));
  }
  const panels = all.map((series, i) =>
    drawPanel(series, (i % ACROSS) * PANEL_WIDTH, tops[Math.floor(i / ACROSS)] ?? 0),
  );
  return page(all, html`${panels}`, height).text;
}

function page(all: readonly Series[], panels: Markup, height: number): Markup {
  return html`<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12"${paint({ fill: 'ink' })}>
<title id="title">${title(all)}</title>
<desc id="description">${all.length === 0 ? 'Nothing was added yet.' : all.map(sentence).join(' ')}</desc>
<rect width="${WIDTH}" height="${height}"${paint({ fill: 'card' })}/>
<text x="16" y="24" font-size="16" font-weight="600">${title(all)}</text>
<text x="16" y="42" font-size="11"${paint({ fill: 'soft' })}>${KEY}</text>
${panels}</svg>
`;
}

const KEY =
  'Dots are runs, bars the level between changes by the clock. Marks: ▲ slower, ▼ faster, ■ a counter or the answer.';

function title(all: readonly Series[]): string {
  const changed = all.filter(({ changes }) => changes.length > 0).length;
  const variants = all.length === 1 ? '1 variant' : `${all.length} variants`;
  return `History of ${variants}, ${changed} with changes`;
}
