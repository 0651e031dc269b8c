import { createHash } from 'node:crypto';
import type { Answer } from './suite.ts';

const NULL = '\\N';
const SEPARATOR = '\u001f';

/** One row as text, the same for every driver and for SQL (`concat_ws` with `\N` for NULL). */
export function canonicalLine(values: readonly unknown[]): string {
  return values.map(canonicalValue).join(SEPARATOR);
}

function canonicalValue(value: unknown): string {
  if (value === null || value === undefined) return NULL;
  if (value === NULL) return `\\${NULL}`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(arrayElement).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(withSortedKeys(value)) : String(value);
}

/** What PostgreSQL puts between quotes in the text of an array. */
const QUOTED = /^$|^null$|[{}",\\ \t\n\r\v\f]/i;

/** As PostgreSQL writes it: "Array Input and Output Syntax" of its manual. */
function arrayElement(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  const text = canonicalValue(value);
  return Array.isArray(value) || !QUOTED.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, withSortedKeys(field)]));
}

/** Fingerprint of rows in which order matters. */
export function orderedDigest(lines: Iterable<string>): Answer {
  const hash = createHash('md5');
  let rows = 0;
  for (const line of lines) {
    hash.update(line).update('\n');
    rows += 1;
  }
  return { digest: `ordered:${rows}:${hash.digest('hex')}`, rows };
}

/**
 * Fingerprint of rows in any order: their count and the sum of the first 60 bits of each line's MD5.
 * `UNORDERED_SQL` computes the same inside PostgreSQL.
 */
export function unorderedDigest(lines: Iterable<string>): Answer {
  let rows = 0;
  let sum = 0n;
  for (const line of lines) {
    sum += BigInt(`0x${createHash('md5').update(line).digest('hex').slice(0, 15)}`);
    rows += 1;
  }
  return unorderedAnswer(rows, sum);
}

/** The answer for a count and a sum that PostgreSQL computed with `unorderedSql`. */
export function unorderedAnswer(rows: number, sum: bigint | string | null): Answer {
  return { digest: `unordered:${rows}:${BigInt(sum ?? 0).toString(16)}`, rows };
}

/**
 * SQL of two columns, `rows` and `sum`, for the canonical line given as a text expression; feed them
 * to `unorderedAnswer`.
 */
export function unorderedSql(line: string): string {
  return `count(*)::int AS rows, sum(('x' || left(md5(${line}), 15))::bit(60)::bigint)::text AS sum`;
}
