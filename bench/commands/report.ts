import { readdirSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import { type Report, sizeVerdict } from '../core/report.ts';
import { RunFile } from '../core/run-file.ts';
import { formatBytes } from '../core/units.ts';
import { buildView, type View } from '../core/view.ts';
import type { Written } from '../engine/recorder.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { oneOf, text } from './flags.ts';
import { verifyFolder } from './verify.ts';

const REPORTS = fileURLToPath(new URL('../../reports', import.meta.url));

export default defineCommand({
  summary: 'render a run file',
  arguments: [{ name: '<run>', help: 'a run.json, or the folder that holds it' }],
  flags: [
    { flag: '--format <name>', help: `one of ${reportNames().join(', ')}`, fallback: 'console' },
    { flag: '--out <file>', help: 'write there instead of to stdout' },
    {
      flag: '--verify',
      help: 'prove that samples, journal, DDL and reports beside the run file are those that it makes',
    },
  ],
  examples: [
    { call: 'bench report results/20261123-190000-1a2b', help: 'the console tables once more' },
    {
      call: 'bench report results/20261123-190000-1a2b --format html --out report.html',
      help: 'the HTML report',
    },
    { call: 'bench report results/20261123-190000-1a2b --verify', help: 'recompute every printed figure' },
  ],
  run: reportCommand,
});

async function reportCommand(world: World, flags: Flags, [run = '']: readonly string[]): Promise<ExitCode> {
  const report = await reportNamed(text(flags, 'format') ?? 'console');
  const file = path.resolve(world.cwd, run);
  const record = await readRunFile(file);
  const view = buildView(record);
  if (flags['verify']) {
    const proven = await verifyFolder(path.dirname(await runFilePath(file)), record, await written(view));
    world.stdout.write(`verified: ${proven}\n`);
    return EXIT.ok;
  }
  const out = text(flags, 'out');
  const rendered = render(report, view, world, await runFilePath(file));
  if (out === null) world.stdout.write(rendered);
  else await writeOut(path.resolve(world.cwd, out), rendered);
  return EXIT.ok;
}

/** Formats that `bench run` writes into the run's folder. */
const WRITTEN = ['html', 'markdown'] as const;

/** The reports of a run's folder, by file name. */
export async function written(view: View): Promise<Written[]> {
  const reports = await Promise.all(WRITTEN.map(reportNamed));
  return reports.map((report) => ({ name: `report${report.extension}`, content: render(report, view) }));
}

/** Formats that a run can be rendered in. */
export function reportNames(): readonly string[] {
  const files = readdirSync(REPORTS).filter((file) => /^[a-z]+(-[a-z]+)*\.ts$/.test(file));
  return files.map((file) => path.basename(file, '.ts'));
}

/** A report by its format. Errors: BENCH-UNKNOWN-NAME. */
export async function reportNamed(name: string): Promise<Report> {
  const known = oneOf('format', name, reportNames());
  const module: { default: Report } = await import(path.join(REPORTS, `${known}.ts`));
  return module.default;
}

/** Renders a view; refuses a report nobody could open. Errors: BENCH-REPORT-TOO-LARGE. */
export function render(report: Report, view: View, world?: World, runPath?: string): string {
  const colour = world?.stdout.isTTY === true && !('NO_COLOR' in world.env) && world.env['TERM'] !== 'dumb';
  const rendered = report.render(view, { colour, ...(runPath === undefined ? {} : { path: runPath }) });
  const bytes = Buffer.byteLength(rendered);
  if (sizeVerdict(bytes) === 'refuse') {
    throw new BenchError('BENCH-REPORT-TOO-LARGE', { size: formatBytes(bytes) });
  }
  if (sizeVerdict(bytes) === 'warn') world?.stderr.write(`warning: the report has ${formatBytes(bytes)}\n`);
  return rendered;
}

/** Reads a run file, given itself or its folder. Errors: BENCH-RUN-FILE-INVALID. */
export async function readRunFile(file: string): Promise<RunFile> {
  const target = await runFilePath(file);
  const invalid = (problem: string) => new BenchError('BENCH-RUN-FILE-INVALID', { path: target, problem });
  const content = await readFile(target, 'utf8').catch(() => {
    throw invalid('it cannot be read');
  });
  const parsed = RunFile.safeParse(json(content, invalid));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'wrong shape'}`);
}

function json(content: string, invalid: (problem: string) => BenchError): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw invalid('it is no JSON');
  }
}

async function runFilePath(file: string): Promise<string> {
  const facts = await stat(file).catch(() => null);
  return facts?.isDirectory() ? path.join(file, 'run.json') : file;
}

/** Writes what was rendered. Errors: BENCH-OUT-UNUSABLE. */
export async function writeOut(file: string, content: string): Promise<void> {
  await writeFile(file, content).catch((cause: Error) => {
    throw new BenchError('BENCH-OUT-UNUSABLE', { path: file, problem: cause.message }, { cause });
  });
}
