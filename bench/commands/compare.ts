import path from 'node:path';
import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import { environmentDifferences } from '../core/fingerprint.ts';
import { metricNamed } from '../core/metrics.ts';
import { type ArmComparison, type ArmName, compareRuns, type RunComparison } from '../core/run-comparison.ts';
import { formatMs, formatProjectedShort } from '../core/units.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { FLAG } from './flags.ts';
import { readRunFile } from './report.ts';
import { asText } from './text.ts';

export default defineCommand({
  summary: 'compare two runs: counters exactly, times with a margin',
  arguments: [
    { name: '<base>', help: 'a run.json, or the folder that holds it' },
    { name: '<head>', help: 'another run of the same server, machine and data' },
  ],
  flags: [FLAG.json],
  examples: [
    {
      call: 'bench compare results/20261123-190000-1a2b results/20261124-190000-3c4d',
      help: 'what the second run counts or plans in another way',
    },
  ],
  run: compareCommand,
});

async function compareCommand(
  world: World,
  flags: Flags,
  [base = '', head = '']: readonly string[],
): Promise<ExitCode> {
  const [before, after] = [
    await readRunFile(path.resolve(world.cwd, base)),
    await readRunFile(path.resolve(world.cwd, head)),
  ];
  const differences = environmentDifferences(before, after);
  if (differences.length > 0)
    throw new BenchError('BENCH-ENVIRONMENTS-DIFFER', { differences: differences.join('; ') });
  const comparison = compareRuns(before, after);
  const { arms } = comparison;
  if (arms.length === 0) throw new BenchError('BENCH-NOTHING-IN-COMMON', { base: before.id, head: after.id });
  const partial = [before, after].flatMap(({ id, status }) =>
    status === 'complete' ? [] : [`run ${id} is ${status}: not all was measured\n`],
  );
  world.stderr.write(partial.join(''));
  world.stdout.write(
    flags['json']
      ? `${JSON.stringify({ base: before.id, head: after.id, ...comparison }, null, 2)}\n`
      : asText(text(comparison)),
  );
  return arms.some(({ answersEqual }) => answersEqual === false) ? EXIT.answersDiffer : EXIT.ok;
}

function text({ sameSuite, arms, onlyBefore, onlyAfter }: RunComparison): string {
  const told = arms.map((arm) => ({ arm, found: findings(arm) })).filter(({ found }) => found.length > 0);
  const all = arms.length + onlyBefore.length + onlyAfter.length;
  return [
    ...(sameSuite ? [] : ['the runs are of two suites: their files differ']),
    ...told.flatMap(({ arm, found }) => [nameText(arm), ...found.map((one) => `  ${one}`)]),
    ...onlyBefore.map((arm) => `${nameText(arm)}: only in the first run`),
    ...onlyAfter.map((arm) => `${nameText(arm)}: only in the second run`),
    `${arms.length - told.length} of ${all} arms count, plan and answer the same and take about as long`,
    '',
  ].join('\n');
}

function nameText({ scenario, variant, state }: ArmName): string {
  return `${scenario} ${variant}, ${state}`;
}

function findings(arm: ArmComparison): string[] {
  return [
    ...(arm.answersEqual === false ? ['another answer: no figure counts'] : []),
    ...arm.unknown,
    ...arm.counters.map(
      ({ metric, title, before, after }) =>
        `${title}: ${metricNamed(metric).format(before)} → ${metricNamed(metric).format(after)}`,
    ),
    ...(arm.plan ?? []).map((change) => `plan: ${change}`),
    ...(arm.time === 'slower' || arm.time === 'faster' ? [timeText(arm)] : []),
  ];
}

function timeText({
  time,
  beforeMs,
  afterMs,
  beforeProjected,
  afterProjected,
  client,
}: ArmComparison): string {
  const format = (ms: number | null, isProjected: boolean) =>
    (isProjected ? formatProjectedShort : formatMs)(ms ?? 0);
  const doubts = ['advisory: two jobs differ by themselves', ...client].join('; ');
  return `${time}: ${format(beforeMs, beforeProjected)} → ${format(afterMs, afterProjected)} (${doubts})`;
}
