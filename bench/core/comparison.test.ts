import { describe, expect, test } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import { judgeClaims } from './claims.ts';
import { type Comparison, compareStates } from './comparison.ts';
import { type Arm, RunFile } from './run-file.ts';

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

function withArm(state: string, change: (arm: Arm) => Arm): RunFile {
  const arms = run.arms.map((arm) =>
    arm.scenario === 'lead-lookup' && arm.state === state ? change(arm) : arm,
  );
  return { ...run, arms };
}

test('the sample run is a run file', () => {
  expect(RunFile.parse(run)).toEqual(run);
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

  test('without an interval the verdict is inconclusive, with the reason', () => {
    const c = only('lead-list', 'page 1', 'base', 'views');
    expect(c).toMatchObject({ verdict: 'inconclusive', interval: null, bound: null });
    expect(c.reason).toBe('no interval from 15 blocks');
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

describe('claims', () => {
  const judged = (id: string, of = run) => {
    const found = judgeClaims(of).find((one) => one.id === id);
    if (!found) throw new Error(id);
    return found;
  };

  test('reproduced: promised time, promised change and measurement are said apart', () => {
    const claim = judged('schedule-1m', quick());
    expect(claim).toMatchObject({ verdict: 'reproduced', unit: 'ms' });
    expect(claim.why).toMatch(
      /^Promised: at most 3 min afterwards and 90 % faster\. Measured: schedule-1m \(first\) /,
    );
    expect(claim.why).toMatch(/\d s afterwards \(kept\), 9\d(\.\d)? % faster, projected \(kept\)/);
  });

  test('not reproduced: one promise of two broken is enough', () => {
    const slow = run.claims.map((claim) =>
      claim.id === 'import-100k' ? { ...claim, afterMs: 2000 } : claim,
    );
    const claim = judged('import-100k', { ...run, claims: slow });
    expect(claim.verdict).toBe('not reproduced');
    expect(claim.why).toMatch(/s afterwards \(not kept\), \d+(\.\d)? % faster, projected \(kept\)/);
  });

  test('a change over a projected time is a lower bound and breaks no promise', () => {
    const claim = judged('schedule-1m');
    expect(claim.verdict).toBe('not measured in this run');
    expect(claim.why).toContain('% faster, projected (left open by the projection)');
  });

  test('at another scale it is not measured, and the scale is said', () => {
    const claim = judged('lead-query');
    expect(claim).toMatchObject({ verdict: 'not measured in this run', measured: null });
    expect(claim.why).toContain('for 2,000,000 leads, this run has 100,000');
  });

  test('several scenarios may serve one claim', () => {
    expect(judged('lead-query').evidence.map(({ scenario }) => scenario)).toEqual([
      'lead-list',
      'lead-search',
    ]);
  });

  test('nothing promised in numbers, nothing judged', () => {
    expect(judged('partition-space')).toMatchObject({ verdict: 'not measured in this run', measured: null });
  });

  test('an answer that differs reproduces nothing', () => {
    const arms = run.arms.map((arm) =>
      arm.scenario === 'import-100k' && arm.state === 'views'
        ? { ...arm, answer: { digest: 'other', rows: 1 } }
        : arm,
    );
    expect(judged('import-100k', { ...run, arms })).toMatchObject({
      verdict: 'not reproduced',
      measured: null,
    });
  });

  test('an arm that cannot run here makes the claim not measurable here', () => {
    const arms = run.arms.map((arm) =>
      arm.scenario === 'import-100k' && arm.state === 'views' ? { ...arm, error: 'no such extension' } : arm,
    );
    const claim = judged('import-100k', { ...run, arms });
    expect(claim).toMatchObject({ verdict: 'not measurable here', measured: null });
    expect(claim.why).toContain('no such extension');
  });

  function quick(): RunFile {
    const arms = run.arms.map((arm) =>
      arm.scenario === 'schedule-1m' && arm.state === 'views'
        ? { ...arm, samples: arm.samples.map((sample) => ({ ...sample, executionsMs: [9000] })) }
        : arm,
    );
    return { ...run, arms };
  }
});
