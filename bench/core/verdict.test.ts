import { describe, expect, test } from 'vitest';
import { logNormal, streamKey, unit } from './random.ts';
import { hodgesLehmann } from './signed-rank.ts';
import {
  detectableChange,
  judge,
  LIMITS,
  type Limits,
  levelOf,
  looksOf,
  MOST_BLOCKS,
  normalQuantile,
} from './verdict.ts';

const MS = { beforeMs: 100 };
const spread = (centre: number, width: number, n = 15) =>
  Array.from({ length: n }, (_, i) => Math.log1p(centre) + ((i - (n - 1) / 2) / n) * width);

describe('a verdict', () => {
  const say = (logRatios: readonly number[], changes: Partial<Parameters<typeof judge>[0]> = {}) =>
    judge({ ...MS, logRatios, level: 0.001, limits: LIMITS, ...changes });

  test('is a change when the whole interval is beyond what is tolerated', () => {
    expect(say(spread(0.1, 0.05)).verdict).toBe('regressed');
    expect(say(spread(-0.1, 0.05)).verdict).toBe('improved');
  });

  test('is unchanged when the whole interval is nearer than what must be caught', () => {
    expect(say(spread(0, 0.05)).verdict).toBe('unchanged');
    expect(say(spread(0.02, 0.05)).verdict).toBe('unchanged');
  });

  test('is inconclusive when the interval reaches from one to the other, and says how wide it is', () => {
    const { verdict, reason } = say(spread(0.06, 0.3));
    expect(verdict).toBe('inconclusive');
    expect(reason).toMatch(/^the interval is faster −\d.* to slower \+\d.*, too wide to say$/);
  });

  test('is inconclusive where only the controls of the run keep a change from being called one, and says so', () => {
    const limits = { ...LIMITS, tolerated: 0.8 };
    expect(say(spread(0.5, 0.05), { limits })).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(
        /^the interval is slower .*, and this run tolerates 80 %: copies of one state differ by that much in it$/,
      ),
    });
    expect(say(spread(0, 0.3), { limits }).reason).toMatch(/too wide to say$/);
  });

  test('is inconclusive from too few blocks, and says how many it takes', () => {
    expect(say(spread(9, 0, 5))).toMatchObject({
      verdict: 'inconclusive',
      reason: 'no interval from 5 blocks, it takes 10',
      interval95: null,
      detectable: null,
    });
    expect(say([])).toMatchObject({ shift: null, reason: 'no block has both states' });
  });

  test('is unchanged below the floor in milliseconds, whatever the share', () => {
    const tiny = { beforeMs: 0.3 };
    expect(say(spread(0.5, 0.05), tiny)).toMatchObject({ verdict: 'unchanged' });
    expect(say(spread(0.5, 0.05), tiny).reason).toContain('less than 0.20 ms apart');
  });

  test('is open where a sure change may be more than the floor, and called one when all of it is', () => {
    const at = (centre: number, width: number) => say(spread(centre, width), { beforeMs: 1 });
    expect(at(0.19, 0.3)).toMatchObject({
      ...{ verdict: 'inconclusive', isSettled: false },
      reason: expect.stringMatching(/^the interval is slower .*, its least is less than 0\.20 ms apart$/),
    });
    expect(at(0.3, 0.05)).toMatchObject({ verdict: 'regressed', isSettled: true });
    expect(at(0.19, 0.001)).toMatchObject({ verdict: 'unchanged', isSettled: true });
    expect(at(-0.19, 0.3).verdict).toBe('inconclusive');
    expect(at(-0.3, 0.05).verdict).toBe('improved');
  });

  test('is unchanged where all of a wide interval is below the floor', () => {
    const wide = spread(0, 0.5);
    expect(say(wide, { beforeMs: 0.3 })).toMatchObject({ verdict: 'unchanged' });
    expect(say(wide, { beforeMs: 0.3 }).reason).toContain('all of it less than 0.20 ms apart');
    expect(say(wide, { beforeMs: 3 })).toMatchObject({ verdict: 'inconclusive' });
  });

  test('sees nothing below the floor, however steady the blocks', () => {
    const { detectable } = say(spread(0, 0.0001), { beforeMs: 0.4 });
    expect(detectable).toBeGreaterThan(0.5);
    expect(detectable).toBeCloseTo(0.5, 3);
    expect(say(spread(0, 0.01)).detectable).toBeLessThan(0.05);
  });

  test('is not unchanged because much is tolerated on a noisy machine', () => {
    const limits = { ...LIMITS, tolerated: 0.6 };
    expect(say(spread(0.1, 0.5), { limits })).toMatchObject({ verdict: 'inconclusive' });
    expect(say(spread(1, 0.2), { limits })).toMatchObject({ verdict: 'regressed' });
  });

  test('is settled where no change is seen, or none above the floor, and where one is called', () => {
    const settled = (logRatios: readonly number[], beforeMs = 100) => say(logRatios, { beforeMs }).isSettled;
    expect(settled(spread(0, 0.05))).toBe(true);
    expect(settled(spread(0.1, 0.05))).toBe(true);
    expect(say(spread(0.05, 0.06))).toMatchObject({ verdict: 'unchanged', isSettled: false });
    expect(settled(spread(0.05, 0.06), 2)).toBe(true);
    expect(settled(spread(0, 0.5))).toBe(false);
  });

  test('is the same for the same evidence', () => {
    expect(say(spread(0.04, 0.2))).toEqual(say(spread(0.04, 0.2)));
  });
});

describe('the level', () => {
  test('is shared by all comparisons of a run, and the looks that they may get', () => {
    expect(levelOf(30, 60)).toBeCloseTo(1 / 12_000, 12);
    expect(levelOf(30, MOST_BLOCKS)).toBeCloseTo(1 / 21_000, 12);
    expect(looksOf(levelOf(30, MOST_BLOCKS))).toEqual([15, 30, 60, 120, 240, 480]);
  });

  test('of very many comparisons needs more blocks before the first look', () => {
    expect(looksOf(levelOf(300, 60))).toEqual([17, 30, 60, 120, 240, 480]);
  });

  test('uses quantiles of the normal distribution', () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.96, 3);
    expect(normalQuantile(1 - 1 / 9000)).toBeCloseTo(3.691, 2);
  });
});

// Simulated blocks: d is symmetric around the true change, as arms in random order make it.
type Noise = (key: number, row: number) => number;
const normal: Noise = (key, row) => Math.log(logNormal(key, row, 1));
const NOISES: Readonly<Record<string, Noise>> = {
  normal,
  'heavy tails': (key, row) => Math.tan(Math.PI * (unit(key, row) - 0.5)),
  'one block in twenty poisoned': (key, row) =>
    normal(key, row) * (unit(streamKey(key, 'burst'), row) < 0.05 ? 20 : 1),
};

/** Blocks of comparison `c`: a true change, and noise of the deviation `sd`. */
function blocksFrom(noise: Noise, c: number, change: number, sd: number): number[] {
  const key = streamKey(c, 'simulation');
  return Array.from({ length: MOST_BLOCKS }, (_, row) => Math.log1p(change) + sd * noise(key, row));
}

/** The time of a gate may be over after any number of blocks. */
const TIME_OVER = 22;

/** What the looks say: the first verdict that decides. */
function outcome(all: readonly number[], level: number, limits: Limits) {
  const asked = [...looksOf(level), TIME_OVER].sort((a, b) => a - b);
  for (const n of asked) {
    const { verdict, isSettled } = judge({ ...MS, logRatios: all.slice(0, n), level, limits });
    if (isSettled || n === MOST_BLOCKS) return verdict;
  }
  throw new Error('the last look has most blocks');
}

const count = (trials: number, has: (trial: number) => boolean) =>
  Array.from({ length: trials }, (_, trial) => has(trial)).filter(Boolean).length;

describe('simulated blocks', () => {
  test.each(Object.entries(NOISES))(
    'with %s: each end of a 95 % interval misses as rarely as it says',
    (_, noise) => {
      // P(W ≤ 25) for n = 15 is 0.0240; 10,000 trials are four standard errors of 0.0015 wide.
      const ends = Array.from({ length: 10_000 }, (_, c) =>
        hodgesLehmann(blocksFrom(noise, c, 0, 0.05).slice(0, 15), 0.025),
      );
      const above = ends.filter((shift) => (shift?.interval?.[0] ?? 0) > 0).length;
      const below = ends.filter((shift) => (shift?.interval?.[1] ?? 0) < 0).length;
      for (const misses of [above, below]) {
        expect(misses).toBeGreaterThan(180);
        expect(misses).toBeLessThan(300);
      }
    },
  );

  test.each(Object.entries(NOISES))(
    'with %s: a whole run rarely calls a change where there is none',
    (_, noise) => {
      // Even with nothing tolerated, 1 % of runs for each direction: 2 of 100 expected, more than 8 once in 4,000.
      const strict = { ...LIMITS, tolerated: 0 };
      const [perRun, runs] = [14, 100];
      const level = levelOf(perRun, MOST_BLOCKS);
      const called = (run: number, limits: Limits) =>
        Array.from({ length: perRun }, (_, c) =>
          outcome(blocksFrom(noise, run * perRun + c, 0, 0.05), level, limits),
        ).some((verdict) => verdict === 'improved' || verdict === 'regressed');
      expect(count(runs, (run) => called(run, strict))).toBeLessThanOrEqual(8);
      expect(count(runs, (run) => called(run, LIMITS))).toBe(0);
    },
  );

  test('a change at the edge of what is tolerated is called no more often than that', () => {
    const level = levelOf(1, MOST_BLOCKS);
    const called = count(
      100,
      (c) => outcome(blocksFrom(normal, c, LIMITS.tolerated, 0.03), level, LIMITS) === 'regressed',
    );
    // 1 % of 100, five standard errors above.
    expect(called).toBeLessThanOrEqual(6);
  });

  // A second load on two cores scatters the blocks of reads by 4 to 20 % (docs/gate.md).
  test.each([
    [0.1, 0.05, 0.95],
    [0.1, 0.2, 0.95],
    [0.2, 0.05, 0.99],
    [0.2, 0.2, 0.99],
  ])(
    'a slowdown of %d in blocks that scatter by %d is found at least %d of the time',
    (slowdown, sd, share) => {
      const level = levelOf(14, MOST_BLOCKS);
      const found = count(
        400,
        (c) => outcome(blocksFrom(normal, c, slowdown, sd), level, LIMITS) === 'regressed',
      );
      expect(found).toBeGreaterThanOrEqual(share * 400);
    },
  );

  test('the smallest detectable change is found about 95 % of the time at one look', () => {
    const level = levelOf(30, MOST_BLOCKS);
    const sd = 0.05;
    const logRatios = blocksFrom(normal, 7, 0, sd).slice(0, 30);
    const change = detectableChange({ ...MS, logRatios, level, limits: LIMITS });
    const found = count(1_000, (c) => {
      const logRatios = blocksFrom(normal, c, change, sd).slice(0, 30);
      return judge({ ...MS, logRatios, level, limits: LIMITS }).verdict === 'regressed';
    });
    expect(found).toBeGreaterThan(850);
    expect(found).toBeLessThan(1_000);
  });
});
