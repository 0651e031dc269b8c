import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunFile } from '../bench/core/run-file.ts';
import { buildView } from '../bench/core/view.ts';
import { EVERY_RUN, failedRun, hostileRun, reversedRun } from '../test/altered-runs.ts';
import { HOSTILE, sampleRun } from '../test/sample-run.ts';
import bencher from './bencher.ts';

const nanoseconds = z.number().int().positive();
/** The published schema, with the one measure that is used here and bounds in order. */
const Bmf = z.record(
  z.string().min(1).max(1024),
  z.strictObject({
    latency: z
      .strictObject({
        value: nanoseconds,
        lower_value: nanoseconds.optional(),
        upper_value: nanoseconds.optional(),
      })
      .refine(
        ({ value, lower_value: low = value, upper_value: high = value }) => low <= value && value <= high,
      ),
  }),
);

const read = (run: RunFile) => Bmf.parse(JSON.parse(bencher.render(buildView(run))));

describe.each(Object.entries(EVERY_RUN))('of %s', (_, make) => {
  test('is Bencher Metric Format', () => {
    expect(Object.keys(read(make())).length).toBeGreaterThan(0);
  });

  test('is the same each time', () => {
    expect(bencher.render(buildView(make()))).toBe(bencher.render(buildView(make())));
  });
});

test('a latency is the time of the last state in nanoseconds, with its interval', () => {
  const last = buildView(sampleRun()).scenarios[0]?.variants[0]?.last;
  const [low = 0, high = 0] = last?.interval95Ms ?? [];
  expect(low).toBeGreaterThan(0);
  expect(read(sampleRun())['lead-list/page 1']).toEqual({
    latency: {
      value: Math.round((last?.ms ?? 0) * 1e6),
      lower_value: Math.round(low * 1e6),
      upper_value: Math.round(high * 1e6),
    },
  });
});

test('where there is no interval there are no bounds', () => {
  expect(Object.keys(read(sampleRun())['import-100k/identical']?.latency ?? {})).toEqual(['value']);
  expect(Object.keys(read(reversedRun())['schedule-1m/first (projected)']?.latency ?? {})).toEqual(['value']);
});

test('nothing is told of wrong answers and of arms that failed', () => {
  expect(read(sampleRun())['segmentation/or of five']).toBeUndefined();
  expect(Object.keys(read(sampleRun()))).toHaveLength(14);
  expect(read(failedRun(() => true))).toEqual({});
});

test('hostile names arrive as they are', () => {
  expect(Object.keys(read(hostileRun()))[0]).toBe(`${HOSTILE.name}/${HOSTILE.name}`);
});
