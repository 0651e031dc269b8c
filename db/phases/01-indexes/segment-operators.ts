import { containsPattern, escapeLike } from '../00-base/list-leads.ts';
import { lowerCase } from '../00-base/lower-case.ts';
import type { Bind, Operator, Operators } from '../00-base/segment.ts';
import { NAIVE } from '../00-base/segment-operators.ts';

const likeEmail = (pattern: (text: string) => string): Operator => ({
  value: 'text',
  sql: (bind, value) => `email::text ILIKE ${bind(pattern(String(value)))}`,
});

const endsWith: Operator = {
  value: 'text',
  sql: (bind, value) => {
    // Reversed here: the planner makes a range only of a pattern whose beginning it can see.
    const reversed = [...lowerCase(String(value))].reverse().join('');
    return `reverse(lower(email::text)) LIKE ${bind(`${escapeLike(reversed)}%`)}`;
  },
};

/** ILIKE without wildcards is equality that a trigram index answers; `lower(name) = …` has none. */
const textEquals: Operator = {
  value: 'text',
  sql: (bind, value, { column }) => `${column} ILIKE ${bind(escapeLike(String(value)))}`,
};

const customEquals: Operator = {
  value: 'scalar',
  sql: (bind, value, { key }) => `custom_fields @> ${bind(JSON.stringify({ [key]: value }))}::jsonb`,
};

/** The operators of a segment in words an index can answer: `@>` for `= ANY` and `->`, LIKE on text for citext. */
export const INDEXED: Operators = {
  ...NAIVE,
  email: {
    ...NAIVE.email,
    contains: likeEmail(containsPattern),
    starts_with: likeEmail((text) => `${escapeLike(text)}%`),
    ends_with: endsWith,
  },
  text: { ...NAIVE.text, equals: textEquals },
  tags: {
    contains: { value: 'tags', sql: hasTags },
    not_contains: { value: 'tags', sql: (bind, value) => `NOT (${hasTags(bind, value)})` },
  },
  custom: { ...NAIVE.custom, equals: customEquals },
};

function hasTags(bind: Bind, value: unknown): string {
  return `tags @> ${bind(Array.isArray(value) ? value : [value])}::text[]`;
}
