import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError, unknownName } from '../core/errors.ts';
import { parseCount } from '../core/units.ts';
import type { Flag, Flags, World } from './command.ts';

/** Flags that several commands share. */
export const FLAG = {
  contacts: { flag: '--contacts <count>', help: 'rows of the main table, like 100k or 2M' },
  seed: { flag: '--seed <number>', help: 'seed of the synthetic data', fallback: '1' },
  server: { flag: '--server <name>', help: 'where PostgreSQL comes from', fallback: 'embedded' },
  suite: {
    flag: '--suite <folder>',
    help: 'the suite to run; the one in this folder, else the one that ships with bench, when left out',
  },
  port: { flag: '--port <number>', help: 'port for the server; a free one when left out' },
  out: { flag: '--out <folder>', help: 'folder for results', fallback: 'results' },
  keep: { flag: '--keep', help: 'leave the server running' },
  tls: { flag: '--tls', help: 'encrypt every connection with the server' },
  json: { flag: '--json', help: 'one JSON document on stdout' },
  quiet: { flag: '--quiet', help: 'no progress' },
  progress: { flag: '--progress <mode>', help: 'auto, tty, plain, json or none', fallback: 'auto' },
} as const satisfies Record<string, Flag>;

/** The flag's text, or null when it was not given. */
export function text(flags: Flags, name: string): string | null {
  const value = flags[name];
  return typeof value === 'string' ? value : null;
}

/** The values of a flag that may be given several times, each as it is. */
export function values(flags: Flags, name: string): readonly string[] {
  const given = flags[name];
  return Array.isArray(given) ? given : typeof given === 'string' ? [given] : [];
}

/** The words of a flag that may be repeated or hold several, separated by commas or spaces. Errors: FlagError. */
export function words(flags: Flags, name: string): readonly string[] {
  const parts = values(flags, name);
  const named = parts.flatMap((part) => part.split(',')).filter((part) => part !== '');
  if (parts.length > 0 && named.length === 0) {
    throw new FlagError(`--${name} names nothing`);
  }
  return named;
}

/** A count such as 100k, or null when the flag was not given. Errors: BENCH-BAD-COUNT. */
export function count(flags: Flags, name: string, least = 1): number | null {
  const value = text(flags, name);
  if (value === null) return null;
  const parsed = parseCount(value);
  if (parsed === null || parsed < least) {
    throw new BenchError('BENCH-BAD-COUNT', { flag: `--${name}`, value, least });
  }
  return parsed;
}

/** A flag as it is written: `--order-seed` for `orderSeed`. */
export function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A whole number from `least` to `most`, or null when not given. Errors: FlagError. */
export function wholeNumber(flags: Flags, name: string, least: number, most: number): number | null {
  const value = text(flags, name);
  if (value === null) return null;
  const parsed = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (!(parsed >= least && parsed <= most)) {
    throw new FlagError(`${flagName(name)} wants a whole number from ${least} to ${most}, got "${value}"`);
  }
  return parsed;
}

/** A flag that no command can mean so; the program makes it BENCH-USAGE of the command that was called. */
export class FlagError extends Error {}

/** One of the known words. Errors: BENCH-UNKNOWN-NAME. */
export function oneOf<T extends string>(kind: string, value: string, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === value);
  if (found === undefined) throw unknownName(kind, value, known);
  return found;
}

/** Folder of the suite: the one named, the one at hand, or the one that ships with the program. */
export function suiteFolder(world: World, flags: Flags): string {
  return ownSuiteFolder(world, flags) ?? fileURLToPath(new URL('../..', import.meta.url));
}

/** Folder of the suite that was named or is at hand; null where there is none. */
export function ownSuiteFolder({ cwd }: World, flags: Flags): string | null {
  const named = text(flags, 'suite');
  if (named !== null) return path.resolve(cwd, named);
  return existsSync(path.join(cwd, 'bench.config.ts')) ? cwd : null;
}
