import { describe, expect, it } from 'vitest';
import type { Event } from '../engine/events.ts';
import { type ProgressMode, showProgress } from './progress.ts';

/** Plays events to a progress at given seconds and returns what it printed. */
function printed(mode: ProgressMode, script: readonly (readonly [number, Event])[]): string {
  let text = '';
  let seconds = 0;
  const write = (part: string) => {
    text += part;
  };
  const terminal = { columns: 200, write };
  const progress = showProgress(mode, terminal, () => seconds * 1000);
  for (const [at, event] of script) {
    seconds = at;
    progress.emit(event);
  }
  progress.close();
  return text;
}

const load: readonly (readonly [number, Event])[] = [
  [0, { kind: 'plan', text: 'loading' }],
  [0, { kind: 'stage', title: 'loading', total: 1000, unit: 'rows' }],
  [4, { kind: 'progress', done: 100, bytes: 1e6 }],
  [11, { kind: 'progress', done: 500, bytes: 5e6, note: 'leads' }],
];

describe('progress', () => {
  it('prints a line every ten seconds when it is no terminal', () => {
    const lines = printed('plain', load).trimEnd().split('\n');
    expect(lines).toEqual([
      'loading',
      '00:00 loading, 0 of 1,000 rows',
      expect.stringMatching(/^00:11 loading, 500 of 1,000 rows, 45 rows\/s, .*\/s, ≈ 11 s left, leads$/),
    ]);
  });

  it('rewrites one line on a terminal, and leaves none behind', () => {
    const text = printed('tty', load);
    expect(text.split('\n')).toHaveLength(2);
    expect(text.endsWith('\r\u001b[K')).toBe(true);
  });

  it('breaks a long line between words on a terminal', () => {
    const text = printed('tty', [[0, { kind: 'plan', text: Array(60).fill('words').join(' ') }]]);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line) => line.length)).toEqual([197, 163]);
    expect(lines[1]).toMatch(/^ {2}words/);
  });

  it('prints the events themselves as JSON lines', () => {
    expect(
      printed('json', load)
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).kind),
    ).toEqual(['plan', 'stage', 'progress', 'progress']);
  });

  it('prints nothing when it is to be quiet', () => {
    expect(printed('none', load)).toBe('');
  });

  it('lets no control character of a name through', () => {
    expect(printed('plain', [[0, { kind: 'warning', text: 'a\u001b[2Jb' }]])).toBe('warning: a\u00b7[2Jb\n');
  });
});
