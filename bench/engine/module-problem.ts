import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Why a module of a suite cannot be loaded, on one line: its file, the line where that is known, and what was said.
 * `file` is what was to be loaded; the trouble may be in a module that it imports.
 */
export function moduleProblem(root: string, file: string, error: unknown): string {
  const { message = String(error), stack = '' } = error instanceof Error ? error : {};
  const said = message.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, '');
  const syntax = SYNTAX.exec(said);
  if (syntax) return `${syntax[1]}: ${syntax[2]}${noModule(said)}`;
  const place = placeOf(root, stack) ?? importing(root, said) ?? file;
  return `${place}: ${said.split('\n')[0]}${noModule(said)}`;
}

/** How the compiler tells of a line that it cannot read. */
const SYNTAX = /^(\S+:\d+):\d+: ERROR: (.*)$/m;

/** How Node tells of a module that is not there. */
const MISSING = /^Cannot find (?:module|package) '([^']+)' imported from (\S+)/;

/** The line that imports what is not there. */
function importing(root: string, said: string): string | null {
  const [, missing = '', file] = MISSING.exec(said) ?? [];
  if (file === undefined) return null;
  const at = path.join(root, file);
  const lines = existsSync(at) ? readFileSync(at, 'utf8').split('\n') : [];
  const found = lines.findIndex((line) => line.includes(path.parse(missing).name));
  return found < 0 ? file : `${file}:${found + 1}`;
}

/** The innermost line of the suite that an error comes from; what waits for a module is not where it fails. */
function placeOf(root: string, stack: string): string | null {
  const frames = stack.split('\n').filter((line) => !/^ +at async |\/node_modules\//.test(line));
  const places = frames.map((line) => line.split(`${root}/`)[1]?.match(/^[^:']+:\d+/)?.[0]);
  return places.find((place) => place !== undefined) ?? null;
}

/** What Node says of an ES module that it took for the older kind. */
function noModule(said: string): string {
  const isTold = /ES Module|import statement outside a module|output format/.test(said);
  return isTold ? ' (the suite needs a package.json with "type": "module")' : '';
}
