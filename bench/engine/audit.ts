import { monitorEventLoopDelay, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
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
  const account = new ClientAccount();
  try {
    const value = await account.during(work);
    return { value, client: await account.load(idleMs) };
  } finally {
    account.close();
  }
}

const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

/** Keeps account of what the client does itself during work that comes in parts. Whoever opens one closes it. */
export class ClientAccount {
  #wallMs = 0;
  #cpuMs = 0;
  #busyMs = 0;
  readonly #parts: { readonly start: number; readonly end: number }[] = [];
  readonly #garbage: PerformanceEntry[] = [];
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #observer = new PerformanceObserver((list) => void this.#garbage.push(...list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#delay.enable();
    const [start, cpu, loop] = [performance.now(), process.cpuUsage(), performance.eventLoopUtilization()];
    try {
      return await work();
    } finally {
      const end = performance.now();
      const { user, system } = process.cpuUsage(cpu);
      this.#wallMs += end - start;
      this.#cpuMs += (user + system) / 1000;
      this.#busyMs += performance.eventLoopUtilization(loop).active;
      this.#parts.push({ start, end });
      this.#delay.disable();
    }
  }

  /** Shares of the time that all parts took. */
  async load(idleMs: number): Promise<ClientLoad> {
    // Node tells of garbage that was collected just now in the next round of its loop.
    await setImmediate();
    const share = (ms: number) => (this.#wallMs > 0 ? ms / this.#wallMs : 0);
    return {
      cpuShare: share(this.#cpuMs),
      loopShare: share(this.#busyMs),
      gcShare: Math.min(1, share(this.#garbageMs())),
      delayMs: Math.max(0, this.#delay.max / NS_PER_MS - RESOLUTION_MS),
      idleMs,
    };
  }

  #garbageMs(): number {
    return [...this.#garbage, ...this.#observer.takeRecords()]
      .filter(({ startTime }) => this.#parts.some(({ start, end }) => start <= startTime && startTime <= end))
      .reduce((sum, { duration }) => sum + duration, 0);
  }

  close(): void {
    this.#observer.disconnect();
  }
}

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
