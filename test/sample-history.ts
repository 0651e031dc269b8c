import type { HistoryLine } from '../bench/core/history.ts';
import { logNormal, streamKey } from '../bench/core/random.ts';

/** One line of a history: the run's number decides id, time and commit. */
export function sampleLine(number: number, changes: Partial<HistoryLine> = {}): HistoryLine {
  const day = new Date(Date.UTC(2026, 0, 1 + number)).toISOString();
  return {
    schemaVersion: 1,
    time: day,
    run: `${day.slice(0, 10).replaceAll('-', '')}-000000-${number.toString(16).padStart(4, '0')}`,
    commit: number.toString(16).padStart(40, 'c'),
    environment: {
      key: '00112233aabbccdd',
      title: 'PostgreSQL 18.4 (embedded), a processor, 2 cores, 100k leads',
    },
    scenario: 'lead-list',
    variant: 'page 1',
    state: 'views',
    role: 'mailgenius_app',
    ms: 10,
    projected: false,
    blocks: 15,
    counters: { blocks: 12, rows: 50 },
    digest: 'ordered:50:aa',
    lines: 1,
    ...changes,
  };
}

/** A history of `runs` runs that takes 10 ms with a spread of 3 %, and `after` ms from run `at` on. */
export function sampleHistory(runs: number, at = runs, after = 10): HistoryLine[] {
  const key = streamKey(1, 'history');
  return Array.from({ length: runs }, (_, number) =>
    sampleLine(number, { ms: (number < at ? 10 : after) * logNormal(key, number, 0.03) }),
  );
}
