import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import type { RunFile } from '../core/run-file.ts';
import { formatCount } from '../core/units.ts';
import { buildView, type View } from '../core/view.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { FLAG } from './flags.ts';
import { readRunFile } from './report.ts';

export default defineCommand({
  summary: 'hold every promise against what a run measured',
  arguments: [
    {
      name: '[run]',
      help: 'a run.json, or the folder that holds it; when left out, the newest of --out that measured claims',
    },
  ],
  flags: [FLAG.out, FLAG.json],
  examples: [
    { call: 'bench claims', help: 'the newest run' },
    { call: 'bench claims results/20261123-190000-1a2b --json', help: 'another run, for a script' },
  ],
  run: claimsCommand,
});

async function claimsCommand(world: World, flags: Flags, [run]: readonly string[]): Promise<ExitCode> {
  const out = path.resolve(world.cwd, String(flags['out'] ?? 'results'));
  const record = run === undefined ? await newestRun(out) : await readRunFile(path.resolve(world.cwd, run));
  const view = buildView(record);
  world.stdout.write(
    flags['json'] ? `${JSON.stringify(claimsJson(record, view), null, 2)}\n` : claimsText(record, view),
  );
  return EXIT.ok;
}

/**
 * The newest run that claims are held against, not a gate or an ablation after it; the newest of all where there is
 * none. Run ids begin with their time: the last by name is the newest. Errors: BENCH-USAGE, and those of the run file.
 */
async function newestRun(out: string): Promise<RunFile> {
  const names = await readdir(out).catch(() => [] as string[]);
  const runs = names.filter((name) => /^\d{8}-\d{6}-[0-9a-f]{4}$/.test(name)).sort();
  let newest: RunFile | null = null;
  for (const name of runs.toReversed()) {
    const one = await readRunFile(path.join(out, name));
    if (one.claims.length > 0) return one;
    newest ??= one;
  }
  if (newest !== null) return newest;
  throw new BenchError('BENCH-USAGE', { problem: `there is no run in ${out}`, command: 'bench claims' });
}

/** Where the figures come from: a claim is judged on one server at one scale. */
function source({ id, server, load, suite, status }: RunFile): string {
  const state = status === 'complete' ? '' : `, ${status}: not all was measured`;
  return `run ${id}: PostgreSQL ${server.version} (${server.kind}), ${formatCount(load.contacts)} ${suite.contactsTitle}${state}`;
}

function claimsJson(run: RunFile, { claims }: View) {
  const { kind, version } = run.server;
  return { run: run.id, status: run.status, server: { kind, version }, contacts: run.load.contacts, claims };
}

function claimsText(run: RunFile, { claims }: View): string {
  const lines = claims.flatMap(({ id, title, promised, verdict, why }) => [
    `${id} · ${title}: ${verdict}`,
    `  “${promised}”`,
    `  ${why}`,
    '',
  ]);
  if (claims.length === 0)
    lines.push('No claim is held against this run: a gate, an ablation, or a suite without claims.', '');
  return [source(run), '', ...lines].join('\n');
}
