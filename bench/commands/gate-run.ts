import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Acceptance } from '../core/acceptance.ts';
import type { GateRecord } from '../core/gate-record.ts';
import type { RunFile } from '../core/run-file.ts';
import type { ThresholdsFile } from '../core/thresholds.ts';
import { formatCount } from '../core/units.ts';
import { diskBytes } from '../engine/estimate.ts';
import type { Plan } from '../engine/plan.ts';
import { newRunId, Recorder } from '../engine/recorder.ts';
import { runPlan } from '../engine/run.ts';
import { ofSide, type Side } from '../engine/side.ts';
import { unpaired, withSides } from '../engine/sides.ts';
import { dropLeftovers, type StateDatabase } from '../engine/states.ts';
import { loadSuite } from '../engine/suite-folder.ts';
import { cacheFolder } from '../servers/cluster/cache.ts';
import type { Flags, World } from './command.ts';
import { suiteFolder, text, words } from './flags.ts';
import { planOfTouched, touchedByChange } from './gate-changed.ts';
import { boundedPlan } from './gate-plan.ts';
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
  const plan = await boundedPlan(flags, head, thresholds);
  const id = newRunId(new Date(), plan.orderSeed);
  const out = outOf(world, flags);
  const options = {
    diskBytes: await ofSide(head, () => diskBytes(plan, 2 * plan.chain.length)),
    keep: false,
    plan: `the working tree against ${base.title}: ${plan.scenarios.map(({ name }) => name).join(', ')}, ${formatCount(plan.fixtures.contacts)} ${head.suite.config.contactsTitle}`,
  };
  const { commit, changed, changedAnywhere } = checkout;
  const gate: GateRecord = {
    ...{ ref, commit, changed: [...changed], accepted: [...accepted], touched: null },
    strict: flags['strict'] === true,
    unpaired: await ofSide(base, () => unpaired(plan, base.suite, words(flags, 'scenario'))),
    thresholds: thresholds?.text ?? '',
  };
  return withHost(world, flags, options, async (host: Host) => {
    await dropLeftovers(host.sessions);
    const setup = { sessions: host.sessions, emit: host.progress.emit, build: host.server.build };
    const select = async (all: Plan, states: readonly [StateDatabase, StateDatabase]) => {
      gate.touched = await touchedByChange(host, all, states, changedAnywhere);
      return planOfTouched(all, gate.touched);
    };
    const sides = flags['changed'] === true ? { ...setup, select } : setup;
    return withSides(sides, plan, [base, head], (compared, built) =>
      recorded(world, host, { out, id }, (own) =>
        runPlan(compared, { ...own, gate, isEnough, client: null }, built),
      ),
    );
  });
}
