import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BenchError } from '../core/errors.ts';
import type { DdlStep } from '../core/state-record.ts';
import { errorPosition, type Session, sqlState } from './session.ts';
import { excerpt, type Fact, headerOf, type Statement, splitStatements } from './sql-text.ts';

export interface SqlFile {
  /** Path relative to the suite, for messages and records. */
  readonly name: string;
  readonly header: Readonly<Record<string, Fact>>;
  readonly statements: readonly Statement[];
  /** The whole text, included files in place: what a hash is made of. */
  readonly text: string;
}

/**
 * Reads a file that also runs under bare psql; `\ir FILE` includes another one beside it. Errors: BENCH-SUITE-INVALID,
 * with the line of the include, or of a word that no header has.
 */
export async function readSqlFile(root: string, name: string): Promise<SqlFile> {
  const parts = await readParts(root, name, []);
  const header = headerOf(parts[0]?.text ?? '');
  for (const [word, { line }] of Object.entries(header)) checkWord(root, `${name}:${line}`, word);
  return {
    name,
    header,
    statements: parts.flatMap((part) => splitStatements(part.text, part.name)),
    text: parts.map((part) => part.text).join('\n'),
  };
}

/** What the head of a file may say of itself, as docs/adding.md tells. */
const HEADER_WORDS = ['title', 'why', 'expects', 'serves', 'after', 'measured-by', 'leave-out'];

/** A word that was mistyped must not pass for one that says nothing. */
function checkWord(folder: string, place: string, word: string): void {
  if (HEADER_WORDS.includes(word)) return;
  const problem = `${place}: no header has the word "${word}"; known: ${HEADER_WORDS.join(', ')}`;
  throw new BenchError('BENCH-SUITE-INVALID', { folder, problem });
}

interface Part {
  readonly name: string;
  readonly text: string;
}

/** A line that includes another file. */
interface Include {
  readonly file: string;
  readonly line: number;
}

/** The file cut at its includes, in the order psql would run the parts; `from` are the includes that lead to it. */
async function readParts(root: string, name: string, from: readonly Include[]): Promise<Part[]> {
  const lines = (await textOf(root, name, from)).split('\n');
  const parts: Part[] = [];
  let start = 0;
  for (const [at, line] of lines.entries()) {
    const include = /^\\ir\s+(\S+)\s*$/.exec(line)?.[1];
    if (include === undefined) continue;
    parts.push(part(name, lines, start, at));
    const included = path.join(path.dirname(name), include);
    parts.push(...(await readParts(root, included, [...from, { file: name, line: at + 1 }])));
    start = at + 1;
  }
  return [...parts, part(name, lines, start, lines.length)];
}

function textOf(root: string, name: string, from: readonly Include[]): Promise<string> {
  const last = from.at(-1);
  const invalid = (problem: string, cause?: Error) => {
    const at = last ? `${last.file}:${last.line}: ` : '';
    return new BenchError('BENCH-SUITE-INVALID', { folder: root, problem: `${at}${problem}` }, { cause });
  };
  if (from.some(({ file }) => file === name)) throw invalid(`${name} includes itself`);
  return readFile(path.join(root, name), 'utf8').catch((cause: Error & { code?: string }) => {
    throw invalid(cause.code === 'ENOENT' ? `there is no file ${name}` : `${name}: ${cause.message}`, cause);
  });
}

/** Blank lines stand for what is in other parts, so that line numbers stay true. */
function part(name: string, lines: readonly string[], from: number, to: number): Part {
  return { name, text: '\n'.repeat(from) + lines.slice(from, to).join('\n') };
}

/**
 * Runs a file statement by statement, each its own transaction unless the file opens one. Tells each
 * statement before it runs.
 */
export async function runSqlFile(
  session: Session,
  file: SqlFile,
  tell: (statement: string) => void = () => undefined,
): Promise<readonly DdlStep[]> {
  const steps: DdlStep[] = [];
  for (const statement of file.statements) {
    tell(firstLine(statement.text));
    steps.push(await runStatement(session, statement));
  }
  return steps;
}

/** Runs one statement; how long it took and how much WAL it wrote. Errors: BENCH-SQL. */
export async function runStatement(session: Session, statement: Statement): Promise<DdlStep> {
  const walBefore = await walPosition(session);
  const start = performance.now();
  await session.script(statement.text).catch((error: unknown) => {
    throw sqlError(statement, error);
  });
  const ms = performance.now() - start;
  const walBytes = Math.max(0, (await walPosition(session)) - walBefore);
  return { file: statement.file, line: statement.line, statement: firstLine(statement.text), ms, walBytes };
}

function firstLine(sql: string): string {
  const line = sql.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

/** Bytes of WAL inserted since the server was made. Inside an open transaction that failed: 0. */
async function walPosition(session: Session): Promise<number> {
  const { rows } = await session.query<{ bytes: number }>(
    "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS bytes",
  );
  return rows[0]?.bytes ?? 0;
}

/** An error of the server becomes file, line, caret and SQLSTATE; any other passes. */
export function sqlError(statement: Statement, error: unknown): unknown {
  const sqlstate = sqlState(error);
  if (sqlstate === null || !(error instanceof Error)) return error;
  if (sqlstate === '53100')
    return new BenchError('BENCH-DISK-FULL', { problem: error.message }, { cause: error });
  const { line, text } = excerpt(statement, errorPosition(error));
  const facts = { file: statement.file, line, problem: error.message, sqlstate, excerpt: text };
  return new BenchError('BENCH-SQL', facts, { cause: error });
}
