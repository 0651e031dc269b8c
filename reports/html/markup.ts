/** Text that is already HTML. Only `html` and `trusted` make it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What a template may hold: markup as it is, text and numbers escaped, nothing for null and false. */
export type Part = Markup | string | number | null | undefined | false | readonly Part[];

/** Builds HTML; every interpolation is escaped unless it is markup already. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, piece, i) => text + render(parts[i - 1]) + piece));
}

/** Marks a constant of this program as HTML. Never give it text of a run. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  return typeof part === 'number' ? String(part) : part.map(render).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes for element text and quoted attributes; characters that HTML and XML forbid and marks that reorder text become `·`. */
export function escapeHtml(text: string): string {
  return text
    .replace(/(?![\t\n])[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, '·')
    .replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? '');
}

/** Longer texts are cut, and say so. */
export function cut(text: string, letters: number): string {
  const all = [...text];
  return all.length <= letters ? text : `${all.slice(0, letters - 1).join('')}…`;
}

/** A name that may go on in the next line after each `_`. */
export function breakable(name: string): Markup {
  return html`${name.split(/(?<=_)/).map((part, i) => html`${i > 0 && html`<wbr>`}${part}`)}`;
}
