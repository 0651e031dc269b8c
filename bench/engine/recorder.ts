import { access, appendFile, constants, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { BenchError } from '../core/errors.ts';
import type { RunFile } from '../core/run-file.ts';

/** Writing a large run file takes longer than a small block. */
const SAVE_MS = 1000;

/** Keeps a run on disk as it happens: a crash loses the block that was running, no more. */
export class Recorder {
  readonly folder: string;
  #savedAt = Number.NEGATIVE_INFINITY;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes sure that results can be written there, and writes nothing. Errors: BENCH-OUT-UNUSABLE. */
  static async probe(out: string): Promise<void> {
    try {
      const folder = await nearest(out);
      await access(folder, constants.W_OK);
      await readdir(folder);
    } catch (cause) {
      throw new BenchError('BENCH-OUT-UNUSABLE', { path: out, problem: reason(cause) }, { cause });
    }
  }

  /** Makes the run's folder. Errors: BENCH-OUT-UNUSABLE. */
  static async open(out: string, id: string): Promise<Recorder> {
    const folder = path.join(out, id);
    try {
      await makeFolder(folder);
      await writeFile(path.join(folder, 'journal.ndjson'), '');
    } catch (cause) {
      throw new BenchError('BENCH-OUT-UNUSABLE', { path: out, problem: reason(cause) }, { cause });
    }
    return new Recorder(folder);
  }

  get runFile(): string {
    return path.join(this.folder, 'run.json');
  }

  /** Adds one line to the journal. */
  async note(entry: unknown): Promise<void> {
    await appendFile(path.join(this.folder, 'journal.ndjson'), `${JSON.stringify(entry)}\n`);
  }

  /** Writes the run file anew, whole or not at all; when it was written within the last second the journal is enough. */
  async save(run: RunFile): Promise<void> {
    if (performance.now() - this.#savedAt < SAVE_MS) return;
    await this.#write(run);
  }

  async #write(run: RunFile): Promise<void> {
    await this.write('run.json', `${JSON.stringify(run)}\n`);
    this.#savedAt = performance.now();
  }

  /** Writes a file of the run's folder under another name and renames it. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    const file = path.join(this.folder, name);
    await writeFile(`${file}.new`, content);
    await rename(`${file}.new`, file);
  }

  /** Writes what a finished run leaves beside its run file: every execution, and each state's DDL. */
  async finish(run: RunFile): Promise<void> {
    await this.#write(run);
    const lines = sampleLines(run).map((line) => `${line}\n`);
    await this.write('samples.ndjson.gz', await promisify(gzip)(lines.join('')));
    await mkdir(path.join(this.folder, 'ddl'), { recursive: true });
    for (const { name, content } of ddlFiles(run)) await this.write(name, content);
  }
}

/** A file of a run's folder. */
export interface Written {
  readonly name: string;
  readonly content: string;
}

/** The DDL of each state of a run, a file each. */
export function ddlFiles({ states }: RunFile): Written[] {
  return states.map(({ name, ddl }) => ({
    name: `ddl/${name}.json`,
    content: `${JSON.stringify(ddl, null, 1)}\n`,
  }));
}

/** Every sample of a run as one line of JSON, arm by arm; those that confirm a regression at the end. */
export function sampleLines({ arms, confirmations }: Pick<RunFile, 'arms' | 'confirmations'>): string[] {
  const lines = (some: RunFile['arms'], marks: object) =>
    some.flatMap(({ scenario, variant, state, control, samples }) =>
      samples.map((sample) => JSON.stringify({ scenario, variant, state, control, ...marks, ...sample })),
    );
  const again = confirmations.flatMap(({ before, after, arms: some }) =>
    lines(some, { confirms: [before, after] }),
  );
  return [...lines(arms, {}), ...again];
}

/** The folder itself, or the nearest one above that is there. Errors: ENOTDIR below a file. */
async function nearest(folder: string): Promise<string> {
  const there = await access(folder).then(
    () => true,
    (error: Error & { code?: string }) => {
      if (error.code !== 'ENOENT') throw error;
      return false;
    },
  );
  return there ? folder : nearest(path.dirname(folder));
}

/** One after the other: asked for all of them at once, Node never comes back from a folder such as /proc/x. */
async function makeFolder(folder: string): Promise<void> {
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  await makeFolder(path.dirname(folder));
  await mkdir(folder);
}

function reason(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return String(error);
  const known: Record<string, string> = {
    ENOTDIR: 'it is a file, or below one',
    EACCES: 'permission denied',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
  };
  return known[String(error.code)] ?? error.message;
}

/** An id for a run: when it began, and four digits against a twin. */
export function newRunId(now: Date, salt: number): string {
  const [day, time] = now.toISOString().replace(/[-:]/g, '').split('T');
  return `${day}-${time?.slice(0, 6)}-${(salt & 0xffff).toString(16).padStart(4, '0')}`;
}
