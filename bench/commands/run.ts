import path from 'node:path';
import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import type { RunFile } from '../core/run-file.ts';
import { runJson } from '../core/run-json.ts';
import { formatBytes, formatCount } from '../core/units.ts';
import { buildView, type View } from '../core/view.ts';
import { ablationKinds, ablationPlan, withAblation } from '../engine/ablation.ts';
import { type Estimate, estimate } from '../engine/estimate.ts';
import { type Plan, planRun } from '../engine/plan.ts';
import { newRunId, Recorder } from '../engine/recorder.ts';
import { runPlan } from '../engine/run.ts';
import { loadSuite } from '../engine/suite-folder.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { count, FLAG, oneOf, suiteFolder, text, wholeNumber, words } from './flags.ts';
import { type Host, readyStates, withHost } from './host.ts';
import { writeTrouble } from './program.ts';
import { type Recorded, recorded } from './recorded-run.ts';
import { render, reportNamed, written } from './report.ts';

export default defineCommand({
  summary: 'measure scenarios before and after each phase',
  flags: [
    { flag: '--scenario <name...>', help: 'scenarios to run; all when left out' },
    { flag: '--state <range>', help: 'states to compare: A..B, A.., ..B, or one with the state before it' },
    {
      flag: '--profile <name>',
      help: 'how much to measure: smoke, micro, default or full',
      fallback: 'default',
    },
    {
      flag: '--ablate <kind>',
      help: 'leave out one index, view, partitioning or phase at a time and weigh gain and cost: indexes, views, partitions, procedures',
    },
    FLAG.contacts,
    FLAG.seed,
    { flag: '--order-seed <number>', help: 'seed of the random order of arms; recorded in the run file' },
    FLAG.server,
    FLAG.port,
    FLAG.tls,
    FLAG.suite,
    FLAG.out,
    FLAG.keep,
    FLAG.json,
    FLAG.quiet,
    FLAG.progress,
  ],
  examples: [
    {
      call: 'bench run --scenario import-100k',
      help: 'the main job: import 100,000 leads in each of the states, at 2M contacts',
    },
    { call: 'bench run --profile smoke', help: 'everything once at 1,000 contacts, in under two minutes' },
    {
      call: 'bench run --ablate indexes --contacts 200k',
      help: 'what each index gains and costs, and from how many reads on it pays',
    },
    {
      call: 'bench run --scenario lead-search --state base..indexes',
      help: 'what the indexes do for searching',
    },
  ],
  run: runCommand,
});

async function runCommand(world: World, flags: Flags): Promise<ExitCode> {
  const suite = await loadSuite(suiteFolder(world, flags));
  const ablated = text(flags, 'ablate');
  if (ablated !== null) oneOf('ablation', ablated, ablationKinds(suite));
  const scenarios = words(flags, 'scenario');
  const chosen = planRun(suite, {
    scenarios,
    states: text(flags, 'state'),
    profile: text(flags, 'profile') ?? 'default',
    contacts: count(flags, 'contacts', 100),
    seed: wholeNumber(flags, 'seed', 0, 2 ** 31 - 1) ?? 1,
    orderSeed: wholeNumber(flags, 'orderSeed', 0, 2 ** 31 - 1),
  });
  // A run of everything has all tables, also those that no scenario reads: claims are about their bytes too.
  const chain = scenarios.length === 0 ? { ...chosen, tables: suite.tables } : chosen;
  const plan = ablated === null ? chain : ablationPlan(chain);
  const id = newRunId(new Date(), plan.orderSeed);
  const expected = estimate(plan);
  const options = {
    diskBytes: expected.diskBytes,
    keep: flags['keep'] === true,
    plan: planText(plan, flags, expected),
  };
  const out = path.resolve(world.cwd, text(flags, 'out') ?? 'results');
  await Recorder.probe(out);
  const { run, recorder } = await withHost(world, flags, options, (host) =>
    measure(world, plan, host, { out, id }, ablated),
  );
  return conclude(world, flags, run, recorder);
}

async function measure(
  world: World,
  plan: Plan,
  host: Host,
  place: { readonly out: string; readonly id: string },
  ablated: string | null,
): Promise<Recorded> {
  const built = await readyStates(host, plan);
  const { sessions, server, progress } = host;
  const ablation = { sessions, dataFolder: server.dataFolder, emit: progress.emit };
  return recorded(world, host, place, (setup) =>
    ablated === null
      ? runPlan(plan, setup, built)
      : withAblation(ablation, plan, built, ablated, (some, states) => runPlan(some, setup, states)),
  );
}

function planText(plan: Plan, flags: Flags, { seconds, diskBytes }: Estimate): string {
  const scenarios = plan.scenarios.map(({ name }) => name).join(', ');
  const ablated = text(flags, 'ablate');
  const states =
    ablated === null
      ? `in states ${plan.states.map(({ name }) => name).join(' → ')}`
      : `in state ${plan.states.at(-1)?.name}, without one of its ${ablated} at a time`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  return (
    `${scenarios} ${states}, ${formatCount(plan.fixtures.contacts)} ${plan.suite.config.contactsTitle}, ` +
    `on the ${text(flags, 'server')} server; about ${minutes} min when nothing is cached, ${formatBytes(diskBytes)} of disk`
  );
}

async function conclude(world: World, flags: Flags, run: RunFile, recorder: Recorder): Promise<ExitCode> {
  const view = buildView(run);
  for (const { name, content } of await written(view)) await recorder.write(name, content);
  const trouble = troubleOf(run, view, recorder);
  if (flags['json']) {
    // One document: trouble is a part of it.
    const document = { ...runJson(view, recorder.runFile), error: trouble?.toJSON().error ?? null };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  } else {
    const console = await reportNamed('console');
    world.stdout.write(`${render(console, view, world)}\nrun file: ${recorder.runFile}\n`);
  }
  if (trouble === null) return EXIT.ok;
  writeTrouble(world, trouble);
  return trouble.exitCode;
}

/** Other answers outrank everything: a figure for another answer is no figure. */
function troubleOf(run: RunFile, view: View, recorder: Recorder): BenchError | null {
  const report = path.join(recorder.folder, 'report.html');
  const differing = view.comparisons.filter((comparison) => comparison.answersEqual === false);
  const [first] = differing;
  if (first) {
    return new BenchError('BENCH-ANSWERS-DIFFER', {
      count: differing.length,
      total: view.comparisons.length,
      first: `${first.scenario} ${first.variant}, ${first.before} against ${first.after}`,
      report,
    });
  }
  const failed = run.arms.filter((arm) => arm.error !== null);
  const [arm] = failed;
  if (!arm) return null;
  const what = `${arm.scenario} ${arm.variant} in ${arm.state}: ${arm.error}`;
  return new BenchError('BENCH-ARM-FAILED', { count: failed.length, first: what, report });
}
