import path from 'node:path';
import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import { environmentDifferences } from '../core/fingerprint.ts';
import { METRICS } from '../core/metrics.ts';
import { type ArmComparison, compareRuns } from '../core/run-comparison.ts';
import { formatMs } from '../core/units.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { FLAG } from './flags.ts';
import { readRunFile } from './report.ts';

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
  const arms = compareRuns(before, after);
  if (flags['json'])
    world.stdout.write(`${JSON.stringify({ base: before.id, head: after.id, arms }, null, 2)}\n`);
  else world.stdout.write(text(arms));
  return arms.some(({ answersEqual }) => answersEqual === false) ? EXIT.answersDiffer : EXIT.ok;
}

function text(arms: readonly ArmComparison[]): string {
  const lines = arms.flatMap((arm) => {
    const found = findings(arm);
    return found.length === 0
      ? []
      : [`${arm.scenario} ${arm.variant}, ${arm.state}`, ...found.map((one) => `  ${one}`)];
  });
  const quiet = arms.length - lines.filter((line) => !line.startsWith(' ')).length;
  return [
    ...lines,
    `${quiet} of ${arms.length} arms count, plan and answer the same and take about as long`,
    '',
  ].join('\n');
}

function findings({ answersEqual, counters, plan, time, beforeMs, afterMs }: ArmComparison): string[] {
  const format = (metric: string, value: number) =>
    METRICS.find(({ name }) => name === metric)?.format(value) ?? value;
  return [
    ...(answersEqual === false ? ['another answer: no figure counts'] : []),
    ...counters.map(
      ({ metric, title, before, after }) => `${title}: ${format(metric, before)} → ${format(metric, after)}`,
    ),
    ...(plan ?? []).map((change) => `plan: ${change}`),
    ...(time === 'slower' || time === 'faster'
      ? [
          `${time}: ${formatMs(beforeMs ?? 0)} → ${formatMs(afterMs ?? 0)} (advisory: two jobs differ by themselves)`,
        ]
      : []),
  ];
}
