import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
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

/** Makes the cache folder if need be and locks it. Errors: BENCH-SERVER-IN-USE, BENCH-OUT-UNUSABLE. */
export async function lockCache(cache: string): Promise<CacheLock> {
  try {
    await mkdir(cache, { recursive: true, mode: 0o755 });
    await writeFile(path.join(cache, 'CACHEDIR.TAG'), TAG);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new BenchError('BENCH-OUT-UNUSABLE', { path: cache, problem }, { cause });
  }
  const file = lockFile(cache);
  const holder = await holderOf(file);
  if (holder !== null) throw new BenchError('BENCH-SERVER-IN-USE', { folder: cache, pid: holder });
  await rm(file, { force: true });
  await writeFile(file, `${pid}\n`, { flag: 'wx' }).catch(async () => {
    throw new BenchError('BENCH-SERVER-IN-USE', { folder: cache, pid: (await holderOf(file)) ?? 'unknown' });
  });
  return { release: () => rm(file, { force: true }) };
}

async function holderOf(file: string): Promise<number | null> {
  const holder = Number(await readFile(file, 'utf8').catch(() => ''));
  return Number.isInteger(holder) && holder > 0 && holder !== pid && isAlive(holder) ? holder : null;
}

/** True when the folder is a cache of ours, and so ours to remove. */
export async function isOurCache(cache: string): Promise<boolean> {
  const tag = await readFile(path.join(cache, 'CACHEDIR.TAG'), 'utf8').catch(() => '');
  return tag === TAG;
}
