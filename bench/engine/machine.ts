import { statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { version } from 'node:process';
import type { MachineFacts } from '../core/environment.ts';
import { BenchError } from '../core/errors.ts';
import { formatBytes } from '../core/units.ts';
import { processors } from './placement.ts';

export async function machineFacts(): Promise<MachineFacts> {
  const cpus = os.cpus();
  const found = await processors();
  return {
    platform: `${os.platform()} ${os.arch()} ${os.release()}`,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryBytes: os.totalmem(),
    node: version,
    placement: found && { client: found.client, server: found.server },
  };
}

/** Refuses when the folder's disk has less than `needed` bytes free. Errors: BENCH-DISK-SPACE. */
export async function requireDisk(folder: string, needed: number): Promise<void> {
  const free = await freeBytes(folder);
  if (free >= needed) return;
  throw new BenchError('BENCH-DISK-SPACE', {
    path: folder,
    free: formatBytes(free),
    needed: formatBytes(needed),
  });
}

/** Free bytes on the disk of a folder that need not exist yet. */
export async function freeBytes(folder: string): Promise<number> {
  const facts = await statfs(folder).catch(() => null);
  if (facts) return facts.bavail * facts.bsize;
  const parent = path.dirname(folder);
  return parent === folder ? 0 : freeBytes(parent);
}
