import { markdownText } from './clean.ts';

/** A row of a Markdown table; what is in the cells is escaped. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map(markdownText).join(' | ')} |`;
}

/** The titles and the rule below them. Columns after the first `textColumns` are aligned right. */
export function tableHead(titles: readonly string[], textColumns: number): string[] {
  const rule = titles.map((_, i) => (i < textColumns ? ':--' : '--:'));
  return [tableRow(titles), `| ${rule.join(' | ')} |`];
}
