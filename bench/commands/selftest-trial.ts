import { rm } from 'node:fs/promises';
import path from 'node:path';
import { decideGate } from '../core/gate.ts';
import { evidenceOfStates } from '../core/gate-evidence.ts';
import type { RunFile } from '../core/run-file.ts';
import { examine, goesOnReplayed, isAsExpected, isFound, REPLAYED, type Trial } from '../core/selftest.ts';
import { endedInTime } from '../core/stopping.ts';
import type { Fault } from '../core/suite.ts';
import type { Plan } from '../engine/plan.ts';
import { newRunId } from '../engine/recorder.ts';
import { runPlan } from '../engine/run.ts';
import type { Side } from '../engine/side.ts';
import { withSides } from '../engine/sides.ts';
import type { Suite } from '../engine/suite-folder.ts';
import type { World } from './command.ts';
import type { Host } from './host.ts';
import { recorded } from './recorded-run.ts';

/** One gate to be tried. */
export interface Task {
  readonly kind: string;
  readonly number: number;
  /** What is done to the head before it is measured, and the rule that must fail of it; null for two equal sides. */
  readonly fault: Fault | null;
  /** Whether two equal sides get the blocks that replays of slowdowns need, and these are judged. */
  readonly replays: boolean;
}

/** Whether counters decide before the clock is asked: as in any gate. */
const isEnough = (run: RunFile) =>
  decideGate(evidenceOfStates(run, 'base', 'head'), [], false).failures.length > 0;

/** Runs one whole gate over two builds of the suite's last state, and examines it. Its run file goes when all was as expected. */
export async function runTrial(
  world: World,
  host: Host,
  suite: Suite,
  plan: Plan,
  { kind, number, fault, replays }: Task,
): Promise<Omit<Trial, 'key'>> {
  const [at, start] = [new Date(), performance.now()];
  const own = { ...plan, orderSeed: plan.orderSeed + number };
  const setup = {
    ...{ sessions: host.sessions, emit: host.progress.emit, build: host.server.build },
    trial: { fault: fault?.sql ?? null },
  };
  const looks = replays ? { goesOn: goesOnReplayed } : {};
  const place = { out: path.resolve(world.cwd, 'results'), id: newRunId(at, own.orderSeed) };
  const { run, recorder } = await withSides(setup, own, twins(suite), (compared, built) =>
    recorded(world, host, place, (common) =>
      runPlan(compared, { ...common, gate: SAME, isEnough, client: null, ...looks }, built),
    ),
  );
  const result = decideGate(evidenceOfStates(endedInTime(run), 'base', 'head'), [], false);
  const { verdict, exitCode, failures } = result;
  const foundBy = fault?.foundBy ?? null;
  const trial = {
    ...{ kind, number, verdict, exitCode, failures: failures.map(({ name }) => name) },
    ...{ foundBy, found: foundBy !== null && isFound(foundBy, result) },
    ...(fault === null ? examine(run, replays ? REPLAYED : []) : NOT_EXAMINED),
    ...{
      seconds: Math.round((performance.now() - start) / 1000),
      at: at.toISOString(),
      orderSeed: own.orderSeed,
    },
  };
  if (isAsExpected(trial)) await rm(recorder.folder, { recursive: true });
  return trial;
}

/** A fault is there to be found: how the clock judged equal sides is asked of equal sides. */
const NOT_EXAMINED = {
  ...{ comparisons: 0, flagged: 0, short: 0, open: [], spread: 0, tolerated: null },
  ...{ replays: [], judged: [] },
};

const SAME: RunFile['gate'] = {
  ref: 'itself',
  commit: '',
  changed: [],
  accepted: [],
  touched: null,
  thresholds: '',
};

function twins(suite: Suite): readonly [Side, Side] {
  return [
    { name: 'base', title: 'the suite', suite },
    { name: 'head', title: 'the suite again', suite },
  ];
}
