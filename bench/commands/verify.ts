import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BenchError } from '../core/errors.ts';
import type { RunFile } from '../core/run-file.ts';
import { sampleLines } from '../engine/recorder.ts';

/** What a run's folder must hold, each as it would be written from the run file now. */
export interface Written {
  readonly name: string;
  readonly content: string;
}

/**
 * Proves a run's folder: the samples beside the run file are those that it holds, and every report reads as it would
 * be rendered from it now. Returns what was compared. Errors: BENCH-VERIFY-FAILED.
 */
export async function verifyFolder(
  folder: string,
  run: RunFile,
  reports: readonly Written[],
): Promise<string[]> {
  const failed = (problem: string) => new BenchError('BENCH-VERIFY-FAILED', { path: folder, problem });
  const samples = await readFile(path.join(folder, 'samples.ndjson.gz')).catch(() => {
    throw failed('samples.ndjson.gz is missing');
  });
  const text = await promisify(gunzip)(samples).catch(() => {
    throw failed('samples.ndjson.gz is damaged');
  });
  const [lines, wanted] = [text.toString('utf8').trimEnd().split('\n'), sampleLines(run)];
  const other = wanted.findIndex((line, i) => line !== lines[i]);
  if (other >= 0 || lines.length !== wanted.length)
    throw failed(
      `sample ${(other < 0 ? Math.min(lines.length, wanted.length) : other) + 1} is another in the run file`,
    );
  const compared = [`${wanted.length} samples`];
  for (const { name, content } of reports) {
    const found = await readFile(path.join(folder, name), 'utf8').catch(() => null);
    // A run that did not end has written none.
    if (found === null && run.status !== 'complete') continue;
    if (found === null) throw failed(`${name} is missing`);
    if (found !== content) throw failed(`${name} prints other figures`);
    compared.push(name);
  }
  return compared;
}
