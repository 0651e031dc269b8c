const REPLACEMENT = '\uFFFD';
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
/** The same two inside JSON, where they are escapes; an even number of backslashes before one belongs to others. */
const MAY_BE_UNSTORABLE = /\\u(?:0000|d[89a-f])/;
const UNSTORABLE_ESCAPE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/** Replaces what PostgreSQL cannot hold in text: NUL and half a surrogate pair. */
export function storableText(text: string): string {
  return text.replace(UNSTORABLE, REPLACEMENT);
}

/** JSON of `value` that PostgreSQL can hold as jsonb. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  return MAY_BE_UNSTORABLE.test(json) ? json.replace(UNSTORABLE_ESCAPE, `$1${REPLACEMENT}`) : json;
}
