import { access, constants, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pid } from 'node:process';
import { BenchError } from '../../core/errors.ts';
import { isAlive, lockFile } from './cluster.ts';

/** Signature line of the CACHEDIR.TAG convention (bford.info/cachedir), which backups skip. */
const TAG =
  'Signature: 8a477f597d28d172789f06886806bc55\n# Cache of mailgenius-bench; `bench clean` removes it.\n';

/**
 * Where servers, binaries and built states are kept between runs: BENCH_CACHE, else the user's cache
 * folder. Root's home is closed to the account that runs PostgreSQL, so root uses /var/cache.
 */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const named = env['BENCH_CACHE'];
  if (named) return path.resolve(named);
  if (os.userInfo().uid === 0) return '/var/cache/mailgenius-bench';
  const base = env['XDG_CACHE_HOME'] || path.join(os.homedir(), '.cache');
  return path.join(base, 'mailgenius-bench');
}

/** A claim on the cache: one run at a time may use its server. */
export interface CacheLock {
  release(): Promise<void>;
}

/** True when nothing is cached there yet. */
export async function isNewCache(cache: string): Promise<boolean> {
  return (await readdir(cache).catch(() => [])).length === 0;
}

/**
 * Makes the cache folder if need be and locks it. A folder with other things in it is never made a cache, which
 * `bench clean` removes. Errors: BENCH-SERVER-IN-USE, BENCH-CACHE-UNUSABLE, BENCH-NOT-OUR-CACHE.
 */
export async function lockCache(cache: string): Promise<CacheLock> {
  await claim(cache);
  const file = lockFile(cache);
  const holder = await holderOf(file);
  if (holder !== null) throw new BenchError('BENCH-SERVER-IN-USE', { folder: cache, pid: holder });
  await rm(file, { force: true });
  await writeFile(file, `${pid}\n${await startOf(pid)}\n`, { flag: 'wx' }).catch(async () => {
    throw new BenchError('BENCH-SERVER-IN-USE', { folder: cache, pid: (await holderOf(file)) ?? 'unknown' });
  });
  return { release: () => rm(file, { force: true }) };
}

async function claim(cache: string): Promise<void> {
  try {
    await mkdir(cache, { recursive: true, mode: 0o755 });
    const isNew = await isNewCache(cache);
    if (!isNew && !(await isOurCache(cache))) throw new BenchError('BENCH-NOT-OUR-CACHE', { folder: cache });
    if (isNew) await writeFile(path.join(cache, 'CACHEDIR.TAG'), TAG);
    await access(cache, constants.W_OK);
  } catch (cause) {
    if (cause instanceof BenchError) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new BenchError('BENCH-CACHE-UNUSABLE', { path: cache, problem }, { cause });
  }
}

/** The process that holds the lock, or null; ids are used again, so it must have started when it says. */
async function holderOf(file: string): Promise<number | null> {
  const [id, start] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const holder = Number(id);
  if (!Number.isInteger(holder) || holder <= 0 || holder === pid || !isAlive(holder)) return null;
  return !start || start === (await startOf(holder)) ? holder : null;
}

/** When a process started, in ticks since the machine did (proc(5), field 22); empty where there is no /proc. */
async function startOf(id: number): Promise<string> {
  const facts = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in brackets, and may hold anything.
  return facts.slice(facts.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** True when the folder is a cache of ours, and so ours to remove. */
export async function isOurCache(cache: string): Promise<boolean> {
  const tag = await readFile(path.join(cache, 'CACHEDIR.TAG'), 'utf8').catch(() => '');
  return tag === TAG;
}
