import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { pid } from 'node:process';
import { promisify } from 'node:util';
import type { MachineFacts } from '../core/environment.ts';

const run = promisify(execFile);

/** Lists of processors, like `0` or `1-3,5`. */
type Processors = NonNullable<MachineFacts['placement']> & { readonly all: string };

/** What has processes keep to the processors of a list; those that are gone, or somebody else's, are left alone. */
const SETTLE = 'for pid; do taskset -cp "$0" "$pid"; done';

let known: Promise<Processors | null> | null = null;

/** One processor for the client and the others for the server; null where there is only one, or no `taskset` (Linux). */
export function processors(): Promise<Processors | null> {
  known ??= findProcessors();
  return known;
}

async function findProcessors(): Promise<Processors | null> {
  const told = await run('taskset', ['-cp', String(pid)]).catch(() => null);
  const all = told?.stdout.split(': ').at(-1)?.trim();
  const [client, ...server] = all === undefined ? [] : expand(all);
  if (all === undefined || client === undefined || server.length === 0) return null;
  return { all, client: String(client), server: server.join() };
}

/** The numbers of a list such as `0-2,5`. */
export function expand(list: string): readonly number[] {
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, place) => first + place);
  });
}

/**
 * Does the work while the main thread of this program keeps to one processor, and the server's processes that the work
 * names to the others. Client and server never work at the same time where one waits for the other, so the scheduler moves
 * them onto one processor and apart again, and a quick statement takes a third more or less (docs/decisions.md).
 */
export async function keepApart<T>(
  work: (settle: (pids: readonly number[]) => Promise<void>) => Promise<T>,
): Promise<T> {
  const found = await processors();
  if (!found) return work(async () => undefined);
  const settled = new Set([pid]);
  await keepTo(found.client, [pid]);
  try {
    return await work(async (pids) => {
      const fresh = await serversOf(pids.filter((one) => !settled.has(one)));
      for (const one of fresh) settled.add(one);
      await keepTo(found.server, fresh);
    });
  } finally {
    await keepTo(found.all, [...settled]);
  }
}

async function keepTo(list: string, pids: readonly number[]): Promise<void> {
  if (pids.length > 0) await run('sh', ['-c', SETTLE, list, ...pids.map(String)]).catch(() => undefined);
}

/** Those that are processes of PostgreSQL on this machine: a server elsewhere has others of these numbers. */
async function serversOf(pids: readonly number[]): Promise<readonly number[]> {
  const names = await Promise.all(pids.map((one) => readFile(`/proc/${one}/comm`, 'utf8').catch(() => '')));
  return pids.filter((_, place) => names[place]?.trim() === 'postgres');
}
