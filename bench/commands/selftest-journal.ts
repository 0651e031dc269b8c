import { appendFile, mkdir, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { version } from 'node:process';
import { z } from 'zod';
import { BenchError } from '../core/errors.ts';
import { Trial } from '../core/selftest.ts';
import { importsOf } from '../engine/imports.ts';
import type { Plan } from '../engine/plan.ts';
import { hashOf } from '../engine/suite-folder.ts';
import { serverNames } from './host.ts';
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
  const judge = await judgeHash();
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

const BENCH = path.resolve(import.meta.dirname, '..');

/** Of all that measures and judges: its modules, the driver and Node. */
async function judgeHash(): Promise<string> {
  const files = await judgeFiles();
  const texts = await Promise.all(files.map((file) => readFile(path.join(BENCH, file), 'utf8')));
  return hashOf([version, ...(await driverVersions()), ...files, ...texts]);
}

/** The modules that a trial is made of, with the servers; other commands, flags and help texts are none. */
export async function judgeFiles(): Promise<readonly string[]> {
  const parts = ['selftest-trial', 'recorded-run'].map((name) => `commands/${name}.ts`);
  const roots = [...parts, ...serverNames().map((name) => `servers/${name}.ts`)];
  const found = await Promise.all(roots.map((root) => importsOf(BENCH, root)));
  const files = new Set(found.flatMap((one) => [...one.files]));
  return [...files]
    .filter((file) => parts.includes(file) || /^(core|engine|postgres|servers)\//.test(file))
    .sort();
}

const Lock = z.object({ packages: z.record(z.string(), z.object({ version: z.string().optional() })) });

/** Versions of the driver's packages, as they are locked; none where the program itself is a package of somebody. */
async function driverVersions(): Promise<readonly string[]> {
  const text = await readFile(path.join(BENCH, '../package-lock.json'), 'utf8').catch(() => null);
  if (text === null) return [];
  const { packages } = Lock.parse(JSON.parse(text));
  return Object.entries(packages).flatMap(([name, { version: locked = '' }]) =>
    /^node_modules\/pg/.test(name) ? [`${name} ${locked}`] : [],
  );
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
    JSON.stringify(fault),
    suite.hash,
    build,
    judge,
    `${os.cpus()[0]?.model}, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    JSON.stringify([fixtures, profile]),
    ...names,
  ]);
}
