import { html, type Markup } from './markup.ts';
import { paint } from './palette.ts';

/** A chart with everything a reader without eyes, CSS or JavaScript needs. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in one sentence. */
  readonly finding: string;
  /** How it is drawn, for a screen reader. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly body: Markup;
  /** The same figures. */
  readonly table: Markup;
}

/** A figure: drawing, finding, and its figures as a table. Wide drawings scroll in their own box. */
export function figure(chart: Chart): Markup {
  const { id, title, finding, description, width, height, body, table } = chart;
  return html`<figure id="${id}">
<h3>${title}</h3>
<div class="scroll drawing" role="region" tabindex="0" aria-label="${title}">
<svg role="img" aria-labelledby="${id}-t ${id}-d" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12"${paint({ fill: 'ink' })}>
<title id="${id}-t">${title}</title><desc id="${id}-d">${description} ${finding}</desc>
${body}
</svg></div>
<figcaption>${finding}</figcaption>
<details><summary>The same figures as a table</summary>${table}</details>
</figure>
`;
}

export interface Cell {
  readonly text: string | Markup;
  /** What the column sorts by, when not its text. */
  readonly sort?: number | null;
  readonly tone?: string;
}

export interface TableShape {
  readonly caption: string;
  /** A title that starts with `#` is of a column of figures, aligned right. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (Cell | string)[])[];
  readonly sortable?: boolean;
}

/** A table whose first column names its rows. Nothing when there are no rows. */
export function table(shape: TableShape): Markup {
  if (shape.rows.length === 0) return html`<p>No figures.</p>`;
  const numeric = shape.columns.map((title) => title.startsWith('#'));
  const heads = shape.columns.map(
    (title, i) =>
      html`<th scope="col"${numeric[i] && html` class="n" align="right"`}>${title.replace(/^#/, '')}</th>`,
  );
  const rows = shape.rows.map(
    (cells) => html`<tr>${cells.map((cell, i) => tableCell(cell, i === 0, numeric[i] ?? false))}</tr>\n`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${shape.caption}"><table${shape.sortable && html` class="sortable"`}>
<caption>${shape.caption}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${rows}</tbody></table></div>
`;
}

function tableCell(cell: Cell | string, isHead: boolean, isNumber: boolean): Markup {
  const { text, sort, tone } =
    typeof cell === 'string' ? { text: cell, sort: undefined, tone: undefined } : cell;
  const classes = [isNumber ? 'n' : '', tone ?? ''].filter(Boolean).join(' ');
  const attributes = html`${classes !== '' && html` class="${classes}"`}${isNumber && html` align="right"`}${sort !== undefined && html` data-sort="${sort ?? ''}"`}`;
  return isHead ? html`<th scope="row"${attributes}>${text}</th>` : html`<td${attributes}>${text}</td>`;
}
