import { describe, expect, test } from 'vitest';
import { ablationRun, failedRun, loneRun, reversedRun } from '../../test/altered-runs.ts';
import { abortedRun, sampleRun } from '../../test/sample-run.ts';
import type { RunFile } from './run-file.ts';
import { buildView } from './view.ts';
import { everyPair, type PairView } from './view-pairs.ts';
import { seriesViews } from './view-series.ts';

const pairsOf = (run: RunFile, scenario: string, variant: string): readonly PairView[] =>
  everyPair(buildView(run).scenarios)
    .filter((one) => one.scenario.name === scenario && one.variant.name === variant)
    .map(({ pair }) => pair);

describe('the pairs that a gate looks at', () => {
  test('are the first state against the last', () => {
    const [pair, ...more] = pairsOf(sampleRun(), 'lead-list', 'page 1');
    expect(more).toEqual([]);
    expect(pair).toMatchObject({ title: 'base → views', outcome: 'improved' });
    expect(pair?.change?.comparison).toMatchObject({ before: 'base', after: 'views' });
  });

  test('are each state against the whole in an ablation', () => {
    const titles = pairsOf(ablationRun(), 'lead-list', 'page 1').map(({ title }) => title);
    expect(titles).toEqual(
      ['base', 'indexes', 'partitioning', 'procedures'].map((name) => `${name} → views`),
    );
  });

  test('take their verdict and its reason from the comparison', () => {
    const [pair] = pairsOf(reversedRun(), 'lead-list', 'page 1');
    expect(pair).toMatchObject({ outcome: 'regressed', why: pair?.change?.comparison.reason });
  });

  test('tell of wrong answers and of arms that failed in between', () => {
    const run = sampleRun();
    const wrong = { digest: 'other', rows: 1 };
    const arms = run.arms.map((arm) => (arm.state === 'indexes' ? { ...arm, answer: wrong } : arm));
    expect(pairsOf({ ...run, arms }, 'lead-list', 'page 1')[0]).toMatchObject({
      outcome: 'answers differ',
      why: expect.stringContaining('indexes other'),
    });
    const failed = failedRun(({ state }) => state === 'indexes');
    expect(pairsOf(failed, 'lead-list', 'page 1')[0]).toMatchObject({
      outcome: 'failed',
      why: 'indexes: permission denied',
    });
  });

  test('of an ablation have nothing to do with the other states', () => {
    const run = failedRun(({ state }) => state === 'indexes');
    const pairs = pairsOf({ ...run, design: 'ablation' }, 'lead-list', 'page 1');
    expect(pairs.map(({ outcome }) => outcome)).toEqual(['improved', 'failed', 'improved', 'unchanged']);
  });

  test('of an ablation are not wrong for the answer of another state', () => {
    const arms = ablationRun().arms.map((arm) =>
      arm.state === 'indexes' ? { ...arm, answer: { digest: 'other', rows: 1 } } : arm,
    );
    const outcomes = pairsOf({ ...ablationRun(), arms }, 'lead-list', 'page 1').map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['improved', 'answers differ', 'improved', 'unchanged']);
  });

  test('say why there was nothing to compare', () => {
    expect(pairsOf(loneRun(), 'lead-list', 'page 1')[0]).toMatchObject({
      title: 'base',
      outcome: 'not measured',
      why: 'base is the only state: nothing to compare',
    });
    expect(pairsOf(abortedRun(), 'lead-search', 'term 16 %')[0]).toMatchObject({
      outcome: 'not measured',
      why: 'views: not reached: the run is aborted',
    });
  });

  test('are counted in a sentence, the worst first', () => {
    const { pairText, scenarios } = buildView(sampleRun());
    expect(pairText).toMatch(
      /^15 compared: 1 with answers that differ, \d improved, \d unchanged, \d inconclusive\.$/,
    );
    const counts = [...pairText.matchAll(/(\d+) (?!compared)/g)].map(([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(everyPair(scenarios).length);
    expect(buildView({ ...sampleRun(), scenarios: [], arms: [] }).pairText).toBe('Nothing was compared.');
  });
});

describe('the series of a variant', () => {
  const names = (run: RunFile) => seriesViews(buildView(run)).map(({ name }) => name);

  test('are times of the last state, without those whose answers differ', () => {
    const series = seriesViews(buildView(sampleRun()));
    expect(series).toHaveLength(14);
    expect(series.every(({ cell, ms }) => cell.state === 'views' && cell.ms === ms)).toBe(true);
    expect(names(sampleRun())).not.toContain('segmentation/or of five');
  });

  test('have an interval from six blocks on, unless they are projected', () => {
    const [list] = seriesViews(buildView(sampleRun()));
    const [low = 0, high = 0] = list?.cell.interval95Ms ?? [];
    expect(low).toBeLessThan(list?.ms ?? 0);
    expect(high).toBeGreaterThan(list?.ms ?? 0);
    const run = sampleRun();
    const arms = run.arms.map((arm) => ({
      ...arm,
      samples: arm.samples.map((sample) => ({ ...sample, total: 2 * sample.total })),
    }));
    const projected = seriesViews(buildView({ ...run, arms }));
    expect(projected[0]?.cell).toMatchObject({ projected: true, blocks: 15, interval95Ms: null });
  });

  test('of projections have names of their own', () => {
    expect(names(sampleRun())).toContain('import-100k/existing 0 %');
    expect(names(reversedRun())).toContain('import-100k/existing 0 % (projected)');
  });

  test('are never of an earlier state than the last', () => {
    expect(names(abortedRun())).toEqual(
      ['page 1', 'page 100', 'page 10,000'].map((name) => `lead-list/${name}`),
    );
    expect(names(failedRun(({ state }) => state === 'views'))).toEqual([]);
  });
});
