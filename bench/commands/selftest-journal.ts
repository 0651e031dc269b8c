import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { BenchError } from '../core/errors.ts';
import { Trial } from '../core/selftest.ts';
import type { Plan } from '../engine/plan.ts';
import { hashOf } from '../engine/suite-folder.ts';
import type { Task } from './selftest-trial.ts';

/** Trials on disk, a line each: a selftest of hours goes on where it ended. */
export interface Journal {
  readonly file: string;
  /** The trial of this task if it is there, else what `run` gives, which is noted. */
  once(task: Task, plan: Plan, build: string, run: () => Promise<Omit<Trial, 'key'>>): Promise<Trial>;
}

/** Opens a journal, or begins one; a line that is no trial, as of a crash, is done anew. Errors: BENCH-USAGE. */
export async function openJournal(file: string): Promise<Journal> {
  const text = await readOrBegin(file).catch((cause: Error) => {
    throw new BenchError(
      'BENCH-USAGE',
      { problem: `--journal: ${cause.message}`, command: 'bench selftest' },
      { cause },
    );
  });
  const judge = await programHash();
  const known = text.split('\n').flatMap(parsed);
  // What a crash cut off gets a line of its own.
  if (text !== '' && !text.endsWith('\n')) await appendFile(file, '\n');
  return {
    file,
    async once(task, plan, build, run) {
      const key = keyOf(task, plan, build, judge);
      const found = known.find((trial) => trial.key === key && trial.number === task.number);
      if (found) return found;
      const trial = { ...(await run()), key };
      await appendFile(file, `${JSON.stringify(trial)}\n`);
      return trial;
    },
  };
}

/** Probes that a line can be added, before hours are spent on one. */
async function readOrBegin(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await appendFile(file, '');
  return readFile(file, 'utf8');
}

function parsed(line: string): Trial[] {
  try {
    const trial = Trial.safeParse(JSON.parse(line));
    return trial.success ? [trial.data] : [];
  } catch {
    return [];
  }
}

/** Of all that measures and judges. */
async function programHash(): Promise<string> {
  const root = path.resolve(import.meta.dirname, '..');
  const names = (await readdir(root, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.includes('.test.'),
  );
  return hashOf(await Promise.all(names.sort().map((name) => readFile(path.join(root, name), 'utf8'))));
}

/** Trials of another program, suite, server or machine say nothing of this one. */
function keyOf(
  { kind, fault }: Task,
  { suite, fixtures, units, profile }: Plan,
  build: string,
  judge: string,
): string {
  const names = units.map(({ scenario, variant }) => `${scenario.name}/${variant.name}`);
  return hashOf([
    kind,
    fault ?? '',
    suite.hash,
    build,
    judge,
    `${os.cpus()[0]?.model}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    JSON.stringify([fixtures, profile]),
    ...names,
  ]);
}
