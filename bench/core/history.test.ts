import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sampleHistory, sampleLine } from '../../test/sample-history.ts';
import { abortedRun, sampleRun } from '../../test/sample-run.ts';
import { environmentDifferences, environmentOf } from './fingerprint.ts';
import { historyLines, historyText, newLines, parseHistory, shortRuns } from './history.ts';
import type { Counters } from './run-file.ts';

const COUNTERS: Counters = {
  ...{ done: 1, total: 1, statements: 1, rows: 50, sharedBlocks: 12, localBlocks: 0, tempBlocks: 0 },
  ...{ dirtiedBlocks: 0, walRecords: 0, walPageImages: 0, walBytes: 0, io: null, tables: null },
};

describe('the lines of a run', () => {
  test('are one for each variant, of its last state, with median, blocks and answer', () => {
    const lines = historyLines(sampleRun(), 'abcdef0');
    expect(lines).toHaveLength(15);
    expect(lines[0]).toMatchObject({
      ...{ scenario: 'lead-list', variant: 'page 1', state: 'views', blocks: 15, projected: false },
      ...{ run: '20261123-183000-micro', commit: 'abcdef0', time: '2026-11-23T18:30:00.000Z', lines: 15 },
      ...{ digest: expect.stringMatching(/^unordered:/), ms: expect.closeTo(1.85, 0) },
    });
  });

  test('keep the counters that repeat exactly, and no others', () => {
    const run = sampleRun();
    for (const arm of run.arms) arm.counters = [COUNTERS, { ...COUNTERS, sharedBlocks: 13 }];
    expect(historyLines(run, null)[0]?.counters).toMatchObject({ rows: 50, statements: 1 });
    expect(historyLines(run, null)[0]?.counters).not.toHaveProperty('blocks');
  });

  test('take the last state that the scenario is measured in', () => {
    const run = sampleRun();
    run.arms = run.arms.filter(({ scenario, state }) => scenario !== 'lead-list' || state !== 'views');
    expect(historyLines(run, null)[0]).toMatchObject({ scenario: 'lead-list', state: 'procedures' });
  });

  test('are refused of a run that is not complete', () => {
    expect(() => historyLines(abortedRun(), null)).toThrow(/run 20261123-183000-micro is aborted/);
  });

  test('are refused of a gate that its first block decided', () => {
    const run = sampleRun();
    const sides = { ref: 'main', commit: 'abcdef0', changed: [], accepted: [], touched: null };
    run.gate = { ...sides, thresholds: '', decidedEarly: true };
    expect(() => historyLines(run, null)).toThrow(/is a gate that its first block decided/);
  });
});

describe('a history', () => {
  test('reads what it writes', () => {
    const lines = sampleHistory(5);
    expect(parseHistory(historyText(lines), 'h')).toEqual(lines);
    expect(parseHistory('', 'h')).toEqual([]);
  });

  test('notices a last line cut at any place', () => {
    const text = historyText(sampleHistory(3));
    const last = text.lastIndexOf('\n', text.length - 2) + 1;
    fc.assert(
      fc.property(fc.integer({ min: last + 1, max: text.length - 2 }), (end) => {
        expect(() => parseHistory(text.slice(0, end), 'h')).toThrow('h ends in the middle of line 3');
      }),
    );
    expect(parseHistory(text.slice(0, -1), 'h')).toHaveLength(3);
  });

  test.each([
    ['text', 'hello\nworld\n', 'line 1: no JSON'],
    ['JSON of another program', '{"schemaVersion":1,"name":"k6"}\n', 'line 1: time'],
    ['a newer version', historyText([sampleLine(1)]).replace('Version":1', 'Version":2'), 'schemaVersion'],
    ['conflict marks', `<<<<<<< ours\n${historyText(sampleHistory(1))}`, 'line 1: no JSON'],
  ])('refuses %s', (_, text, problem) => {
    expect(() => parseHistory(text, 'h')).toThrow(problem);
  });

  test('counts lines once that two processes added at once', () => {
    const text = historyText([...sampleHistory(2), ...sampleHistory(3)]);
    expect(parseHistory(text, 'h')).toEqual(sampleHistory(3));
  });

  test('takes only lines that are new', () => {
    expect(newLines(sampleHistory(3), [...sampleHistory(4), sampleLine(3)])).toEqual([sampleHistory(4)[3]]);
  });

  test('knows a run that was cut between two lines', () => {
    const whole = ['page 1', 'page 2'].map((variant) => sampleLine(1, { variant, lines: 2 }));
    expect(shortRuns(whole)).toEqual([]);
    expect(shortRuns([...sampleHistory(1), ...whole.slice(1)])).toEqual([sampleLine(1).run]);
  });
});

describe('the key of an environment', () => {
  test('is the same where nothing differs, in whatever order settings come', () => {
    const [run, other] = [sampleRun(), sampleRun()];
    other.server.settings = Object.fromEntries(Object.entries(run.server.settings).reverse());
    expect(environmentDifferences(run, other)).toEqual([]);
    expect(environmentOf(other)).toEqual(environmentOf(run));
    expect(environmentOf(run).key).toMatch(/^[0-9a-f]{16}$/);
    expect(environmentOf(run).title).toBe('PostgreSQL 18.4 (embedded), AMD EPYC 7763, 2 cores, 100k leads');
  });

  test.each([
    ['version', (run: ReturnType<typeof sampleRun>) => ({ server: { ...run.server, version: '18.5' } })],
    [
      'setting',
      (run: ReturnType<typeof sampleRun>) => ({ server: { ...run.server, settings: { jit: 'on' } } }),
    ],
    ['machine', (run: ReturnType<typeof sampleRun>) => ({ machine: { ...run.machine, cores: 4 } })],
    ['data', (run: ReturnType<typeof sampleRun>) => ({ load: { ...run.load, digest: 'other' } })],
  ])('is another with another %s', (_, change) => {
    const run = sampleRun();
    const other = { ...run, ...change(run) };
    expect(environmentDifferences(run, other)).not.toEqual([]);
    expect(environmentOf(other).key).not.toBe(environmentOf(run).key);
  });
});
