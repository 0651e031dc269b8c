import type { Segment } from '../../db/application.ts';
import { lowerCase } from '../../db/phases/00-base/lower-case.ts';
import type { Lead } from '../../fixtures/model/lead.ts';

type Condition = Extract<Segment, { readonly field: string }>;

const CUSTOM = 'custom_fields.';
const DAY_MS = 86_400_000;

/** Whether a lead belongs to a segment, by the grammar of `docs/segments.md`; for well-formed segments only. */
export function matches(segment: Segment, lead: Lead): boolean {
  if ('and' in segment) return segment.and.every((node) => matches(node, lead));
  if ('or' in segment) return segment.or.some((node) => matches(node, lead));
  if ('not' in segment) return !matches(segment.not, lead);
  return fulfils(segment, lead);
}

function fulfils(condition: Condition, lead: Lead): boolean {
  const { field } = condition;
  if (field.startsWith(CUSTOM))
    return customFulfils(condition, lead.custom_fields[field.slice(CUSTOM.length)]);
  switch (field) {
    case 'tags':
      return tagsFulfil(condition, lead.tags);
    case 'created_at':
      return timeFulfils(condition, lead.created_at.getTime());
    case 'updated_at':
      return timeFulfils(condition, lead.updated_at.getTime());
    case 'email':
    case 'name':
    case 'company':
    case 'position':
    case 'source':
    case 'status':
      return textFulfils(condition, lead[field]);
    default:
      throw new RangeError(`unknown field ${field}`);
  }
}

/** NULL fulfils only what is negative. */
function textFulfils({ operator, value }: Condition, text: string | null): boolean {
  if (text === null) return operator === 'not_equals';
  const have = lower(text);
  switch (operator) {
    case 'contains':
      return have.includes(lower(value));
    case 'equals':
      return have === lower(value);
    case 'not_equals':
      return have !== lower(value);
    case 'starts_with':
      return have.startsWith(lower(value));
    case 'ends_with':
      return have.endsWith(lower(value));
    case 'in':
      return list(value).map(lower).includes(have);
    default:
      throw unknownOperator(operator);
  }
}

function tagsFulfil({ operator, value }: Condition, tags: readonly string[]): boolean {
  const have = new Set(tags.map(lower));
  const hasAll = list(value).every((tag) => have.has(lower(tag)));
  if (operator === 'contains') return hasAll;
  if (operator === 'not_contains') return !hasAll;
  throw unknownOperator(operator);
}

/** Both ends belong to it; a bare date is the whole day in UTC. */
function timeFulfils({ operator, value }: Condition, ms: number): boolean {
  const [from, to] = list(value).map(String);
  switch (operator) {
    case 'after':
      return ms >= firstMoment(from);
    case 'before':
      return ms <= lastMoment(from);
    case 'between':
      return ms >= firstMoment(from) && ms <= lastMoment(to);
    default:
      throw unknownOperator(operator);
  }
}

function firstMoment(date = ''): number {
  if (date.length === 10) return Date.parse(`${date}T00:00:00Z`);
  return Date.parse(/(Z|[+-]\d\d:\d\d)$/.test(date) ? date : `${date}Z`);
}

function lastMoment(date = ''): number {
  return date.length === 10 ? firstMoment(date) + DAY_MS - 1 : firstMoment(date);
}

function customFulfils({ operator, value }: Condition, have: unknown): boolean {
  switch (operator) {
    case 'exists':
      return (have !== undefined) === (value ?? true);
    case 'equals':
      return typeof have === 'string' && typeof value === 'string'
        ? lower(have) === lower(value)
        : have === value;
    case 'contains':
      return have !== undefined && have !== null && lower(have).includes(lower(value));
    case 'gt':
      return typeof have === 'number' && typeof value === 'number' && have > value;
    case 'lt':
      return typeof have === 'number' && typeof value === 'number' && have < value;
    default:
      throw unknownOperator(operator);
  }
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function lower(value: unknown): string {
  return lowerCase(String(value));
}

function unknownOperator(operator: string): RangeError {
  return new RangeError(`unknown operator ${operator}`);
}
