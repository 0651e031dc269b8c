import { monitorEventLoopDelay, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { ClientLoad } from '../core/run-file.ts';
import { median } from '../core/statistics.ts';
import type { Database } from '../core/suite.ts';

/** What some work gave, and what the client did meanwhile. */
export interface Audited<T> {
  readonly value: T;
  readonly client: ClientLoad;
}

/** The load generator is a suspect too: what it did itself while it waited for `work`. */
export async function audited<T>(idleMs: number, work: () => Promise<T>): Promise<Audited<T>> {
  const gc = new GarbageClock();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const [start, cpu, loop] = [performance.now(), process.cpuUsage(), performance.eventLoopUtilization()];
  try {
    const value = await work();
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const gcMs = gc.ms();
    const client = {
      cpuShare: wallMs > 0 ? (user + system) / 1000 / wallMs : 0,
      loopShare: performance.eventLoopUtilization(loop).utilization,
      gcShare: wallMs > 0 ? Math.min(1, gcMs / wallMs) : 0,
      delayMs: Math.max(0, delay.max / NS_PER_MS - RESOLUTION_MS),
      idleMs,
    };
    return { value, client };
  } finally {
    delay.disable();
    gc.stop();
  }
}

/** Adds up what collecting garbage takes. */
class GarbageClock {
  #ms = 0;
  readonly #observer = new PerformanceObserver((list) => this.#add(list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  #add(entries: readonly PerformanceEntry[]): void {
    for (const { duration } of entries) this.#ms += duration;
  }

  /** With what the observer was not told yet. */
  ms(): number {
    this.#add(this.#observer.takeRecords());
    return this.#ms;
  }

  stop(): void {
    this.#observer.disconnect();
  }
}

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;
const IDLE_EXECUTIONS = 10;

/** Median time of a statement that does nothing: less than this, the client cannot measure. */
export async function idleStatementMs(db: Database): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i <= IDLE_EXECUTIONS; i += 1) {
    const start = performance.now();
    await db.prepared('bench_idle', 'SELECT', []);
    if (i > 0) times.push(performance.now() - start);
  }
  return median(times);
}
