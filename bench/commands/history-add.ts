import path from 'node:path';
import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import { type HistoryLine, historyLines, historyText, newLines } from '../core/history.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { text } from './flags.ts';
import { appendHistory, HISTORY_FLAG, historyPath, readHistory } from './history-file.ts';
import { readRunFile } from './report.ts';
import { asText } from './text.ts';

/** `bench history add`. */
export const add = defineCommand({
  summary: 'append the figures of complete runs to the history',
  arguments: [{ name: '<run...>', help: 'run.json files, or the folders that hold them' }],
  flags: [
    { flag: '--commit <hash>', help: 'what was measured; recorded as not known when left out' },
    HISTORY_FLAG.file,
  ],
  examples: [
    {
      call: 'bench history add results/20261123-190000-1a2b --commit "$(git rev-parse HEAD)"',
      help: 'one line for each variant, in its last state',
    },
  ],
  run: addCommand,
});

/** All runs are read before anything is written, and all lines are written at once. */
async function addCommand(world: World, flags: Flags, args: readonly string[]): Promise<ExitCode> {
  const commit = commitOf(flags);
  const runs: HistoryLine[][] = [];
  for (const arg of args) runs.push(historyLines(await readRunFile(path.resolve(world.cwd, arg)), commit));
  const history = await readHistory(world, flags);
  const file = historyPath(world, flags);
  const added = newLines(history?.lines ?? [], runs.flat());
  if (added.length > 0) {
    await appendHistory(file, `${history?.isOpen ? '\n' : ''}${historyText(added)}`);
  }
  world.stdout.write(asText(runs.map((lines) => told(lines, added, file)).join('')));
  return EXIT.ok;
}

/** Something that names a commit for good: `HEAD` or a branch would mean another one tomorrow. Errors: BENCH-USAGE. */
function commitOf(flags: Flags): string | null {
  const commit = text(flags, 'commit');
  if (commit === null || /^[0-9a-f]{7,64}$/i.test(commit)) return commit;
  throw new BenchError('BENCH-USAGE', {
    problem: `--commit wants a hash of 7 to 64 hexadecimal digits, got "${commit}"`,
    command: 'bench history add',
  });
}

function told(lines: readonly HistoryLine[], added: readonly HistoryLine[], file: string): string {
  const [first] = lines;
  if (!first) return 'a run without arms has nothing to add\n';
  const { run, commit } = first;
  const count = lines.filter((line) => added.includes(line)).length;
  if (count === 0) return `run ${run} is in ${file} already: nothing added\n`;
  const what = count === lines.length ? `${count}` : `the missing ${count} of ${lines.length}`;
  return `added ${what} ${what === '1' ? 'line' : 'lines'} of run ${run}, commit ${commit ?? 'not known'}, to ${file}\n`;
}
