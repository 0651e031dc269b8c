/** A literal as EXPLAIN writes it: a quote inside is doubled, whatever stands before it. */
const LITERAL = /'(?:[^']|'')*'/g;

/**
 * The columns, or expressions, by which a scan goes down its index, each once: `workspace_id, email` for EXPLAIN's
 * `((workspace_id = '…'::uuid) AND (email = 'a'::citext))`, where PostgreSQL writes the index's side first. Values are
 * left out, so it is the same for a custom plan and a generic one. Null without a condition.
 */
export function indexKeys(condition: string | undefined): string | null {
  if (condition === undefined) return null;
  const parts = pieces(withoutParentheses(condition.replace(LITERAL, '?')), ' AND ');
  const keys = parts.map((part) => pieces(withoutParentheses(part), ' ')[0] ?? part);
  return [...new Set(keys)].join(', ');
}

/** `(a = 1)` without the pair around all of it; `(a = 1) AND (b = 2)` as it is. */
function withoutParentheses(text: string): string {
  const isWrapped = text.startsWith('(') && depths(text).indexOf(0) === text.length - 1;
  return isWrapped ? text.slice(1, -1) : text;
}

/** Cuts a text at every separator that is in no parentheses. */
function pieces(text: string, separator: string): string[] {
  const depth = depths(text);
  const found: string[] = [];
  let from = 0;
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) {
    if (depth[at] !== 0) continue;
    found.push(text.slice(from, at));
    from = at + separator.length;
  }
  return [...found, text.slice(from)];
}

/** How many parentheses are open after each character. */
function depths(text: string): number[] {
  let open = 0;
  return Array.from(text, (letter) => {
    open += letter === '(' ? 1 : letter === ')' ? -1 : 0;
    return open;
  });
}
