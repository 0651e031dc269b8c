import { oneLine } from './clean.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Wider text is cut with `…`. */
  readonly max: number;
}

const GAP = '  ';

/** A plain text table: header, rule, rows. A row that is one string is a heading over the full width. */
export function textTable(
  columns: readonly Column[],
  rows: readonly (readonly string[] | string)[],
): string[] {
  const cut = rows.map((row) =>
    typeof row === 'string' ? row : row.map((cell, i) => shorten(cell, columns[i])),
  );
  const widths = columns.map((column, i) =>
    Math.max(width(column.title), ...cut.map((row) => (typeof row === 'string' ? 0 : width(row[i] ?? '')))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align ?? 'left'))
      .join(GAP)
      .trimEnd();
  const rule = widths.map((w) => '─'.repeat(w)).join(GAP);
  const body = cut.map((row) => (typeof row === 'string' ? oneLine(row) : line(row)));
  return [line(columns.map(({ title }) => title)), rule, ...body];
}

function shorten(cell: string, column: Column | undefined): string {
  const text = [...oneLine(cell)];
  const max = column?.max ?? text.length;
  return text.length <= max ? text.join('') : `${text.slice(0, max - 1).join('')}…`;
}

function pad(text: string, to: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return align === 'left' ? text + space : space + text;
}

function width(text: string): number {
  return [...text].length;
}

/** Breaks text at spaces so that no line is longer than `columns`; later lines are indented. */
export function wrap(
  text: string,
  columns: number,
  first = '',
  indent = first.replace(/./gu, ' '),
): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of pieces(oneLine(text), columns - width(indent))) {
    const isStart = line === first || line === indent;
    if (!isStart && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = indent + word;
    } else line += isStart ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** Words; one longer than a line is cut into lines. */
function pieces(text: string, columns: number): string[] {
  return text.split(' ').flatMap((word) => {
    const letters = [...word];
    const count = Math.max(1, Math.ceil(letters.length / columns));
    return Array.from({ length: count }, (_, i) => letters.slice(i * columns, (i + 1) * columns).join(''));
  });
}
