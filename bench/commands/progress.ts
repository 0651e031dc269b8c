import { wrap } from '../../reports/text/table.ts';
import { formatBytes, formatCount, formatMs } from '../core/units.ts';
import type { Emit, Event } from '../engine/events.ts';
import type { Terminal } from './command.ts';
import { asText } from './text.ts';

export type ProgressMode = 'tty' | 'plain' | 'json' | 'none';

const PLAIN_INTERVAL_MS = 10_000;
const TTY_INTERVAL_MS = 100;
/** A time left is shown once this share, or this time, is behind. */
const ETA_SHARE = 0.05;
const ETA_AFTER_MS = 10_000;

/** Where a stage stands. */
interface Stage {
  readonly title: string;
  total: number | null;
  readonly unit: string;
  readonly startMs: number;
  done: number;
  bytes: number;
  note: string;
}

export interface Progress {
  readonly emit: Emit;
  /** Ends the live line, so that what follows starts on a line of its own. */
  close(): void;
}

/** Shows the engine's events on a terminal, as lines, as JSON lines, or not at all. */
export function showProgress(mode: ProgressMode, terminal: Terminal, now: () => number): Progress {
  if (mode === 'none') return { emit: () => undefined, close: () => undefined };
  if (mode === 'json') {
    return { emit: (event) => terminal.write(`${JSON.stringify(event)}\n`), close: () => undefined };
  }
  const view = new ProgressView(mode, terminal, now);
  // A long statement tells nothing: the clock goes on all the same.
  const clock = setInterval(() => view.tick(), mode === 'tty' ? 1000 : PLAIN_INTERVAL_MS).unref();
  return {
    emit: (event) => view.take(event),
    close: () => {
      clearInterval(clock);
      view.close();
    },
  };
}

class ProgressView {
  readonly #live: boolean;
  readonly #terminal: Terminal;
  readonly #now: () => number;
  readonly #startMs: number;
  #stage: Stage | null = null;
  #shownMs = Number.NEGATIVE_INFINITY;
  #lineOpen = false;

  constructor(mode: 'tty' | 'plain', terminal: Terminal, now: () => number) {
    this.#live = mode === 'tty';
    this.#terminal = terminal;
    this.#now = now;
    this.#startMs = now();
  }

  take(event: Event): void {
    if (event.kind === 'plan') this.#line(event.text);
    else if (event.kind === 'warning') this.#line(`warning: ${event.text}`);
    else if (event.kind === 'stage') this.#begin(event);
    else this.#advance(event);
  }

  tick(): void {
    if (this.#stage) this.#show(false);
  }

  close(): void {
    if (this.#lineOpen) this.#terminal.write('\r\u001b[K');
    this.#lineOpen = false;
  }

  #begin({ title, total, unit }: Extract<Event, { kind: 'stage' }>): void {
    this.#stage = { title, total, unit, startMs: this.#now(), done: 0, bytes: 0, note: '' };
    this.#show(true);
  }

  #advance(event: Extract<Event, { kind: 'progress' }>): void {
    if (!this.#stage) return;
    Object.assign(this.#stage, { ...event, kind: undefined });
    this.#show(false);
  }

  #show(now: boolean): void {
    const interval = this.#live ? TTY_INTERVAL_MS : PLAIN_INTERVAL_MS;
    if (!now && this.#now() - this.#shownMs < interval) return;
    this.#shownMs = this.#now();
    const text = this.#stage ? progressLine(this.#stage, this.#now(), this.#startMs) : '';
    if (this.#live) this.#replace(text);
    else this.#line(text);
  }

  #replace(text: string): void {
    this.#terminal.write(`\r\u001b[K${asText(text).slice(0, this.#width())}`);
    this.#lineOpen = true;
  }

  #width(): number {
    return (this.#terminal.columns ?? 80) - 1;
  }

  #line(text: string): void {
    this.close();
    const lines = this.#live ? wrap(text, this.#width(), '', '  ') : [asText(text)];
    this.#terminal.write(`${lines.join('\n')}\n`);
  }
}

/** `01:40 loading leads 4,800,000 of 10,000,000 rows, 118k rows/s, 30 MB/s, ≈ 44 s left`. */
function progressLine(stage: Stage, nowMs: number, startMs: number): string {
  const { title, total, unit, done, bytes, note } = stage;
  const elapsedMs = nowMs - stage.startMs;
  const parts = [`${clock(nowMs - startMs)} ${title}`];
  if (total !== null) parts.push(`${formatCount(done)} of ${formatCount(total)} ${unit}`);
  if (bytes > 0 && elapsedMs > 0) {
    parts.push(`${formatCount(Math.round((done / elapsedMs) * 1000))} ${unit}/s`);
    parts.push(`${formatBytes(Math.round((bytes / elapsedMs) * 1000))}/s`);
  }
  const left = timeLeftMs(stage, elapsedMs);
  if (left !== null) parts.push(`≈ ${formatMs(left)} left`);
  if (note !== '') parts.push(note);
  return parts.join(', ');
}

function timeLeftMs({ total, unit, done }: Stage, elapsedMs: number): number | null {
  // Statements are no measure of time: one may build an index, the next grant a right.
  if (total === null || unit === 'statements' || done === 0 || done >= total) return null;
  if (done / total < ETA_SHARE && elapsedMs < ETA_AFTER_MS) return null;
  return (elapsedMs / done) * (total - done);
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
}
