import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BenchError } from '../core/errors.ts';
import { ADVISORY, type TimeRule } from '../core/gate-evidence.ts';
import type { ThresholdsFile } from '../core/thresholds.ts';
import type { Flags, World } from './command.ts';
import { FLAG, flagName, oneOf, ownSuiteFolder, suiteFolder, text, values } from './flags.ts';
import { GATE_FORMATS, type GateFormat } from './gate-report.ts';

/** What says how both sides are measured, and its value where it was not given. */
const OF_MEASURING: Readonly<Record<string, string | undefined>> = {
  ...{ scenario: undefined, contacts: undefined, orderSeed: undefined, port: undefined, tls: undefined },
  ...{ profile: 'micro', seed: FLAG.seed.fallback, server: FLAG.server.fallback, out: FLAG.out.fallback },
};

/** Flags that need each other. Errors: BENCH-USAGE, BENCH-UNKNOWN-NAME. */
export function checkFlags(flags: Flags, args: readonly string[]): void {
  if (text(flags, 'baseRef') !== null && args.length > 0)
    throw usage('--base-ref measures both sides itself: name no runs');
  if (text(flags, 'baseRef')?.trim() === '') throw usage('--base-ref names nothing');
  const [accepted, because] = [values(flags, 'accept'), text(flags, 'because')];
  const isBounded = text(flags, 'thresholds') !== null;
  if (accepted.length > 0 && !because?.trim())
    throw usage('--accept wants --because TEXT: why the change is wanted');
  if (because !== null && accepted.length === 0)
    throw usage('--because says why of --accept NAME, which is missing');
  if (accepted.some((name) => name.trim() === '')) throw usage('--accept names nothing');
  if (flags['changed'] === true && text(flags, 'baseRef') === null)
    throw usage('--changed asks what differs from --base-ref REF, which is missing');
  const misplaced = Object.keys(OF_MEASURING).find((name) => flags[name] !== OF_MEASURING[name]);
  if (misplaced && text(flags, 'baseRef') === null)
    throw usage(`${flagName(misplaced)} is for --base-ref REF, which is missing`);
  if (formatOf(flags) !== null && flags['json'] === true) throw usage('--json is a format of its own');
  if (text(flags, 'timeMargin') !== null && args.length < 2) throw usage('--time-margin is for two runs');
  if (args.length === 1 && !isBounded)
    throw usage('one run alone is gated by --thresholds FILE; else name BASE and HEAD');
  if (text(flags, 'baseRef') === null && args.length === 0 && (isBounded || accepted.length === 0))
    throw usage(`name ${isBounded ? 'the run' : '--base-ref REF, or BASE and HEAD,'} to judge`);
}

/**
 * The suite whose gate file counts. What would be measured, or get an acceptance, is never the suite that ships with
 * bench, unless it is at hand or named. Errors: BENCH-USAGE.
 */
export function gatedSuite(world: World, flags: Flags): string {
  const isOwn = text(flags, 'baseRef') !== null || values(flags, 'accept').length > 0;
  if (isOwn && ownSuiteFolder(world, flags) === null)
    throw usage('there is no bench.config.ts here: go to the folder of your suite, or name it with --suite');
  return suiteFolder(world, flags);
}

/** What stdout gets in place of text; null for text. Errors: BENCH-UNKNOWN-NAME. */
export function formatOf(flags: Flags): GateFormat | null {
  const name = text(flags, 'format');
  return name === null ? null : oneOf('format', name, GATE_FORMATS);
}

/** A call of `bench gate` that cannot be meant so. */
export function usage(problem: string): BenchError {
  return new BenchError('BENCH-USAGE', { problem, command: 'bench gate' });
}

/** The margin of `--time-margin 25`, in percent. Errors: BENCH-USAGE. */
export function timeRule(flags: Flags): TimeRule {
  const value = text(flags, 'timeMargin');
  if (value === null) return ADVISORY;
  const percent = /^\d+(\.\d+)?\s*%?$/.test(value) ? Number.parseFloat(value) : Number.NaN;
  if (percent > 0) return { margin: percent / 100, decides: true };
  throw usage(`--time-margin wants percent above 0, like 25, got "${value}"`);
}

/** The file of `--thresholds`; null without the flag. Errors: BENCH-THRESHOLDS-UNUSABLE. */
export async function readThresholds(world: World, flags: Flags): Promise<ThresholdsFile | null> {
  const file = text(flags, 'thresholds');
  if (file === null) return null;
  const content = await readFile(path.resolve(world.cwd, file), 'utf8').catch((cause: Error) => {
    throw new BenchError(
      'BENCH-THRESHOLDS-UNUSABLE',
      { path: file, problem: 'it cannot be read' },
      { cause },
    );
  });
  return { file, text: content };
}
