const NAME = '[A-Za-z][\\w.-]*';
const TEXT = '(?:[^<&]|&(?:amp|lt|gt|quot|#\\d+|#x[\\da-f]+);)*';
const ATTRIBUTE = `\\s+${NAME}(?::${NAME})?="(?:[^<&"]|&(?:amp|lt|gt|quot|#\\d+|#x[\\da-f]+);)*"`;
const TOKEN = new RegExp(`${TEXT}(?:<(/?)(${NAME})((?:${ATTRIBUTE})*)\\s*(/?)>|$)`, 'y');
// biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** True for one XML element with what it holds: tags closed in order, attributes once, everything else escaped. */
export function isWellFormed(text: string): boolean {
  const open: string[] = [];
  const whole = text.trim();
  if (FORBIDDEN.test(whole)) return false;
  TOKEN.lastIndex = 0;
  for (let roots = 0; TOKEN.lastIndex < whole.length; ) {
    const isOutside = open.length === 0;
    const [token, isEnd, name, attributes = '', isEmpty] = TOKEN.exec(whole) ?? [];
    if (token === undefined || name === undefined) return false;
    if (isOutside && (isEnd || !token.startsWith('<') || ++roots > 1)) return false;
    if (isEnd && (open.pop() !== name || attributes !== '')) return false;
    if (repeats(attributes)) return false;
    if (!isEnd && !isEmpty) open.push(name);
  }
  return whole !== '' && open.length === 0;
}

function repeats(attributes: string): boolean {
  const names = [...attributes.matchAll(/\s([\w.:-]+)="/g)].map(([, name]) => name);
  return new Set(names).size < names.length;
}
