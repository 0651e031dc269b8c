import { describe, expect, test } from 'vitest';
import { changePoints } from './change-points.ts';
import { below, logNormal, streamKey, unit } from './random.ts';
import { formatPercent } from './units.ts';

/** Spread of the logarithm from run to run: 3 %. */
const SPREAD = 0.03;

type Noise = (key: number, n: number) => number[];

const deviate = (key: number, row: number) => Math.log(logNormal(key, row, 1));
const normal: Noise = (key, n) => Array.from({ length: n }, (_, row) => SPREAD * deviate(key, row));
const cauchy: Noise = (key, n) =>
  Array.from({ length: n }, (_, row) => SPREAD * Math.tan(Math.PI * (unit(key, row) - 0.5)));

/** Each run is like the one before to a share of `phi`: a first-order autoregression with the same spread. */
const alike =
  (phi: number): Noise =>
  (key, n) => {
    const values: number[] = [];
    for (let row = 0; row < n; row += 1) {
      const share = row === 0 ? 1 : Math.sqrt(1 - phi * phi);
      values.push(phi * (values[row - 1] ?? 0) + share * SPREAD * deviate(key, row));
    }
    return values;
  };

/** The share of so many series, made with a key each, that are as asked. */
function shareOf(series: number, name: string, has: (key: number) => boolean): number {
  return Array.from({ length: series }, (_, i) => has(streamKey(i, name))).filter(Boolean).length / series;
}

/** Adds `change`, a share, to the values from `at` on. */
function shifted(values: readonly number[], at: number, change: number): number[] {
  return values.map((value, i) => (i < at ? value : value + Math.log1p(change)));
}

/** True when a change to more is found: one to less would be none of those that were made. */
const findsMore = (values: readonly number[]) => changePoints(values).some(({ shift }) => shift.estimate > 0);
const places = (values: readonly number[]) => changePoints(values).map(({ at }) => at);

describe('change points', () => {
  test('are the same for the same values', () => {
    const values = shifted(normal(1, 80), 40, 0.2);
    expect(changePoints(values)).toEqual(changePoints(values));
  });

  test('say by how much, with an interval', () => {
    const [point] = changePoints(shifted(normal(2, 80), 40, 0.1));
    expect(point?.at).toBe(40);
    const [low = 0, high = 0] = point?.shift.interval ?? [];
    expect(low).toBeLessThan(Math.log(1.1));
    expect(high).toBeGreaterThan(Math.log(1.1));
    expect(high - low).toBeLessThan(0.05);
  });

  test('are all found where a slow release was mended', () => {
    const values = shifted(shifted(normal(3, 90), 30, 0.15), 50, -0.13);
    expect(places(values)).toEqual([30, 50]);
  });

  test('of an episode as short as ten runs are found', () => {
    expect(places(shifted(shifted(normal(4, 100), 45, 0.2), 55, 1 / 1.2 - 1))).toEqual([45, 55]);
  });

  test('are none for one outlier, none for equal values, and none for few', () => {
    expect(places(normal(5, 60).map((value, i) => (i === 30 ? value + 3 : value)))).toEqual([]);
    expect(places(new Array<number>(50).fill(1))).toEqual([]);
    expect(places([1, 1, 1, 1, 9, 9, 9, 9])).toEqual([]);
    expect(places([])).toEqual([]);
  });

  test('of a large change are found although it makes neighbours look alike', () => {
    expect(places(shifted(normal(6, 40), 20, 9))).toEqual([20]);
  });

  test('of equal values that change are found', () => {
    expect(places([...new Array<number>(20).fill(1), ...new Array<number>(20).fill(2)])).toEqual([20]);
  });
});

// What docs/history.md states. `--reporter=verbose` prints what each test measured.

describe('simulated series of one level', () => {
  test.for([
    ['normal noise', normal, 0.01],
    ['heavy tails', cauchy, 0.01],
    ['each run half like the one before', alike(0.5), 0.03],
    ['each run like the one before to seven tenths', alike(0.7), 0.05],
  ] as const)('of 100 runs with %s are rarely split', async ([name, noise, stated], { annotate }) => {
    const share = shareOf(2_000, name, (key) => places(noise(key, 100)).length > 0);
    await annotate(`${formatPercent(share)} of 2,000 series`);
    expect(share).toBeLessThanOrEqual(stated);
  });

  test.for([
    ['normal noise', normal, 0.06],
    ['each run half like the one before', alike(0.5), 0.3],
  ] as const)(
    'with %s that are looked at after every run from the 10th to the 100th are split at some time',
    async ([name, noise, stated], { annotate }) => {
      const share = shareOf(100, `${name}, watched`, (key) => {
        const values = noise(key, 100);
        return values.some((_, i) => i >= 9 && places(values.slice(0, i + 1)).length > 0);
      });
      await annotate(`${formatPercent(share)} of 100 series`);
      expect(share).toBeLessThanOrEqual(stated);
    },
  );
});

describe('simulated changes', () => {
  test.for([
    [10, 20, 20],
    [10, 40, 10],
    [10, 100, 7],
    [5, 50, 30],
  ] as const)(
    'of %d percent at a spread of 3, after %d runs, are found within %d runs',
    async ([percent, before, after], { annotate }) => {
      const share = shareOf(400, 'shift', (key) => {
        return findsMore(shifted(normal(key, before + after), before, percent / 100));
      });
      await annotate(`${formatPercent(share)} of 400 series`);
      expect(share).toBeGreaterThanOrEqual(0.95);
    },
  );

  test('of 10 percent are placed within two runs, and are one', async ({ annotate }) => {
    const share = shareOf(400, 'place', (key) => {
      const at = 10 + below(key, 1_000, 81);
      const [first, ...rest] = places(shifted(normal(key, 100), at, 0.1));
      return first !== undefined && rest.length === 0 && Math.abs(first - at) <= 2;
    });
    await annotate(`${formatPercent(share)} of 400 series`);
    expect(share).toBeGreaterThanOrEqual(0.9);
  });

  test('by half a percent each run, which no gate of 3 percent sees, are found within 40 runs', async ({
    annotate,
  }) => {
    const share = shareOf(400, 'drift', (key) => {
      const values = normal(key, 60).map((value, i) => value + Math.max(0, i - 19) * Math.log1p(0.005));
      return findsMore(values);
    });
    await annotate(`${formatPercent(share)} of 400 series`);
    expect(share).toBeGreaterThanOrEqual(0.95);
  });

  test('of 10 percent are inside their interval', async ({ annotate }) => {
    const share = shareOf(400, 'inside', (key) => {
      const [point] = changePoints(shifted(normal(key, 80), 40, 0.1));
      const [low = 0, high = 0] = point?.shift.interval ?? [];
      return low <= Math.log(1.1) && Math.log(1.1) <= high;
    });
    await annotate(`${formatPercent(share)} of 400 series`);
    expect(share).toBeGreaterThanOrEqual(0.93);
  });
});
