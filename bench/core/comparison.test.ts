import { describe, expect, test } from 'vitest';
import { indexAblation } from '../../test/ablation-run.ts';
import { interleavedRun } from '../../test/interleaved-run.ts';
import { sampleRun } from '../../test/sample-run.ts';
import { armGroups } from './arm.ts';
import { type Comparison, compareStates, limitsOf } from './comparison.ts';
import { type Arm, RunFile } from './run-file.ts';
import { runLevel } from './run-level.ts';
import { upTo } from './stopping.ts';
import { isCleared } from './suspect.ts';
import { LIMITS } from './verdict.ts';

const run = sampleRun();

function only(scenario: string, variant: string, before: string, after: string, of = run): Comparison {
  const found = compareStates(of).filter(
    (c) => c.scenario === scenario && c.variant === variant && c.before === before && c.after === after,
  );
  expect(found).toHaveLength(1);
  const [comparison] = found;
  if (!comparison) throw new Error('unreachable');
  return comparison;
}

function limitsIn(of: RunFile) {
  return limitsOf(of, armGroups(of), runLevel(of));
}

function withArm(state: string, change: (arm: Arm) => Arm): RunFile {
  const arms = run.arms.map((arm) =>
    arm.scenario === 'lead-lookup' && arm.state === state ? change(arm) : arm,
  );
  return { ...run, arms };
}

test('the sample run is a run file', () => {
  expect(RunFile.parse(run)).toEqual(run);
});

test('a restless control raises what is tolerated, and nothing else', () => {
  const quiet = interleavedRun({ seed: 1, ms: 20, spread: 0.01 });
  const arms = quiet.arms.map((arm) => ({
    ...arm,
    samples: arm.samples.map((sample) => ({
      ...sample,
      executionsMs: sample.executionsMs.map((ms) => (arm.control ? ms * 1.2 : ms)),
    })),
  }));
  expect(limitsIn(quiet)).toEqual(LIMITS);
  const limits = limitsIn({ ...quiet, arms });
  expect(limits.tolerated).toBeGreaterThan(0.3);
  expect(limits).toMatchObject({ mustCatch: LIMITS.mustCatch, floorMs: LIMITS.floorMs });
});

test('what does the same work without an object as with it is not judged, and leaves the others more', () => {
  const ablation = indexAblation();
  const isSame = ({ scenario, state }: Arm) => scenario === 'lead-lookup' && state !== 'views';
  const arms = ablation.arms.map((arm) => (isSame(arm) ? { ...arm, sameAsWhole: true as const } : arm));
  const of = (some: RunFile) => compareStates(some).filter(({ scenario }) => scenario === 'lead-lookup');
  expect(of(ablation).map(({ judged }) => judged)).toEqual([true, true, true]);
  expect(of({ ...ablation, arms })).toMatchObject(
    [1, 2, 3].map(() => ({ judged: false, sameAsWhole: true })),
  );
  // Of 15 comparisons 12 are left to share the level of the run.
  expect(runLevel({ ...ablation, arms }) / runLevel(ablation)).toBeCloseTo(15 / 12, 10);
});

describe('states are compared', () => {
  test('each with the one before it, and the first with the last', () => {
    const pairs = compareStates(run)
      .filter(({ scenario }) => scenario === 'lead-lookup')
      .map(({ before, after }) => `${before}→${after}`);
    expect(pairs).toEqual([
      'base→indexes',
      'indexes→partitioning',
      'partitioning→procedures',
      'procedures→views',
      'base→views',
    ]);
  });

  test('two states give one comparison, one state none', () => {
    const two = compareStates({ ...run, states: run.states.slice(0, 2) });
    expect(two.filter(({ scenario }) => scenario === 'lead-lookup')).toHaveLength(1);
    expect(compareStates({ ...run, states: run.states.slice(0, 1) })).toEqual([]);
  });

  test('a ratio above one is faster', () => {
    const c = only('lead-list', 'page 1', 'base', 'views');
    expect(c.ratio).toBeGreaterThan(20);
    expect(c.beforeMs).toBeGreaterThan(c.afterMs ?? Number.POSITIVE_INFINITY);
  });

  test('a verdict rests on an interval, at a level shared by all that the run judges', () => {
    const c = only('lead-list', 'page 1', 'base', 'views');
    expect(c).toMatchObject({ verdict: 'improved', blocks: 15, control: null });
    const [[low, high], [low95, high95]] = [c.interval ?? [0, 0], c.interval95 ?? [0, 0]];
    expect(low).toBeLessThan(low95);
    expect(high).toBeGreaterThan(high95);
    expect(c.smallestDetectable).toBeGreaterThan(0.03);
    expect(only('lead-list', 'page 1', 'procedures', 'views').verdict).toBe('unchanged');
  });

  test('without an interval the verdict is inconclusive, with the reason', () => {
    const c = only('import-100k', 'existing 0 %', 'base', 'views');
    expect(c).toMatchObject({
      verdict: 'inconclusive',
      interval: null,
      interval95: null,
      smallestDetectable: null,
    });
    expect(c.reason).toMatch(/^no interval from 3 blocks, it takes 1\d$/);
  });

  test('samples are paired by block number, whatever their order', () => {
    const reversed = withArm('views', (arm) => ({ ...arm, samples: arm.samples.toReversed() }));
    expect(only('lead-lookup', 'exact', 'base', 'views', reversed).ratio).toBe(
      only('lead-lookup', 'exact', 'base', 'views').ratio,
    );
    const shifted = withArm('views', (arm) => ({
      ...arm,
      samples: arm.samples.map((sample) => ({ ...sample, block: sample.block + 10 })),
    }));
    expect(only('lead-lookup', 'exact', 'base', 'views', shifted).blocks).toBe(5);
  });

  test('arms that share no block have times and no ratio', () => {
    const apart = withArm('views', (arm) => ({
      ...arm,
      samples: arm.samples.map((sample) => ({ ...sample, block: sample.block + 100 })),
    }));
    const c = only('lead-lookup', 'exact', 'base', 'views', apart);
    expect(c).toMatchObject({ ratio: null, blocks: 0, reason: 'no block has both states' });
    expect(c.afterMs).toBeGreaterThan(0);
  });

  test('an arm in trouble has no figures, and its trouble is the reason', () => {
    const failed = withArm('views', (arm) => ({ ...arm, error: 'extension pg_trgm is absent' }));
    const c = only('lead-lookup', 'exact', 'base', 'views', failed);
    expect(c).toMatchObject({ ratio: null, afterMs: null, reason: 'views: extension pg_trgm is absent' });
  });
});

describe('a regression measured once more', () => {
  const slowed = (of: RunFile, factor: number): Arm[] =>
    of.arms
      .filter(({ scenario, state }) => scenario === 'lead-lookup' && /^(procedures|views)$/.test(state))
      .map((arm) => (arm.state === 'views' ? times(arm, factor) : arm));
  const others = run.arms.filter(({ scenario, state }) => scenario !== 'lead-lookup' || state !== 'views');
  const slow = { ...run, arms: [...others, ...slowed(run, 3).filter(({ state }) => state === 'views')] };
  const again = (factor: number) => ({
    ...slow,
    confirmations: [{ before: 'procedures', after: 'views', arms: slowed(run, factor) }],
  });
  const step = (of: RunFile) => only('lead-lookup', 'exact', 'procedures', 'views', of);

  test('stands when it comes back', () => {
    expect(step(slow)).toMatchObject({ verdict: 'regressed', confirmation: null });
    const c = step(again(2.8));
    expect(c).toMatchObject({ verdict: 'regressed', confirmation: { verdict: 'regressed' } });
    expect(c.reason).toMatch(/; again on fresh copies after a restart$/);
    expect(c.confirmation?.ratio).toBeGreaterThan(c.ratio ?? 1);
  });

  test('is none when it does not', () => {
    const c = step(again(1));
    expect(c).toMatchObject({ verdict: 'inconclusive', ratio: step(slow).ratio });
    expect(c.reason).toMatch(/^not confirmed on fresh copies after a restart: unchanged there /);
  });

  test('is unchanged when it does not, and both times it was less than what must be caught', () => {
    const shape = { seed: 2, ms: 50, spread: 0.01 };
    const { arms } = interleavedRun({ ...shape, seed: 3 });
    const verdictOf = (factor: number) => {
      const first = interleavedRun({ ...shape, factor });
      expect(compareStates(first)[0]?.verdict).toBe('regressed');
      return compareStates({ ...first, confirmations: [{ before: 'base', after: 'head', arms }] })[0]
        ?.verdict;
    };
    expect(verdictOf(1.06)).toBe('unchanged');
    expect(verdictOf(1.2)).toBe('inconclusive');
  });

  test('rests on the change that the first measurement tolerated: one control tells no spread', () => {
    const shape = { ms: 50, spread: 0.06, factor: 1.1 };
    const verdicts = Array.from({ length: 20 }, (_, seed) => {
      const first = interleavedRun({ ...shape, spread: 0.01, seed });
      const { arms } = interleavedRun({ ...shape, seed: 100 + seed });
      return compareStates({ ...first, confirmations: [{ before: 'base', after: 'head', arms }] })[0]
        ?.verdict;
    });
    expect(verdicts.filter((verdict) => verdict === 'regressed').length).toBeGreaterThanOrEqual(18);
  });

  test.each([
    ['too much to say, but is surely not so slow again: not for the clock', 0.25, false],
    ['so much that it may be so slow again: open', 1.5, true],
  ])('of what was thrice as slow in the one block it had, scatters %s', (_, spread, judged) => {
    const whole = upTo(interleavedRun({ seed: 2, ms: 50, spread: 0.01, factor: 3 }), 1);
    const scenarios = whole.scenarios.map((one) => ({
      ...one,
      variants: one.variants.map((variant) => ({ ...variant, blocks: 1 })),
    }));
    const { arms } = interleavedRun({ seed: 3, ms: 50, spread });
    const confirmations = [{ before: 'base', after: 'head', arms }];
    const [found] = compareStates({ ...whole, scenarios, confirmations });
    expect(found).toMatchObject({ verdict: 'inconclusive', blocks: 30, judged });
    expect(isCleared({ interval: found?.interval ?? null })).toBe(!judged);
  });

  test('says nothing of another pair of states, or of another variant', () => {
    const elsewhere = { ...slow, confirmations: [{ before: 'base', after: 'views', arms: slowed(run, 1) }] };
    expect(step(elsewhere)).toMatchObject({ verdict: 'regressed', confirmation: null });
    const other = { ...slow, confirmations: [{ before: 'procedures', after: 'views', arms: [] }] };
    expect(step(other)).toMatchObject({ verdict: 'regressed', confirmation: null });
  });

  function times(arm: Arm, factor: number): Arm {
    const samples = arm.samples.map((sample) => ({
      ...sample,
      executionsMs: sample.executionsMs.map((ms) => ms * factor),
    }));
    return { ...arm, samples };
  }
});

describe('a control', () => {
  test('is no state of its own, and stands beside each comparison', () => {
    const same = scaled(run, 'lead-lookup', 'exact', 'views', 1);
    expect(compareStates(same)).toHaveLength(compareStates(run).length);
    const { control } = only('lead-lookup', 'exact', 'base', 'views', same);
    expect(control).toMatchObject({ state: 'views', ratio: 1, verdict: 'unchanged' });
    expect(only('lead-list', 'page 1', 'base', 'views', same).control).toBeNull();
  });

  test('that moved makes a change inconclusive', () => {
    const slow = scaled(run, 'lead-list', 'page 1', 'views', 2);
    const moved = only('lead-list', 'page 1', 'procedures', 'views', slow);
    expect(moved.verdict).toBe('inconclusive');
    expect(moved.reason).toMatch(/^environment: the control moved as well \(/);
  });

  test('that moved is told also where the state has too few blocks for an interval', () => {
    const few = scaled(run, 'lead-list', 'page 1', 'views', 2);
    const arms = few.arms.map((arm) =>
      arm.variant === 'page 1' && arm.state === 'base' ? { ...arm, samples: arm.samples.slice(0, 3) } : arm,
    );
    const moved = only('lead-list', 'page 1', 'base', 'views', { ...few, arms });
    expect(moved).toMatchObject({ verdict: 'inconclusive', interval: null, blocks: 3 });
    expect(moved.reason).toMatch(/^environment: the control moved as well \(/);
  });

  test('that scatters widens what is tolerated', () => {
    const noisy = scaled(run, 'lead-list', 'page 1', 'views', 1.08);
    expect(limitsIn(noisy).tolerated).toBeGreaterThan(0.2);
    expect(limitsIn(run).tolerated).toBe(0.03);
  });

  /** A run whose control of one variant takes `factor` times as long as the state. */
  function scaled(of: RunFile, scenario: string, variant: string, state: string, factor: number): RunFile {
    const original = of.arms.filter(
      (arm) => arm.scenario === scenario && arm.variant === variant && arm.state === state,
    );
    const copies = original.map((arm) => ({
      ...arm,
      control: true,
      samples: arm.samples.map((sample) => ({
        ...sample,
        executionsMs: sample.executionsMs.map((ms) => ms * factor),
      })),
    }));
    return { ...of, arms: [...of.arms, ...copies] };
  }
});

describe('an arm that a budget ended early', () => {
  test('is projected to the whole, and everything derived says so', () => {
    const c = only('schedule-1m', 'first', 'base', 'views');
    expect(c).toMatchObject({ projected: true, beforeProjected: true, afterProjected: false });
    expect(c.beforeMs).toBeGreaterThan(260_000);
    expect(c.beforeMs).toBeLessThan(310_000);
    expect(only('schedule-1m', 'first', 'procedures', 'views').projected).toBe(false);
  });

  test('is held against its own expected answer', () => {
    expect(only('schedule-1m', 'first', 'base', 'views').answersEqual).toBe(true);
    const arms = run.arms.map((arm) => (arm.scenario === 'schedule-1m' ? { ...arm, expected: null } : arm));
    expect(only('schedule-1m', 'first', 'base', 'views', { ...run, arms }).answersEqual).toBeNull();
  });

  test('that did nothing has no value', () => {
    const idle = withArm('views', (arm) => ({
      ...arm,
      samples: arm.samples.map((sample) => ({ ...sample, done: 0, total: 10 })),
    }));
    expect(only('lead-lookup', 'exact', 'base', 'views', idle)).toMatchObject({ afterMs: null, ratio: null });
  });
});

describe('answers', () => {
  test('that differ leave no ratio and are both shown', () => {
    const c = only('segmentation', 'or of five', 'partitioning', 'procedures');
    expect(c).toMatchObject({ answersEqual: false, ratio: null, interval: null });
    expect(c.reason).toContain(c.answers.before.digest);
    expect(c.reason).toContain(c.answers.after.digest);
  });

  test('that agree with each other but not with the generator are wrong', () => {
    const c = only('segmentation', 'or of five', 'procedures', 'views');
    expect(c.answers.before.digest).toBe(c.answers.after.digest);
    expect(c.answersEqual).toBe(false);
  });

  test('that nobody took are not known to be equal', () => {
    const unknown = withArm('views', (arm) => ({ ...arm, answer: null }));
    expect(only('lead-lookup', 'exact', 'base', 'views', unknown).answersEqual).toBeNull();
  });
});
