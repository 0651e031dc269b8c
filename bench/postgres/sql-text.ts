/** One statement of an SQL file, with the place it starts at. */
export interface Statement {
  readonly text: string;
  readonly file: string;
  /** Line of the statement's first character, counted from 1. */
  readonly line: number;
}

/** What opens something that may contain semicolons: comments, quotes, dollar quotes. */
const TOKEN =
  /--[^\n]*|\/\*|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?:[A-Za-z_]\w*)?\$|\bBEGIN\s+ATOMIC\b|;/gi;

/**
 * Splits SQL text as psql does: at semicolons outside quotes, dollar quotes and comments. Text
 * without a statement (comments only) is dropped. `BEGIN ATOMIC` bodies are not supported.
 */
export function splitStatements(sql: string, file: string): readonly Statement[] {
  const statements: Statement[] = [];
  let start = 0;
  for (const end of statementEnds(sql)) {
    const statement = statementAt(sql, start, end, file);
    if (statement) statements.push(statement);
    start = end + 1;
  }
  return statements;
}

function* statementEnds(sql: string): Generator<number> {
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(sql); token; token = TOKEN.exec(sql)) {
    const [text] = token;
    if (text === ';') yield token.index;
    else if (text === '/*') TOKEN.lastIndex = blockCommentEnd(sql, token.index);
    else if (text.startsWith('$')) TOKEN.lastIndex = closing(sql, text, TOKEN.lastIndex);
    else continue;
  }
  yield sql.length;
}

/** Block comments nest in PostgreSQL. */
function blockCommentEnd(sql: string, start: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(sql); match; match = edge.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  return sql.length;
}

function closing(sql: string, tag: string, from: number): number {
  const end = sql.indexOf(tag, from);
  return end < 0 ? sql.length : end + tag.length;
}

function statementAt(sql: string, start: number, end: number, file: string): Statement | null {
  const first = start + leadOf(sql.slice(start, end));
  const text = sql.slice(first, end).trimEnd();
  return text === '' ? null : { text, file, line: sql.slice(0, first).split('\n').length };
}

/** How many characters of blanks and comments a text begins with. */
function leadOf(text: string): number {
  const blank = /\s+|--[^\n]*/y;
  let at = 0;
  while (blank.test(text) || text.startsWith('/*', at)) {
    at = blank.lastIndex > at ? blank.lastIndex : blockCommentEnd(text, at);
    blank.lastIndex = at;
  }
  return at;
}

/** The text with a blank for each comment, also where a quote or a body holds one. */
export function withoutComments(sql: string): string {
  const comment = /--[^\n]*|\/\*/g;
  const parts: string[] = [];
  let start = 0;
  for (let found = comment.exec(sql); found; found = comment.exec(sql)) {
    parts.push(sql.slice(start, found.index));
    start = found[0] === '/*' ? blockCommentEnd(sql, found.index) : comment.lastIndex;
    comment.lastIndex = start;
  }
  return [...parts, sql.slice(start)].join(' ');
}

/** What a header says of one word, and the line where it begins. */
export interface Fact {
  readonly text: string;
  readonly line: number;
}

/** Facts in the `--! word: text` lines at the head of a file; a word that comes again goes on. */
export function headerOf(sql: string): Readonly<Record<string, Fact>> {
  const facts: Record<string, Fact> = {};
  for (const [at, row] of sql.split('\n').entries()) {
    const [match, word = '', text = ''] = /^--!\s*([\w-]+):\s*(.*)$/.exec(row) ?? [];
    if (match === undefined && row.trim() !== '' && !row.startsWith('--')) break;
    if (match === undefined) continue;
    const begun = facts[word];
    facts[word] = { text: `${begun?.text ?? ''} ${text}`.trim(), line: begun?.line ?? at + 1 };
  }
  return facts;
}

/**
 * The statement's lines around `position` (characters, counted from 1) with a caret below the place,
 * numbered as in the file.
 */
export function excerpt(statement: Statement, position: number | null): { line: number; text: string } {
  const before = statement.text.slice(0, Math.max(0, (position ?? 1) - 1));
  const offset = before.split('\n').length - 1;
  const column = before.length - (before.lastIndexOf('\n') + 1);
  const shown = statement.text.split('\n').slice(Math.max(0, offset - 1), offset + 1);
  const first = statement.line + Math.max(0, offset - 1);
  const numbered = shown.map((text, i) => `${String(first + i).padStart(6)} | ${text}`);
  return { line: statement.line + offset, text: [...numbered, `${' '.repeat(9 + column)}^`].join('\n') };
}
