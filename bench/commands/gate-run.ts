import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Acceptance } from '../core/acceptance.ts';
import { BenchError } from '../core/errors.ts';
import type { GateRecord } from '../core/gate-record.ts';
import type { RunFile } from '../core/run-file.ts';
import { linesForScenarios, parseThresholds, type ThresholdsFile } from '../core/thresholds.ts';
import { formatCount } from '../core/units.ts';
import { diskBytes } from '../engine/estimate.ts';
import { type Plan, planGate } from '../engine/plan.ts';
import { newRunId, Recorder } from '../engine/recorder.ts';
import { runPlan, scenarioRecords } from '../engine/run.ts';
import { type Side, unpaired, withSides } from '../engine/sides.ts';
import { dropLeftovers, type StateDatabase } from '../engine/states.ts';
import { loadSuite, type Suite } from '../engine/suite-folder.ts';
import { cacheFolder } from '../servers/cluster/cache.ts';
import type { Flags, World } from './command.ts';
import { count, suiteFolder, text, wholeNumber, words } from './flags.ts';
import { planOfTouched, touchedByChange } from './gate-changed.ts';
import { type Checkout, withCheckout } from './git-checkout.ts';
import { type Host, withHost } from './host.ts';
import { type Recorded, recorded } from './recorded-run.ts';

/** Commits are named by so many digits. */
const DIGITS = 10;

/** What to hold the working tree against. */
export interface Asked {
  readonly ref: string;
  readonly accepted: readonly Acceptance[];
  readonly thresholds: ThresholdsFile | null;
}

/**
 * Measures the working tree's suite against the one where `ref` and it parted, interleaved on one server; `isEnough` may
 * end it after the first block and the counters. Errors: those of the checkout and of thresholds, BENCH-OUT-UNUSABLE,
 * BENCH-GATE-SIDE, BENCH-GATE-DATA, BENCH-GATE-ROLES, BENCH-GATE-UNCOUNTED.
 */
export async function measureSides(
  world: World,
  flags: Flags,
  { ref, accepted, thresholds }: Asked,
  isEnough: (run: RunFile) => boolean,
): Promise<Recorded> {
  const folder = suiteFolder(world, flags);
  const out = outOf(world, flags);
  await Recorder.probe(out);
  const own = await Promise.all([out, cacheFolder(world.env)].map((one) => realpath(one).catch(() => one)));
  return withCheckout(folder, ref, own, async (checkout) => {
    const head = await sideOf('head', 'the working tree', folder);
    const base = await sideOf('base', `${ref}, ${checkout.commit.slice(0, DIGITS)}`, checkout.suite);
    return measure(world, flags, { ref, checkout, base, head, accepted, thresholds }, isEnough);
  });
}

function outOf({ cwd }: World, flags: Flags): string {
  return path.resolve(cwd, text(flags, 'out') ?? 'results');
}

async function sideOf(name: Side['name'], title: string, folder: string): Promise<Side> {
  return { name, title, suite: await ofSide({ name, title }, () => loadSuite(folder)) };
}

/** What is wrong with the call is no fault of a suite. */
const OF_THE_CALL: readonly string[] = ['BENCH-UNKNOWN-NAME', 'BENCH-BAD-COUNT', 'BENCH-USAGE'];

/** Says whose suite it is that cannot be used. */
async function ofSide<T>(
  { name, title }: Pick<Side, 'name' | 'title'>,
  work: () => T | Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof BenchError) || OF_THE_CALL.includes(cause.name)) throw cause;
    const problem = String(cause.facts['problem'] ?? cause.message);
    throw new BenchError('BENCH-GATE-SIDE', { side: `${name} (${title})`, problem }, { cause });
  }
}

interface Sides extends Asked {
  readonly checkout: Checkout;
  readonly base: Side;
  readonly head: Side;
}

async function measure(
  world: World,
  flags: Flags,
  { ref, checkout, base, head, accepted, thresholds }: Sides,
  isEnough: (run: RunFile) => boolean,
): Promise<Recorded> {
  const plan = await ofSide(head, () => gatePlan(flags, head.suite));
  // A line that is wrong ends it here, before anything is measured.
  if (thresholds)
    parseThresholds(thresholds.text, thresholds.file, scenarioRecords(wholePlan(flags, head.suite)));
  const id = newRunId(new Date(), plan.orderSeed);
  const out = outOf(world, flags);
  const options = {
    diskBytes: diskBytes(plan, 2 * plan.chain.length),
    keep: false,
    plan: `the working tree against ${base.title}: ${plan.scenarios.map(({ name }) => name).join(', ')}, ${formatCount(plan.fixtures.contacts)} ${head.suite.config.contactsTitle}`,
  };
  const { commit, changed, changedAnywhere } = checkout;
  const gate: GateRecord = {
    ...{ ref, commit, changed: [...changed], accepted: [...accepted], touched: null },
    unpaired: await ofSide(base, () => unpaired(plan, base.suite, words(flags, 'scenario'))),
    thresholds: linesForScenarios(
      thresholds?.text ?? '',
      plan.scenarios.map(({ name }) => name),
    ),
  };
  return withHost(world, flags, options, async (host: Host) => {
    await dropLeftovers(host.sessions);
    const setup = { sessions: host.sessions, emit: host.progress.emit, build: host.server.build };
    const select = async (all: Plan, states: readonly [StateDatabase, StateDatabase]) => {
      gate.touched = await touchedByChange(host, all, states, changedAnywhere);
      const left = planOfTouched(all, gate.touched);
      gate.thresholds = linesForScenarios(
        gate.thresholds,
        left.scenarios.map(({ name }) => name),
      );
      return left;
    };
    const sides = flags['changed'] === true ? { ...setup, select } : setup;
    return withSides(sides, plan, [base, head], (compared, built) =>
      recorded(world, host, { out, id }, (own) =>
        runPlan(compared, { ...own, gate, isEnough, client: null }, built),
      ),
    );
  });
}

/** What a gate would measure of a suite if no scenario were chosen: bounds may be of any of them. */
function wholePlan(flags: Flags, suite: Suite): Plan {
  return gatePlan({ ...flags, scenario: [] }, suite);
}

/** What a gate measures of a suite, from the flags. Errors: those of `planGate`. */
export function gatePlan(flags: Flags, suite: Suite): Plan {
  return planGate(suite, {
    scenarios: words(flags, 'scenario'),
    profile: text(flags, 'profile') ?? 'micro',
    contacts: count(flags, 'contacts', 100),
    seed: wholeNumber(flags, 'seed', 0, 2 ** 31 - 1) ?? 1,
    orderSeed: wholeNumber(flags, 'orderSeed', 0, 2 ** 31 - 1),
  });
}
