/**
 * Text from a database or a suite, made safe for one line of a terminal: control characters (with
 * them every escape sequence) become a visible mark.
 */
export function oneLine(text: string): string {
  // C0, DEL, C1, line separators and the marks that reorder text (CVE-2021-42574).
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, '·');
}

/**
 * Text for a Markdown table cell or sentence: nothing in it is markup, a mention, a reference or a new cell. GitHub looks
 * for `@name` and `#12` after the markup is gone, so neither a backslash nor an entity stops it, but a comment does:
 * https://github.com/github/cmark-gfm/issues/181
 */
export function markdownText(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]|~#]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/#(?=\d)/g, '#<!-- -->')
    .replace(/@/g, '&#64;<!-- -->')
    .replace(/:\/\//g, '&#58;//');
}
