import { longTextFault } from './long-text.ts';
import { Refusal } from './refusal.ts';
import { segmentSizeFault } from './segment-size.ts';

/** Turns a value into a `$n` parameter of the statement and returns its placeholder. */
export type Bind = (value: unknown) => string;

/** Where a condition looks: a column of `leads`, or a key inside `custom_fields`. */
export interface Target {
  readonly column: string;
  readonly key: string;
}

/** One operator: what its value must be, and the SQL of the condition. */
export interface Operator {
  readonly value: ValueKind;
  sql(bind: Bind, value: unknown, target: Target): string;
}

/** Operators by the kind of field they apply to. */
export type Operators = Readonly<Record<FieldKind, Readonly<Record<string, Operator>>>>;

export type FieldKind = 'email' | 'text' | 'tags' | 'choice' | 'time' | 'custom';
export type ValueKind = keyof typeof EXPECTED;

export interface SegmentSql {
  /** A boolean expression over `leads`; never NULL where it decides a `not`. */
  readonly where: string;
  /** Values of its parameters, in order. */
  readonly values: readonly unknown[];
}

const MAX_DEPTH = 16;

const FIELDS: Readonly<Record<string, FieldKind>> = {
  email: 'email',
  name: 'text',
  company: 'text',
  position: 'text',
  tags: 'tags',
  source: 'choice',
  status: 'choice',
  created_at: 'time',
  updated_at: 'time',
};

const CUSTOM = /^custom_fields\.(.+)$/s;

const EXPECTED = {
  text: 'a text',
  texts: 'a list of texts',
  tags: 'a text or a list of texts',
  date: 'an ISO date',
  dates: 'a list of two ISO dates',
  scalar: 'a text, a number or a boolean',
  number: 'a number',
  presence: 'true or false, or no value',
};

const ACCEPTS: Readonly<Record<ValueKind, (value: unknown) => boolean>> = {
  text: isText,
  texts: isTexts,
  tags: (value) => isText(value) || isTexts(value),
  date: isIsoDate,
  dates: (value) => Array.isArray(value) && value.length === 2 && value.every(isIsoDate),
  scalar: (value) => isText(value) || isNumber(value) || typeof value === 'boolean',
  number: isNumber,
  presence: (value) => value === undefined || typeof value === 'boolean',
};

/**
 * Checks a segment and builds its SQL from `operators`; parameters are numbered from `first`. Nothing
 * of the segment becomes SQL text: values and keys are parameters, columns come from a fixed list.
 * Throws a `Refusal` (22023) that names the place in the JSON.
 */
export function segmentSql(segment: unknown, operators: Operators, first: number): SegmentSql {
  const fault = segmentSizeFault(segment);
  if (fault !== null) throw invalid('$', fault);
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${first - 1 + values.push(value)}`;
  return { where: nodeSql(segment, '$', 1, operators, bind), values };
}

function nodeSql(node: unknown, path: string, depth: number, operators: Operators, bind: Bind): string {
  if (depth > MAX_DEPTH) throw invalid(path, `deeper than ${MAX_DEPTH} levels`);
  const record = isRecord(node) ? node : {};
  const shape = Object.keys(record).sort().join(' ');
  const child = (value: unknown, place: string) => nodeSql(value, place, depth + 1, operators, bind);
  switch (shape) {
    case 'and':
      return joined(record['and'], `${path}.and`, ' AND ', 'true', child);
    case 'or':
      return joined(record['or'], `${path}.or`, ' OR ', 'false', child);
    case 'not':
      // A condition on a missing value is NULL. IS NOT TRUE takes that for false, as a reader does.
      return `(${child(record['not'], `${path}.not`)}) IS NOT TRUE`;
    case 'field operator':
    case 'field operator value':
      return conditionSql(record, path, operators, bind);
    default:
      throw invalid(path, 'expected "and", "or", "not" or a condition');
  }
}

function joined(
  nodes: unknown,
  path: string,
  separator: string,
  empty: string,
  child: (node: unknown, path: string) => string,
): string {
  if (!Array.isArray(nodes)) throw invalid(path, 'expected a list');
  if (nodes.length === 0) return empty;
  return `(${nodes.map((node, index) => child(node, `${path}[${index}]`)).join(separator)})`;
}

function conditionSql(
  condition: Readonly<Record<string, unknown>>,
  path: string,
  operators: Operators,
  bind: Bind,
): string {
  const { field, operator: name, value } = condition;
  if (typeof field !== 'string') throw invalid(`${path}.field`, 'expected a text');
  checkLength(`${path}.field`, field);
  const key = CUSTOM.exec(field)?.[1];
  const kind = key === undefined ? ownValue(FIELDS, field) : 'custom';
  if (kind === undefined) throw invalid(`${path}.field`, `unknown field ${JSON.stringify(field)}`);
  if (typeof name !== 'string') throw invalid(`${path}.operator`, 'expected a text');
  const operator = ownValue(operators[kind], name);
  if (operator === undefined) {
    throw invalid(`${path}.operator`, `${JSON.stringify(field)} has no operator ${JSON.stringify(name)}`);
  }
  if (!ACCEPTS[operator.value](value)) throw invalid(`${path}.value`, `expected ${EXPECTED[operator.value]}`);
  checkLength(`${path}.value`, value);
  return `(${operator.sql(bind, value, { column: field, key: key ?? '' })})`;
}

/** Throws when a text, or one of a list, is too long; what is neither is no text. */
function checkLength(path: string, value: unknown): void {
  const fault = longTextFault([value].flat().filter(isText));
  if (fault !== null) throw invalid(path, fault);
}

/** A property of the object itself: `constructor` is no field. */
function ownValue<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function invalid(path: string, problem: string): Refusal {
  return new Refusal('22023', `invalid segment at ${path}: ${problem}`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

const ISO_DATE =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])?)?$/;
const BARE_DATE_LENGTH = 10;

function isIsoDate(value: unknown): value is string {
  const [, year, month, day] = ISO_DATE.exec(typeof value === 'string' ? value : '') ?? [];
  if (year === undefined || year === '0000') return false;
  const date = new Date(`${year}-${month}-01T00:00:00Z`);
  date.setUTCDate(Number(day));
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}

/** The first moment of a date as text that means the same in every session's time zone. */
export function firstMoment(date: string): string {
  if (isBareDate(date)) return `${date}T00:00:00Z`;
  return /(Z|[+-]\d\d:\d\d)$/.test(date) ? date : `${date}Z`;
}

/** Whether a date names a whole day, in UTC. */
export function isBareDate(date: string): boolean {
  return date.length === BARE_DATE_LENGTH;
}
