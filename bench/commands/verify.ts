import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { armIn } from '../core/doubt.ts';
import { BenchError } from '../core/errors.ts';
import type { RunFile } from '../core/run-file.ts';
import { doSameWork } from '../core/same-work.ts';
import { formatAmount } from '../core/units.ts';
import { ddlFiles, sampleLines, type Written } from '../engine/recorder.ts';

/** Finds what a folder lacks or has otherwise, in words. */
type Fail = (problem: string) => BenchError;

/**
 * Proves a run's folder: the samples, the journal and the DDL beside the run file are those that it holds, and every
 * report reads as it would be rendered from it now. Returns what was compared. Errors: BENCH-VERIFY-FAILED.
 */
export async function verifyFolder(
  folder: string,
  run: RunFile,
  reports: readonly Written[],
): Promise<string> {
  const fail: Fail = (problem) => new BenchError('BENCH-VERIFY-FAILED', { path: folder, problem });
  await verifySamples(folder, run, fail);
  await verifyJournal(folder, run, fail);
  await verifyDdl(folder, run, fail);
  verifySameWork(run, fail);
  const samples = [...run.arms, ...confirming(run)].flatMap((arm) => arm.samples);
  const executions = samples.reduce((sum, { executionsMs }) => sum + executionsMs.length, 0);
  return [
    `${formatAmount(samples.length, 'sample')} of ${formatAmount(executions, 'execution')}`,
    `the DDL of ${formatAmount(run.states.length, 'state')}`,
    await verifyReports(folder, run, reports, fail),
  ].join(', ');
}

async function verifySamples(folder: string, run: RunFile, fail: Fail): Promise<void> {
  const packed = await contentOf(folder, 'samples.ndjson.gz', fail);
  const text = await promisify(gunzip)(packed).catch(() => {
    throw fail('samples.ndjson.gz is damaged');
  });
  const [lines, wanted] = [linesOf(text), sampleLines(run)];
  const other = wanted.findIndex((line, i) => line !== lines[i]);
  if (other >= 0 || lines.length !== wanted.length)
    throw fail(
      `sample ${(other < 0 ? Math.min(lines.length, wanted.length) : other) + 1} is another in the run file`,
    );
}

/**
 * The journal has the same samples in the order in which they were taken, and one that did not end may have more: a
 * regression that was being confirmed has no place in the run file yet.
 */
async function verifyJournal(folder: string, run: RunFile, fail: Fail): Promise<void> {
  const lines = linesOf(await contentOf(folder, 'journal.ndjson', fail));
  const wanted = sampleLines({ arms: [...run.arms, ...confirming(run)], confirmations: [] });
  const noted = new Set(lines.map((line) => withoutDigest(line, fail)));
  const hasMore = run.status === 'complete' && lines.length > wanted.length;
  if (hasMore || wanted.some((line) => !noted.has(line)))
    throw fail('journal.ndjson has other samples than the run file');
}

function withoutDigest(line: string, fail: Fail): string {
  try {
    return JSON.stringify({ ...JSON.parse(line), digest: undefined });
  } catch {
    throw fail('journal.ndjson is damaged');
  }
}

/** What no clock was asked about must do the same work as in the whole. */
function verifySameWork(run: RunFile, fail: Fail): void {
  const whole = run.states.at(-1)?.name ?? '';
  for (const arm of run.arms.filter(({ sameAsWhole }) => sameAsWhole)) {
    const other = armIn(run, arm, whole);
    if (!other || !doSameWork(arm, other))
      throw fail(`${arm.scenario} ${arm.variant} does not do the same work ${arm.state} as in ${whole}`);
  }
}

function confirming({ confirmations }: RunFile): RunFile['arms'] {
  return confirmations.flatMap(({ arms }) => arms);
}

async function verifyDdl(folder: string, run: RunFile, fail: Fail): Promise<void> {
  const wanted = ddlFiles(run);
  for (const { name, content } of wanted)
    if (String(await contentOf(folder, name, fail)) !== content) throw fail(`${name} has other statements`);
  const there = await readdir(path.join(folder, 'ddl')).catch(() => []);
  const stray = there.find((file) => !wanted.some(({ name }) => name === `ddl/${file}`));
  if (stray !== undefined) throw fail(`ddl/${stray} is of no state of the run`);
}

async function verifyReports(
  folder: string,
  run: RunFile,
  reports: readonly Written[],
  fail: Fail,
): Promise<string> {
  const there = await readdir(folder);
  // A run that did not end has written none.
  const wanted = reports.filter(({ name }) => run.status === 'complete' || there.includes(name));
  for (const { name, content } of wanted)
    if (String(await contentOf(folder, name, fail)) !== content) throw fail(`${name} prints other figures`);
  if (wanted.length === 0) return `and no report: the run is ${run.status}, so it has none`;
  return `${formatAmount(wanted.length, 'report')} (${wanted.map(({ name }) => name).join(', ')})`;
}

function contentOf(folder: string, name: string, fail: Fail): Promise<Buffer> {
  return readFile(path.join(folder, name)).catch(() => {
    throw fail(`${name} is missing`);
  });
}

function linesOf(text: Buffer): string[] {
  return text
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}
