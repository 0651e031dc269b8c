import { BenchError, EXIT, type ExitCode, unknownName } from '../core/errors.ts';
import type { Database, Job } from '../core/suite.ts';
import { formatMs } from '../core/units.ts';
import { estimate } from '../engine/estimate.ts';
import { type Ran, runJobs } from '../engine/jobs.ts';
import { inCopy } from '../engine/measure.ts';
import { planStates } from '../engine/plan.ts';
import { loadSuite, type Suite } from '../engine/suite-folder.ts';
import { sqlState } from '../postgres/session.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { count, FLAG, suiteFolder, text, wholeNumber, words } from './flags.ts';
import { readyStates, withHost } from './host.ts';
import { writeTrouble } from './program.ts';

export default defineCommand({
  summary: "try the suite's maintenance jobs, on a copy of a state that is dropped afterwards",
  flags: [
    { flag: '--job <name...>', help: 'jobs to run; all when left out' },
    { flag: '--state <name>', help: 'state to run them in; the last one when left out' },
    { flag: '--profile <name>', help: 'scale of the data, unless --contacts says it', fallback: 'default' },
    FLAG.contacts,
    FLAG.seed,
    FLAG.server,
    FLAG.port,
    FLAG.tls,
    FLAG.suite,
    FLAG.json,
    FLAG.quiet,
    FLAG.progress,
  ],
  examples: [
    {
      call: 'bench maintain --contacts 100k',
      help: 'every job once, on a copy of the last state: what it did and how long it took',
    },
  ],
  run: maintainCommand,
});

async function maintainCommand(world: World, flags: Flags): Promise<ExitCode> {
  const suite = await loadSuite(suiteFolder(world, flags));
  const plan = planStates(suite, {
    states: text(flags, 'state') ?? suite.states.at(-1)?.name ?? null,
    profile: text(flags, 'profile') ?? 'default',
    contacts: count(flags, 'contacts', 100),
    seed: wholeNumber(flags, 'seed', 0, 2 ** 31 - 1) ?? 1,
  });
  const { failedTasks = async () => [] } = suite.config;
  if (!suite.config.jobs) throw noJobs(suite.config.title);
  const { diskBytes } = estimate(plan);
  const title = `jobs of ${suite.config.title} on a copy of state ${plan.states.at(-1)?.name}`;
  const ran = await withHost(world, flags, { diskBytes, keep: false, plan: title }, async (host) => {
    const built = await readyStates(host, plan);
    const last = built.states.at(-1);
    if (!last) throw new Error('a plan has states');
    return inCopy(host.sessions, last, (database) =>
      host.sessions.with({ database }, async (db) =>
        runJobs(db, chooseJobs(await jobsOf(db, suite, last.state.name), words(flags, 'job')), failedTasks),
      ),
    );
  });
  world.stdout.write(flags['json'] ? `${JSON.stringify(ran, null, 2)}\n` : textOf(ran));
  const failed = ran.filter(({ error }) => error !== null);
  const [first] = failed;
  if (!first) return EXIT.ok;
  const facts = { count: failed.length, first: `${first.name}: ${first.error}` };
  const trouble = new BenchError('BENCH-JOB-FAILED', facts);
  writeTrouble(world, trouble);
  return trouble.exitCode;
}

const UNDEFINED_TABLE = '42P01';

async function jobsOf(db: Database, { config }: Suite, state: string): Promise<readonly Job[]> {
  return (config.jobs ?? (async () => []))(db).catch((error: unknown) => {
    throw sqlState(error) === UNDEFINED_TABLE ? noJobs(`state ${state} of ${config.title}`) : error;
  });
}

function noJobs(where: string): BenchError {
  return new BenchError('BENCH-USAGE', { problem: `${where} has no jobs`, command: 'bench maintain' });
}

function chooseJobs(jobs: readonly Job[], wanted: readonly string[]): readonly Job[] {
  const known = jobs.map(({ name }) => name);
  for (const name of wanted) if (!known.includes(name)) throw unknownName('job', name, known);
  return wanted.length === 0 ? jobs : jobs.filter(({ name }) => wanted.includes(name));
}

function textOf(ran: readonly Ran[]): string {
  const width = Math.max(0, ...ran.map(({ name }) => name.length)) + 2;
  return ran
    .map(({ name, schedule, command, ms, error }) => {
      const outcome = error === null ? formatMs(ms) : `failed: ${error}`;
      return `${name.padEnd(width)}${schedule.padEnd(14)}${outcome.padEnd(10)} ${command}\n`;
    })
    .join('');
}
