import path from 'node:path';
import { historyPlot } from '../../reports/history/plot.ts';
import { EXIT, type ExitCode } from '../core/errors.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { text } from './flags.ts';
import { chosenSeries, HISTORY_FLAG } from './history-file.ts';
import { writeOut } from './report.ts';

/** `bench history plot`. */
export const plot = defineCommand({
  summary: 'draw a history as SVG: times over runs, and where they changed',
  flags: [
    { flag: '--out <file>', help: 'the SVG file to write; `-` is stdout', fallback: '-' },
    HISTORY_FLAG.scenario,
    HISTORY_FLAG.file,
  ],
  examples: [{ call: 'bench history plot --out history.svg', help: 'a panel for each variant' }],
  run: plotCommand,
});

async function plotCommand(world: World, flags: Flags): Promise<ExitCode> {
  const drawing = historyPlot(await chosenSeries(world, flags));
  const out = text(flags, 'out') ?? '-';
  if (out === '-') world.stdout.write(drawing);
  else await writeOut(path.resolve(world.cwd, out), drawing);
  return EXIT.ok;
}
