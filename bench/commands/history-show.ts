import { oneLine } from '../../reports/text/clean.ts';
import { EXIT, type ExitCode } from '../core/errors.ts';
import { HISTORY_VERSION, type HistoryLine } from '../core/history.ts';
import type { Change, Series } from '../core/history-series.ts';
import { changeText, lastText, placeText, seriesTitle } from '../core/history-text.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { FLAG } from './flags.ts';
import { chosenSeries, HISTORY_FLAG } from './history-file.ts';

/** `bench history show`. */
export const show = defineCommand({
  summary: 'say where the figures of a history changed',
  flags: [HISTORY_FLAG.scenario, HISTORY_FLAG.file, FLAG.json],
  examples: [
    { call: 'bench history show', help: 'every variant: runs, last time, and every change' },
    { call: 'bench history show --scenario lead-list --json', help: 'one scenario, for a script' },
  ],
  run: showCommand,
});

async function showCommand(world: World, flags: Flags): Promise<ExitCode> {
  const series = await chosenSeries(world, flags);
  world.stdout.write(flags['json'] ? `${JSON.stringify(document(series), null, 2)}\n` : page(series));
  return EXIT.ok;
}

/** Scripts rely on these keys; more may be added, none renamed. */
function document(all: readonly Series[]) {
  return {
    schemaVersion: HISTORY_VERSION,
    series: all.map(({ scenario, variant, state, role, environment, lines, levels, changes }) => {
      const last = lines.at(-1);
      return {
        ...{ scenario, variant, state, role, environment },
        runs: lines.length,
        last: last ? lastDocument(last) : null,
        levels: levels.map(({ from, to, ms }) => ({ from: lines[from]?.run, to: lines[to]?.run, ms })),
        changes: changes.map((change) => ({ ...change, text: changeText(change).short })),
      };
    }),
  };
}

function lastDocument({ run, commit, time, ms, projected, blocks }: HistoryLine) {
  return { run, commit, time, ms, projected, blocks };
}

function page(all: readonly Series[]): string {
  if (all.length === 0) return 'no runs yet\n';
  return all.map((series) => `${paragraph(series).map(oneLine).join('\n')}\n`).join('\n');
}

function paragraph(series: Series): string[] {
  const { environment, changes } = series;
  const found = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return [
    seriesTitle(series),
    `  ${environment.title} [${environment.key}]`,
    `  ${lastText(series)}, ${found}`,
    ...changes.flatMap(changeLines),
  ];
}

const MARK = { up: '▲', down: '▼', other: '■' } as const;

function changeLines(change: Change): string[] {
  const { direction, short, levels } = changeText(change);
  const by = { clock: ' by the clock', counter: ' by a counter', answer: '' }[change.by];
  return [
    `  ${MARK[direction]} ${short}${by}: ${levels}`,
    `      from run ${placeText(change.first)}`,
    `      the last before is ${placeText(change.last)}`,
  ];
}
