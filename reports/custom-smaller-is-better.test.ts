import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunFile } from '../bench/core/run-file.ts';
import { buildView } from '../bench/core/view.ts';
import { EVERY_RUN, failedRun, hostileRun, reversedRun } from '../test/altered-runs.ts';
import { abortedRun, HOSTILE, sampleRun } from '../test/sample-run.ts';
import report from './custom-smaller-is-better.ts';

/** What the action reads; it makes a number of nothing that is none. */
const Entries = z.array(
  z.strictObject({
    name: z.string().min(1),
    unit: z.literal('ms'),
    value: z.number().positive(),
    range: z.string().optional(),
    extra: z.string(),
  }),
);

const read = (run: RunFile) => Entries.parse(JSON.parse(report.render(buildView(run))));
const named = (run: RunFile, name: string) => read(run).find((one) => one.name === name);

describe.each(Object.entries(EVERY_RUN))('of %s', (_, make) => {
  test('is a list of entries, each name once', () => {
    const names = read(make()).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
  });

  test('is the same each time', () => {
    expect(report.render(buildView(make()))).toBe(report.render(buildView(make())));
  });
});

test('an entry is the time of the last state, with its interval', () => {
  const entry = named(sampleRun(), 'lead-list/page 1');
  const last = buildView(sampleRun()).scenarios[0]?.variants[0]?.last;
  expect(last?.state).toBe('views');
  expect(entry?.value).toBeCloseTo(last?.ms ?? 0, 6);
  const [low, high] = entry?.range?.split(' to ').map(Number) ?? [];
  expect([low, high]).toEqual(last?.interval95Ms?.map((ms) => Number(ms.toFixed(6))));
  expect(low).toBeLessThan(entry?.value ?? 0);
  expect(entry?.extra.split('\n')).toEqual([
    '1.9 ms in views, 15 blocks, 90 executions',
    expect.stringMatching(/^base → views improved: the interval is faster −/),
    '100,000 leads, PostgreSQL 18.4 (embedded), run 20261123-183000-micro',
  ]);
});

test('few blocks have no range', () => {
  expect(named(sampleRun(), 'import-100k/identical')).not.toHaveProperty('range');
});

test('a projection is another series, and says what it is', () => {
  const entry = named(reversedRun(), 'schedule-1m/first (projected)');
  expect(entry?.value).toBeGreaterThan(200_000);
  expect(entry).not.toHaveProperty('range');
  expect(entry?.extra).toMatch(/^≥ 2\d\d s, projected from 213,000 rows in views/);
  expect(named(reversedRun(), 'schedule-1m/first')).toBeUndefined();
});

test('nothing is told of wrong answers, of arms that failed and of states that were not reached', () => {
  expect(named(sampleRun(), 'segmentation/or of five')).toBeUndefined();
  expect(
    named(
      failedRun(({ state }) => state === 'views'),
      'lead-list/page 1',
    ),
  ).toBeUndefined();
  expect(read(abortedRun()).map(({ name }) => name.split('/')[0])).toEqual(Array(3).fill('lead-list'));
  expect(read({ ...sampleRun(), arms: [], floors: [] })).toEqual([]);
});

test('hostile names arrive as they are', () => {
  expect(read(hostileRun())[0]?.name).toBe(`${HOSTILE.name}/${HOSTILE.name}`);
});
