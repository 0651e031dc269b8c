import { type FileHandle, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { BenchError, unknownName } from '../core/errors.ts';
import { type HistoryLine, parseHistory, shortRuns } from '../core/history.ts';
import { type Series, seriesOf } from '../core/history-series.ts';
import type { Flag, Flags, World } from './command.ts';
import { text, words } from './flags.ts';

/** Flags that the history's commands share. */
export const HISTORY_FLAG = {
  file: { flag: '--file <file>', help: 'the history, a text file', fallback: 'bench-history.ndjson' },
  scenario: { flag: '--scenario <name...>', help: 'scenarios to look at; all when left out' },
} as const satisfies Record<string, Flag>;

/** A history as it stands in its file. */
export interface History {
  readonly path: string;
  readonly lines: readonly HistoryLine[];
  /** True when the next line needs a line break before it: an editor left the last one out. */
  readonly isOpen: boolean;
}

/** Reads the history of `--file`; null when there is no such file. Errors: BENCH-HISTORY-INVALID, BENCH-HISTORY-TORN. */
export async function readHistory(world: World, flags: Flags): Promise<History | null> {
  const file = historyPath(world, flags);
  const content = await readFile(file, 'utf8').catch((error: Error & { code?: string }) => {
    if (error.code === 'ENOENT') return null;
    throw new BenchError(
      'BENCH-HISTORY-INVALID',
      { path: file, problem: `it cannot be read (${error.message})` },
      { cause: error },
    );
  });
  if (content === null) return null;
  return {
    path: file,
    lines: parseHistory(content, file),
    isOpen: content !== '' && !content.endsWith('\n'),
  };
}

/** Path of the history, whether it is there or not. */
export function historyPath(world: World, flags: Flags): string {
  return path.resolve(world.cwd, text(flags, 'file') ?? HISTORY_FLAG.file.fallback);
}

/**
 * Appends whole lines in one write at the file's end (O_APPEND), so that two processes that add at once do not mix
 * theirs, and waits for the disk. Errors: BENCH-HISTORY-UNUSABLE.
 */
export async function appendHistory(file: string, content: string): Promise<void> {
  const unusable = (cause: Error) =>
    new BenchError('BENCH-HISTORY-UNUSABLE', { path: file, problem: cause.message }, { cause });
  const handle = await open(file, 'a').catch((cause: Error) => {
    throw unusable(cause);
  });
  try {
    await writeWhole(handle, Buffer.from(content));
  } catch (cause) {
    throw cause instanceof Error && !('code' in cause && cause.code === 'ENOSPC') ? unusable(cause) : cause;
  } finally {
    await handle.close();
  }
}

async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  const { bytesWritten } = await handle.write(bytes);
  await handle.sync();
  if (bytesWritten < bytes.length) throw new Error('only a part could be written');
}

/**
 * The series that `--scenario` chooses; says on stderr which runs are not whole.
 * Errors: BENCH-HISTORY-INVALID without a file, BENCH-UNKNOWN-NAME, those of `readHistory`.
 */
export async function chosenSeries(world: World, flags: Flags): Promise<readonly Series[]> {
  const history = await readHistory(world, flags);
  if (history === null)
    throw new BenchError('BENCH-HISTORY-INVALID', {
      path: historyPath(world, flags),
      problem: 'there is no such file',
    });
  for (const run of shortRuns(history.lines))
    world.stderr.write(`warning: lines of run ${run} are missing; add it again, and they come\n`);
  const wanted = words(flags, 'scenario');
  const known = [...new Set(history.lines.map(({ scenario }) => scenario))];
  for (const name of wanted) if (!known.includes(name)) throw unknownName('scenario', name, known);
  return seriesOf(history.lines.filter(({ scenario }) => wanted.length === 0 || wanted.includes(scenario)));
}
