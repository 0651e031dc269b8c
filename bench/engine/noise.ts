import { readFile } from 'node:fs/promises';
import type { NoiseFacts } from '../core/environment.ts';
import { median } from '../core/statistics.ts';
import { deviation } from '../core/verdict.ts';

const LOOPS = 20;
const LOOP_STEPS = 4_000_000;

/** How steady the machine is before anything is measured: the same loop again and again. About a tenth of a second. */
export async function noisePreflight(): Promise<NoiseFacts> {
  const loopsMs = Array.from({ length: LOOPS }, timeLoop);
  return { loopMs: median(loopsMs), loopSpread: deviation(loopsMs.map(Math.log)), stealShare: null };
}

function timeLoop(): number {
  const start = performance.now();
  let x = 1;
  for (let i = 0; i < LOOP_STEPS; i += 1) x = Math.imul(x ^ i, 0x9e3779b1);
  const ms = performance.now() - start;
  return x === 0 ? ms + Number.EPSILON : ms;
}

/** Ticks of all processors since boot, and those that the hypervisor gave to somebody else; null where nobody says. */
export async function processorTicks(): Promise<{ readonly all: number; readonly stolen: number } | null> {
  const text = await readFile('/proc/stat', 'utf8').catch(() => null);
  const ticks = /^cpu\s+(.*)$/m
    .exec(text ?? '')?.[1]
    ?.split(' ')
    .map(Number);
  if (!ticks) return null;
  // user nice system idle iowait irq softirq steal; guest time is counted in user already (proc(5)).
  return { all: ticks.slice(0, 8).reduce((sum, value) => sum + value, 0), stolen: ticks[7] ?? 0 };
}

type Ticks = Awaited<ReturnType<typeof processorTicks>>;

/** Share of the processors' time between two readings that was stolen; null where nobody says. */
export function stealShare(from: Ticks, to: Ticks): number | null {
  if (!from || !to || to.all <= from.all) return null;
  return (to.stolen - from.stolen) / (to.all - from.all);
}
