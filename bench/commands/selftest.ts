import path from 'node:path';
import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import { isAsExpected, isFailingRule, type Trial } from '../core/selftest.ts';
import { fallsShort, ratesOf } from '../core/selftest-rates.ts';
import type { Fault } from '../core/suite.ts';
import { formatCount } from '../core/units.ts';
import { diskBytes } from '../engine/estimate.ts';
import { dropLeftovers } from '../engine/states.ts';
import { loadSuite, type Suite } from '../engine/suite-folder.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { FLAG, oneOf, suiteFolder, text, wholeNumber, words } from './flags.ts';
import { gatePlan } from './gate-plan.ts';
import { withHost } from './host.ts';
import { type Journal, openJournal } from './selftest-journal.ts';
import { selftestText } from './selftest-text.ts';
import { runTrial, type Task } from './selftest-trial.ts';

export default defineCommand({
  summary: 'prove the gate on this machine: false failures, and what it finds of planted harm',
  flags: [
    { flag: '--aa <number>', help: 'whole gates over two builds of the same state', fallback: '20' },
    { flag: '--faults <number>', help: 'gates with each fault of the suite planted', fallback: '5' },
    {
      flag: '--from <number>',
      help: 'the first trial of each kind, so that selftests beside each other can share a journal',
      fallback: '0',
    },
    {
      flag: '--replay-every <number>',
      help: 'replay slowdowns in every nth gate of --aa; such a gate goes on for the blocks that this takes',
      fallback: '1',
    },
    { flag: '--fault <name...>', help: 'faults to plant; all of the suite when left out' },
    { flag: '--scenario <name...>', help: 'scenarios to run; all when left out' },
    { flag: '--profile <name>', help: 'how much each gate measures', fallback: 'micro' },
    {
      flag: '--journal <file>',
      help: 'keeps every trial, and goes on where it ended',
      fallback: 'results/selftest.ndjson',
    },
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
      call: 'bench selftest --aa 20 --faults 5 --contacts 20k',
      help: 'rates with 95 % bounds; the same command again goes on where it was interrupted',
    },
  ],
  run: selftestCommand,
});

async function selftestCommand(world: World, flags: Flags): Promise<ExitCode> {
  const suite = await loadSuite(suiteFolder(world, flags));
  const plan = gatePlan(flags, suite);
  const tasks = tasksOf(flags, faultsOf(flags, suite));
  const journal = await openJournal(path.resolve(world.cwd, text(flags, 'journal') ?? ''));
  const options = {
    diskBytes: diskBytes(plan, 2 * plan.chain.length),
    keep: false,
    plan: `${formatCount(tasks.length)} gates of ${formatCount(plan.units.length)} variants, ${formatCount(plan.fixtures.contacts)} ${suite.config.contactsTitle}`,
  };
  const trials = await withHost(world, flags, options, async (host) => {
    await dropLeftovers(host.sessions);
    const done: Trial[] = [];
    for (const task of tasks) {
      world.signal.throwIfAborted();
      done.push(
        await journal.once(task, plan, host.server.build, () => runTrial(world, host, suite, plan, task)),
      );
    }
    return done;
  });
  return conclude(world, flags, trials, journal);
}

/** Those that were named, in the order of the suite. Errors: BENCH-UNKNOWN-NAME, BENCH-SUITE-INVALID. */
function faultsOf(flags: Flags, { root, config: { faults = [] } }: Suite): readonly Fault[] {
  const names = faults.map(({ name }) => name);
  const wanted = words(flags, 'fault').map((name) => oneOf('fault', name, names));
  const chosen = wanted.length === 0 ? faults : faults.filter(({ name }) => wanted.includes(name));
  const vague = chosen.find(({ foundBy }) => !isFailingRule(foundBy));
  if (vague) {
    const problem = `bench.config.ts: fault "${vague.name}": foundBy must be a rule that fails a gate, as in docs/gate.md`;
    throw new BenchError('BENCH-SUITE-INVALID', { folder: root, problem });
  }
  return chosen;
}

/** Errors: BENCH-USAGE where there is nothing to do, which would prove nothing. */
function tasksOf(flags: Flags, faults: readonly Fault[]): Task[] {
  const times = (flag: string) => wholeNumber(flags, flag, 0, 10_000) ?? 0;
  const from = times('from');
  const every = wholeNumber(flags, 'replayEvery', 1, 10_000) ?? 1;
  const numbered = (flag: string) => Array.from({ length: times(flag) }, (_, i) => from + i);
  const aa = numbered('aa').map((number) => ({
    ...{ kind: 'aa', number, fault: null },
    replays: number % every === 0,
  }));
  const planted = faults.flatMap((fault) =>
    numbered('faults').map((number) => ({ kind: fault.name, number, fault, replays: false })),
  );
  if (aa.length + planted.length > 0) return [...aa, ...planted];
  const problem = 'no gate to try: with --aa 0 it takes a fault, and --faults of 1 or more';
  throw new BenchError('BENCH-USAGE', { problem, command: 'bench selftest' });
}

/** Exits as a gate does: 99 when a gate failed for nothing, called a time changed for nothing, or missed what was planted or replayed. */
function conclude(world: World, flags: Flags, trials: readonly Trial[], journal: Journal): ExitCode {
  const rates = ratesOf(trials);
  world.stdout.write(
    flags['json'] ? `${JSON.stringify(rates, null, 2)}\n` : selftestText(rates, journal.file),
  );
  const isProven = trials.every(isAsExpected) && !rates.injected.some(fallsShort);
  return isProven ? EXIT.ok : EXIT.regression;
}
