import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Acceptance, GateFile } from '../core/acceptance.ts';
import { BenchError, EXIT, type ExitCode, unknownName } from '../core/errors.ts';
import { environmentDifferences } from '../core/fingerprint.ts';
import {
  acceptableNames,
  decideGate,
  type GateEvidence,
  type GateResult,
  joinEvidence,
} from '../core/gate.ts';
import { evidenceOfGate, evidenceOfRuns, evidenceOfStates, type TimeRule } from '../core/gate-evidence.ts';
import { pairArms } from '../core/run-comparison.ts';
import type { RunFile } from '../core/run-file.ts';
import { evidenceOfThresholds } from '../core/threshold-evidence.ts';
import { parseThresholds } from '../core/thresholds.ts';
import { buildView } from '../core/view.ts';
import type { Recorder } from '../engine/recorder.ts';
import { defineCommand, type Flag, type Flags, type World } from './command.ts';
import { FLAG, text, values } from './flags.ts';
import { gateFilePath, readGateFile, recordAcceptances } from './gate-file.ts';
import { checkFlags, formatOf, gatedSuite, readThresholds, timeRule, usage } from './gate-flags.ts';
import { GATE_FORMATS, gateReport } from './gate-report.ts';
import { measureSides } from './gate-run.ts';
import { gateText } from './gate-text.ts';
import { readRunFile, written } from './report.ts';
import { asText } from './text.ts';

export default defineCommand({
  summary: 'pass or fail a change by answers, counters, plans, times and thresholds',
  arguments: [
    {
      name: '[base]',
      help: 'a run.json, or the folder that holds it; with --thresholds the only one needed',
    },
    { name: '[head]', help: 'a run of the change, on the same server, machine and data' },
  ],
  flags: [
    { flag: '--base-ref <ref>', help: 'measure the working tree against where it and this commit parted' },
    { flag: '--scenario <name...>', help: 'with --base-ref: scenarios to run; all when left out' },
    {
      flag: '--changed',
      help: 'with --base-ref: leave out scenarios that nothing of the change can reach',
    },
    {
      flag: '--thresholds <file>',
      help: 'bounds that the head must keep, or the last run named, one a line',
    },
    {
      flag: '--time-margin <percent>',
      help: 'let times of two runs decide: slower by more than this fails; they are only told when left out',
    },
    {
      flag: '--accept <name>',
      help: 'record that the finding of this name is wanted, and let it pass; again for another one',
      isRepeatable: true,
    },
    { flag: '--because <text>', help: 'why it is wanted' },
    { flag: '--strict', help: 'exit with 5 where there is no verdict' },
    { flag: '--profile <name>', help: 'with --base-ref: how much to measure', fallback: 'micro' },
    measuring(FLAG.contacts),
    measuring(FLAG.seed),
    { flag: '--order-seed <number>', help: 'with --base-ref: seed of the random order of arms' },
    measuring(FLAG.server),
    measuring(FLAG.port),
    measuring(FLAG.tls),
    FLAG.suite,
    measuring(FLAG.out),
    FLAG.json,
    { flag: '--format <name>', help: `in place of text, for CI: ${GATE_FORMATS.join(', ')}` },
    FLAG.quiet,
    FLAG.progress,
  ],
  examples: [
    {
      call: 'bench gate --base-ref origin/main',
      help: 'both sides interleaved on one server: counters first, then time, then what regressed once more',
    },
    {
      call: 'bench gate --base-ref origin/main --changed',
      help: 'the same for the scenarios that the change can reach',
    },
    {
      call: 'bench gate results/20261123-190000-1a2b results/20261124-190000-3c4d',
      help: 'fail on another answer, on more blocks, rows or WAL, on a spill, on an index that is used no more',
    },
    {
      call: 'bench gate --thresholds thresholds.txt results/20261124-190000-3c4d',
      help: 'hold one run against absolute bounds, such as lead-list p95 < 5ms',
    },
    {
      call: 'bench gate results/20261123-190000-1a2b results/20261124-190000-3c4d --format junit',
      help: 'a test case for each arm',
    },
    {
      call: 'bench gate results/20261123-190000-1a2b results/20261124-190000-3c4d --accept lead-list/page=1/views/plan --because "the new index serves it"',
      help: 'accept a change, in bench-gate.json of the suite',
    },
  ],
  run: gateCommand,
});

/** A flag that says how both sides are measured. */
function measuring(flag: Flag): Flag {
  return { ...flag, help: `with --base-ref: ${flag.help}` };
}

/** What a gate judges: runs that were measured, and what is asked of them. */
interface Judgement {
  readonly runs: readonly RunFile[];
  readonly evidence: GateEvidence;
  /** Where both sides were measured for this gate. */
  readonly recorder: Recorder | null;
}

async function gateCommand(world: World, flags: Flags, args: readonly string[]): Promise<ExitCode> {
  checkFlags(flags, args);
  const suite = gatedSuite(world, flags);
  // A broken gate file ends here, before anything is read or measured.
  const file = await readGateFile(suite);
  const judgement = await judge(world, flags, args, file);
  // What was measured stays, also where the name to accept turns out to be wrong.
  await keep(judgement, file);
  const accepted = await accept(flags, suite, file, judgement);
  if (judgement === null) return recorded(world, flags, suite);
  if (accepted !== file) await keep(judgement, accepted);
  return conclude(world, flags, judgement, accepted);
}

/** Null where nothing is to be judged, only to be recorded. */
async function judge(
  world: World,
  flags: Flags,
  args: readonly string[],
  file: GateFile,
): Promise<Judgement | null> {
  const ref = text(flags, 'baseRef');
  if (ref !== null) return judgeSides(world, flags, ref, file);
  return args.length === 0 ? null : judgeRunFiles(world, flags, args);
}

/** Measures both sides; what counters and answers decide after the first block needs no clock. */
async function judgeSides(world: World, flags: Flags, ref: string, file: GateFile): Promise<Judgement> {
  const wanted = acceptedNow(flags);
  const isEnough = (run: RunFile) =>
    decideGate(evidenceOfStates(run, 'base', 'head'), [...file.accepted, ...wanted], false).failures.length >
    0;
  const asked = { ref, accepted: file.accepted, thresholds: await readThresholds(world, flags) };
  const { run, recorder } = await measureSides(world, flags, asked, isEnough);
  return { runs: [run], evidence: evidenceOfGate(run), recorder };
}

/** Two runs are held against each other; the last one named, against thresholds. */
async function judgeRunFiles(world: World, flags: Flags, args: readonly string[]): Promise<Judgement> {
  const rule = timeRule(flags);
  const runs = await readRuns(world, args);
  const early = runs.find(({ gate }) => gate?.decidedEarly);
  if (early && rule.decides) throw new BenchError('BENCH-GATE-EARLY', { run: early.id });
  const [first, second] = runs;
  const parts: GateEvidence[] = [];
  if (first && second) parts.push(compared(first, second, rule));
  const last = second ?? first;
  if (last) parts.push(...(await thresholdsOf(world, flags, last)));
  return { runs, evidence: joinEvidence(parts), recorder: null };
}

async function thresholdsOf(world: World, flags: Flags, run: RunFile): Promise<GateEvidence[]> {
  const given = await readThresholds(world, flags);
  if (given === null) return [];
  return [evidenceOfThresholds(run, parseThresholds(given.text, given.file, run.scenarios))];
}

/** Reads whole runs. Errors: BENCH-RUN-FILE-INVALID, BENCH-RUN-UNFINISHED. */
async function readRuns(world: World, args: readonly string[]): Promise<RunFile[]> {
  const runs: RunFile[] = [];
  for (const arg of args) {
    const run = await readRunFile(path.resolve(world.cwd, arg));
    if (run.status !== 'complete')
      throw new BenchError('BENCH-RUN-UNFINISHED', { run: arg, status: run.status });
    runs.push(run);
  }
  return runs;
}

/** Errors: BENCH-USAGE where both are one run, which would pass for ever. */
function compared(before: RunFile, after: RunFile, rule: TimeRule): GateEvidence {
  if (isDeepStrictEqual(before, after))
    throw usage(`BASE and HEAD are the same run, ${before.id}: name the run of each`);
  const differences = environmentDifferences(before, after);
  if (differences.length > 0)
    throw new BenchError('BENCH-ENVIRONMENTS-DIFFER', { differences: differences.join('; ') });
  if (pairArms(before, after).both.length === 0)
    throw new BenchError('BENCH-NOTHING-IN-COMMON', { base: before.id, head: after.id });
  return evidenceOfRuns(before, after, rule);
}

/** Records what is accepted just now; a name that was not found would accept nothing. Errors: BENCH-UNKNOWN-NAME. */
async function accept(
  flags: Flags,
  suite: string,
  file: GateFile,
  judgement: Judgement | null,
): Promise<GateFile> {
  const wanted = acceptedNow(flags);
  if (wanted.length === 0) return file;
  const known = judgement === null ? null : acceptableNames(judgement.evidence);
  const unknown = wanted.find(({ name }) => known?.includes(name) === false);
  if (known !== null && unknown) throw notFound(unknown.name, known);
  return recordAcceptances(suite, wanted);
}

/** What this call accepts, all for one reason. */
function acceptedNow(flags: Flags): readonly Acceptance[] {
  const because = (text(flags, 'because') ?? '').replace(/\s+/g, ' ').trim();
  return values(flags, 'accept').map((name) => ({ name, because, at: new Date().toISOString() }));
}

function notFound(name: string, known: readonly string[]): BenchError {
  if (known.length > 0) return unknownName('finding', name, known);
  const suggestion = 'these runs have no finding, so there is nothing to accept';
  return new BenchError('BENCH-UNKNOWN-NAME', { kind: 'finding', name, suggestion });
}

/** Accepted ahead of the runs that will have the finding. */
function recorded(world: World, flags: Flags, suite: string): ExitCode {
  const [accepted, file] = [values(flags, 'accept'), gateFilePath(suite)];
  const document = `${JSON.stringify({ accepted, path: file })}\n`;
  world.stdout.write(flags['json'] ? document : asText(`accepted ${accepted.join(', ')} in ${file}\n`));
  return EXIT.ok;
}

/** The run that was measured for a gate, with what is accepted by now, and its reports. */
async function keep(judgement: Judgement | null, { accepted }: GateFile): Promise<void> {
  const { recorder, runs } = judgement ?? { recorder: null, runs: [] };
  if (recorder === null) return;
  for (const run of runs) {
    if (run.gate) run.gate.accepted = [...accepted];
    await recorder.finish(run);
    for (const { name, content } of await written(buildView(run))) await recorder.write(name, content);
  }
}

async function conclude(
  world: World,
  flags: Flags,
  { runs, evidence, recorder }: Judgement,
  file: GateFile,
): Promise<ExitCode> {
  const result = decideGate(evidence, file.accepted, flags['strict'] === true);
  const path = recorder?.runFile ?? null;
  const format = formatOf(flags);
  if (format !== null) world.stdout.write(await gateReport(format, result, runs, recorder !== null));
  else if (flags['json']) world.stdout.write(`${JSON.stringify(gateJson(result, runs, path), null, 2)}\n`);
  else {
    const kept = path === null ? '' : asText(`\nrun file: ${path}\n`);
    world.stdout.write(`${gateText(result, runs, path === null ? timeRule(flags) : null)}${kept}`);
  }
  return result.exitCode;
}

/** The document that scripts rely on: more keys may be added, none renamed. */
function gateJson(result: GateResult, runs: readonly RunFile[], file: string | null) {
  const { verdict, exitCode, comparisons, ...rest } = result;
  const gate = file === null ? null : runs.at(-1)?.gate;
  const { touched = null, changed = null } = gate ?? {};
  return {
    verdict,
    exitCode,
    runs: runs.map(({ id }) => id),
    path: file,
    changed,
    touched,
    ...rest,
    comparisons,
  };
}
