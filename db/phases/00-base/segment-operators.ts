import { containsPattern, escapeLike } from './list-leads.ts';
import { lowerCase } from './lower-case.ts';
import { type Bind, firstMoment, isBareDate, type Operator, type Operators, type Target } from './segment.ts';

const textContains: Operator = {
  value: 'text',
  sql: (bind, value, { column }) => `${column} ILIKE ${bind(containsPattern(String(value)))}`,
};

const after: Operator = { value: 'date', sql: (bind, value, { column }) => notBefore(bind, value, column) };
const before: Operator = { value: 'date', sql: (bind, value, { column }) => notAfter(bind, value, column) };

/** Every operator in the words that come to mind first; phase 1 rewrites some so that an index answers them. */
export const NAIVE: Operators = {
  email: {
    contains: textContains,
    equals: { value: 'text', sql: (bind, value) => `email = ${bind(value)}` },
    starts_with: {
      value: 'text',
      sql: (bind, value) => `email ILIKE ${bind(`${escapeLike(String(value))}%`)}`,
    },
    ends_with: {
      value: 'text',
      sql: (bind, value) => `email ILIKE ${bind(`%${escapeLike(String(value))}`)}`,
    },
  },
  text: {
    contains: textContains,
    equals: { value: 'text', sql: (bind, value, { column }) => `lower(${column}) = lower(${bind(value)})` },
  },
  tags: {
    contains: { value: 'tags', sql: hasTags },
    not_contains: { value: 'tags', sql: (bind, value) => `NOT (${hasTags(bind, value)})` },
  },
  choice: {
    equals: { value: 'text', sql: (bind, value, { column }) => `${column} = ${bind(lower(value))}` },
    not_equals: {
      value: 'text',
      sql: (bind, value, { column }) => `${column} IS DISTINCT FROM ${bind(lower(value))}`,
    },
    in: {
      value: 'texts',
      sql: (bind, value, { column }) => `${column} = ANY (${bind(list(value).map(lower))}::text[])`,
    },
  },
  time: { after, before, between: { value: 'dates', sql: between } },
  custom: {
    equals: { value: 'scalar', sql: fieldEquals },
    contains: {
      value: 'text',
      sql: (bind, value, { key }) =>
        `custom_fields ->> ${bind(key)}::text ILIKE ${bind(containsPattern(String(value)))}`,
    },
    exists: {
      value: 'presence',
      sql: (bind, value, { key }) => `(custom_fields ? ${bind(key)}) = ${bind(value ?? true)}::boolean`,
    },
    gt: { value: 'number', sql: (bind, value, target) => comparison(bind, value, target, '>') },
    lt: { value: 'number', sql: (bind, value, target) => comparison(bind, value, target, '<') },
  },
};

function hasTags(bind: Bind, value: unknown): string {
  return (
    list(value)
      .map((tag) => `EXISTS (SELECT FROM unnest(tags) AS tag WHERE lower(tag) = lower(${bind(tag)}))`)
      .join(' AND ') || 'true'
  );
}

/** Texts ignore case. A number is no text that looks like it, and jsonb takes 1 and 1.0 for one number. */
function fieldEquals(bind: Bind, value: unknown, { key }: Target): string {
  const field = `custom_fields -> ${bind(key)}::text`;
  if (typeof value !== 'string') return `${field} = ${bind(JSON.stringify(value))}::jsonb`;
  return `jsonb_typeof(${field}) = 'string' AND lower(custom_fields ->> ${bind(key)}::text) = lower(${bind(value)})`;
}

function between(bind: Bind, value: unknown, { column }: Target): string {
  const [from, to] = list(value);
  return `${notBefore(bind, from, column)} AND ${notAfter(bind, to, column)}`;
}

function notBefore(bind: Bind, value: unknown, column: string): string {
  return `${column} >= ${bind(firstMoment(String(value)))}::timestamptz`;
}

/** A bare date is a whole day, its last moment included. */
function notAfter(bind: Bind, value: unknown, column: string): string {
  const moment = `${bind(firstMoment(String(value)))}::timestamptz`;
  // Not '1 day': that is 23 or 25 hours in a session whose zone changes its clocks on that day.
  return isBareDate(String(value)) ? `${column} < ${moment} + interval '24 hours'` : `${column} <= ${moment}`;
}

/** Compares numbers only. As jsonb, not by a cast: a cast of a text fails, and PostgreSQL may cast first. */
function comparison(bind: Bind, value: unknown, { key }: Target, sign: '<' | '>'): string {
  const field = `custom_fields -> ${bind(key)}::text`;
  return `jsonb_typeof(${field}) = 'number' AND ${field} ${sign} ${bind(JSON.stringify(value))}::jsonb`;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function lower(value: unknown): string {
  return lowerCase(String(value));
}
