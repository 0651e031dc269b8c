import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { env, execPath } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

export const ROOT = path.resolve(import.meta.dirname, '..');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as a user starts it, with a cache and a working folder of its own. */
export class Program {
  readonly folder: string;

  readonly #suites: string[] = [];
  #environment: Readonly<Record<string, string>> = {};

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<Program> {
    const folder = await mkdtemp(path.join(tmpdir(), 'bench-e2e-'));
    // The account that runs PostgreSQL for root must be able to enter.
    await chmod(folder, 0o755);
    return new Program(folder);
  }

  get cache(): string {
    return path.join(this.folder, 'cache');
  }

  /** Starts `bench …`; the promise resolves when it ended. */
  start(...args: readonly string[]): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(execPath, [path.join(ROOT, 'bench/bin.js'), ...args], {
      cwd: this.folder,
      env: { ...env, BENCH_CACHE: this.cache, ...this.#environment },
    });
    let stdout = '';
    let stderr = '';
    // Whole characters, also where a chunk ends in the middle of one.
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      stderr += chunk;
    });
    const ended = new Promise<Ended>((resolve) => {
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  }

  run(...args: readonly string[]): Promise<Ended> {
    return this.start(...args).ended;
  }

  /** A copy of the toy suite inside the checkout (it imports from bench/), to be changed at will. */
  async toySuite(name: string): Promise<string> {
    const copy = path.join(ROOT, 'test', `toy-suite.${name}.tmp`);
    await rm(copy, { recursive: true, force: true });
    await cp(path.join(ROOT, 'test/toy-suite'), copy, { recursive: true });
    this.#suites.push(copy);
    return copy;
  }

  /** What a command left in its working folder, the cache aside. */
  async left(): Promise<readonly string[]> {
    return (await readdir(this.folder)).filter((name) => name !== 'cache' && name !== 'tmp');
  }

  /** From now on temporary files are in a folder of their own; answers with what commands leave there, tsx' own cache aside. */
  async watchTemporary(): Promise<() => Promise<readonly string[]>> {
    const folder = path.join(this.folder, 'tmp');
    await mkdir(folder);
    this.#environment = { TMPDIR: folder };
    return async () => (await readdir(folder)).filter((name) => !name.startsWith('tsx-'));
  }

  async remove(): Promise<void> {
    await this.run('down');
    for (const left of [this.folder, ...this.#suites]) await rm(left, { recursive: true, force: true });
  }
}

/** Waits for a condition; fails when the other thing comes first. */
export async function until(condition: () => Promise<boolean>, other: Promise<unknown>): Promise<void> {
  let over = false;
  other.then(() => {
    over = true;
  });
  while (!(await condition())) {
    if (over) throw new Error('it ended before the condition came true');
    await sleep(20);
  }
}
