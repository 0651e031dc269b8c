/** An element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Text directly in it, references resolved. */
  readonly text: string;
}

/** XML 1.0, production 2. */
const ALLOWED = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const NAME = '[A-Za-z_][\\w.-]*(?::[A-Za-z_][\\w.-]*)?';
const TOKEN = new RegExp(`<(/?)(${NAME})((?:\\s+${NAME}="[^"<]*")*)\\s*(/?)>|([^<]+)`, 'y');
const ATTRIBUTE = new RegExp(`\\s+(${NAME})="([^"<]*)"`, 'g');
const REFERENCES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" };

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
}

/** Reads elements, attributes and text; refuses whatever is not well-formed, and everything else that XML has. */
export function parseXml(source: string): Element {
  if (!ALLOWED.test(source)) throw new Error('a character that XML forbids');
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < source.length; at = TOKEN.lastIndex) {
    const match = TOKEN.exec(source);
    if (!match) throw new Error(`not well-formed: ${source.slice(at, at + 60)}`);
    take(open, match);
  }
  if (open.length !== 1 || root.children.length !== 1 || root.text.trim() !== '')
    throw new Error('not one root');
  return root.children[0] ?? root;
}

/** True for one element with what it holds. */
export function isWellFormed(source: string): boolean {
  try {
    parseXml(source);
    return true;
  } catch {
    return false;
  }
}

function take(open: Open[], [, slash, name = '', attributes = '', empty, text]: RegExpExecArray): void {
  const top = open.at(-1);
  if (!top) throw new Error('text after the root');
  if (text !== undefined) top.text += resolved(text);
  else if (slash) close(open, name);
  else {
    const element: Open = { name, attributes: attributesOf(attributes), children: [], text: '' };
    top.children.push(element);
    if (!empty) open.push(element);
  }
}

function close(open: Open[], name: string): void {
  const closed = open.pop();
  if (closed?.name !== name) throw new Error(`</${name}> closes <${closed?.name}>`);
}

function attributesOf(source: string): Record<string, string> {
  const pairs = [...source.matchAll(ATTRIBUTE)].map(([, name = '', value = '']) => [name, resolved(value)]);
  const attributes: Record<string, string> = Object.fromEntries(pairs);
  if (Object.keys(attributes).length !== pairs.length) throw new Error(`an attribute twice: ${source}`);
  return attributes;
}

function resolved(text: string): string {
  if (text.includes(']]>')) throw new Error('the end of a CDATA section in text');
  return text.replace(/&([^;&]*;?)/g, (all, name: string) => {
    const letter = REFERENCES[name.replace(/;$/, '')];
    if (letter === undefined || !name.endsWith(';')) throw new Error(`unknown reference ${all}`);
    return letter;
  });
}
