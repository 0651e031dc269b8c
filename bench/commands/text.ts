/** Control characters, but for the line break: a name out of a database must not steer a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

/** Text that is safe to print on a terminal. */
export function asText(text: string): string {
  return text.replace(CONTROL, '\u00b7');
}
