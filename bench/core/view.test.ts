import { describe, expect, test } from 'vitest';
import { repetitions } from '../../test/counted-arm.ts';
import { abortedRun, sampleRun } from '../../test/sample-run.ts';
import { buildView, type View } from './view.ts';
import type { VariantView } from './view-scenarios.ts';
import { growth, stateViews, storageRows } from './view-states.ts';

const run = sampleRun();
const view = buildView(run);

function variant(scenario: string, name: string, of: View = view): VariantView {
  const found = of.scenarios.find((one) => one.name === scenario)?.variants.find((one) => one.name === name);
  if (!found) throw new Error(`${scenario} ${name}`);
  return found;
}

describe('a variant', () => {
  test('has one cell for each state and one step between neighbours', () => {
    const { cells, steps, whole } = variant('lead-list', 'page 1');
    expect(cells.map(({ state }) => state)).toEqual(run.states.map(({ name }) => name));
    expect(steps).toHaveLength(4);
    expect(whole).toMatchObject({
      direction: 'faster',
      intervalText: expect.stringMatching(/^\[2\d\.\d×, 2\d\.\d×\]$/),
    });
    expect(whole?.text).toMatch(/^faster −96\.\d %$/);
  });

  test('marks everything that rests on a projection', () => {
    const { cells, whole, steps } = variant('schedule-1m', 'first');
    expect(cells[0]?.text).toBe('≥ 296 s');
    expect(cells[0]?.longText).toBe('≥ 296 s, projected from 213,000 rows');
    expect(whole?.ratioText).toMatch(/^≥ 7\.\d+×$/);
    expect(whole?.text).toMatch(/, projected$/);
    expect(steps[0]?.short).toMatch(/^≈ /);
    expect(steps[0]?.ratioText).toMatch(/^≈ /);
    expect(steps[3]?.text).not.toContain('projected');
  });

  test('has an estimate for a verdict where the plan has too few blocks for one', () => {
    const scenarios = run.scenarios.map((scenario) => ({
      ...scenario,
      variants: scenario.variants.map((one) => ({ ...one, blocks: 1 })),
    }));
    const text = (of: View) => variant('schedule-1m', 'first', of).whole?.verdictText;
    expect([view, buildView({ ...run, scenarios })].map(text)).toEqual(['inconclusive', 'estimate']);
  });

  test('has no ratio where answers differ', () => {
    expect(variant('segmentation', 'or of five').whole).toMatchObject({
      direction: 'differs',
      ratioText: null,
    });
  });

  test('names the least the server could need', () => {
    expect(variant('import-100k', 'existing 0 %').floor).toMatchObject({ text: '2.1 s', ratioText: '2.00×' });
    expect(variant('import-100k', 'identical').floor).toBeNull();
  });

  test('is held to the pages of its rows where it reads', () => {
    const floor = { scenario: 'lead-list', variant: 'page 1', state: 'views', title: 'pages', samplesMs: [] };
    const counted = run.arms.map((arm) => ({ ...arm, counters: repetitions({ sharedBlocks: 100 }) }));
    const paged = { ...run, arms: counted, floors: [{ ...floor, pages: 40 }] };
    expect(variant('lead-list', 'page 1', buildView(paged)).floor).toEqual({
      ...{ title: 'pages', state: 'views', text: '40 pages', ratioText: '2.50×' },
    });
    const uncounted = { ...run, floors: [{ ...floor, pages: 40 }] };
    expect(variant('lead-list', 'page 1', buildView(uncounted)).floor).toBeNull();
  });

  test('names role and cache when a scenario has several', () => {
    const own = run.arms.filter(({ scenario }) => scenario === 'lead-lookup');
    const arms = [...run.arms, ...own.map((arm) => ({ ...arm, role: 'mailgenius_owner' }))];
    const labels = buildView({ ...run, arms }).scenarios.find(({ name }) => name === 'lead-lookup')?.variants;
    expect(labels?.map(({ label }) => label)).toEqual([
      'exact, as mailgenius_app',
      'exact, as mailgenius_owner',
    ]);
  });
});

test('the distance to a promised time names the scale when it is another', () => {
  const distance = (name: string) => view.scenarios.find((one) => one.name === name)?.distance;
  expect(distance('import-100k')).toMatch(/^28\.\d % of the promised 15 s$/);
  expect(distance('lead-list')).toBe('0.4 % of the promised 500 ms (promised at 2M, measured at 100k)');
  expect(distance('lead-lookup')).toBeNull();
});

describe('an aborted run', () => {
  const aborted = buildView(abortedRun());

  test('says first that it was, and how much it holds', () => {
    expect(aborted.headline[0]).toBe('This run was aborted: the file holds 24 of 75 arms.');
  });

  test('does not count second copies as arms', () => {
    const run = abortedRun();
    const arms = [...run.arms, ...run.arms.slice(0, 3).map((arm) => ({ ...arm, control: true }))];
    expect(buildView({ ...run, arms }).headline[0]).toContain('the file holds 24 of 75 arms');
  });

  test('keeps the variants it never reached, with the reason', () => {
    expect(variant('import-100k', 'identical', aborted).cells[0]).toMatchObject({
      ms: null,
      why: 'not reached: the run is aborted',
    });
  });
});

describe('storage', () => {
  test('is signed, with the share', () => {
    expect([growth(100, 160), growth(100, 40), growth(0, 5), growth(7, 7)]).toEqual([
      '+60 B (+60 %)',
      '−60 B (−60 %)',
      '+5 B',
      '±0 B',
    ]);
  });

  test('sums the tables that do not fit, and loses none', () => {
    const states = stateViews(run);
    const rows = storageRows(states, 3);
    expect(rows.map(({ table }) => table)).toEqual(['leads', 'email_sends', '5 smaller tables']);
    const total = rows.reduce((sum, { byState }) => sum + (byState.at(-1)?.bytes ?? 0), 0);
    expect(total).toBe(states.at(-1)?.relations.reduce((sum, { bytes }) => sum + bytes, 0));
  });
});

test('warnings are those of the run and those the figures give', () => {
  expect(view.warnings).toEqual(expect.arrayContaining(run.warnings));
  expect(view.warnings.filter((text) => text.includes('answers differ'))).toHaveLength(3);
});
