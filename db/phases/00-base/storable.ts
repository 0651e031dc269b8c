const REPLACEMENT = '\uFFFD';
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
/** The same two inside JSON, where they are escapes; an even number of backslashes before one belongs to others. */
const UNSTORABLE_ESCAPE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** Replaces what PostgreSQL cannot hold in text: NUL and half a surrogate pair. */
export function storableText(text: string): string {
  return text.replace(UNSTORABLE, REPLACEMENT);
}

/** JSON of `value` that PostgreSQL can hold as jsonb. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSTORABLE_ESCAPE, `$1${REPLACEMENT}`);
}
