import { describe, expect, test } from 'vitest';
import { busyRun, movedRun } from '../../test/altered-runs.ts';
import { sampleRun } from '../../test/sample-run.ts';
import type { Arm, RunFile } from './run-file.ts';
import { buildView, type View } from './view.ts';

const ofSegments = ({ variant, state }: Arm) => variant === 'tag and age' && state === 'views';
const whole = ({ scenarios }: View, name: string) =>
  scenarios.flatMap(({ variants }) => variants).find((variant) => variant.name === name)?.whole;

describe.each<[string, RunFile]>([
  ['client-bound', busyRun(ofSegments)],
  ['tainted', busyRun(ofSegments, { gcShare: 0.5 })],
  ['control moved', movedRun(ofSegments)],
])('a time that is %s', (doubt, run) => {
  const view = buildView(run);

  test('has no direction, and a word that says why', () => {
    expect(whole(view, 'tag and age')).toMatchObject({
      ...{ doubt, direction: 'open', verdictText: 'inconclusive', ratioText: '28.1×' },
      ...{ text: `−96.4 %, ${doubt}`, short: '? −96.4 %' },
    });
    expect(whole(buildView(sampleRun()), 'tag and age')).toMatchObject({ doubt: null, direction: 'faster' });
  });

  test('is neither in the headline nor the largest ratio', () => {
    const [speed] = view.headline;
    expect(speed).toBe(
      `4 of 5 scenarios took less time in the last state than in the first, from 1.03× (lead-lookup) to 25.8× (lead-list). No direction: segmentation (${doubt}).`,
    );
    const labels = view.keyFigures.map(({ label }) => label);
    expect(labels).toContain('largest ratio, lead-list');
    expect(labels).not.toContain('largest ratio, segmentation');
  });
});

test('where no scenario has a direction, no scenario took less time', () => {
  const view = buildView(busyRun(() => true));
  expect(view.findings.speed).toMatch(/^No direction: lead-list \(client-bound\), /);
  expect(view.keyFigures.some(({ label }) => label.startsWith('largest ratio'))).toBe(false);
});

test('what has one block by plan is not timed for its client, where that is why', () => {
  const busy = busyRun(ofSegments);
  const scenarios = busy.scenarios.map((scenario) => ({
    ...scenario,
    variants: scenario.variants.map((one) => ({ ...one, blocks: 1 })),
  }));
  const { variants } = buildView({ ...busy, scenarios }).scenarios.at(-1) ?? {};
  expect(variants?.[0]?.pairs[0]).toMatchObject({
    outcome: 'not timed',
    why: 'client-bound in views: the client itself worked for 95 % of the time',
  });
});

test('each cell has the audit of its client', () => {
  const cells = buildView(busyRun(ofSegments)).scenarios.at(-1)?.variants[0]?.cells;
  expect(cells?.map(({ client }) => client?.bound)).toEqual([
    ...Array.from({ length: 4 }, () => 'server-bound'),
    'client-bound',
  ]);
  expect(cells?.at(-1)?.client).toMatchObject({ loopShare: 0.95, cpuShare: 0.2, delayMs: 0.4, idleMs: 0.1 });
});

test('times that are not the server’s have a sentence each', () => {
  expect(buildView(busyRun(ofSegments)).clientTexts).toEqual([
    'segmentation tag and age, views: client-bound, the client itself worked for 95 % of the time',
  ]);
});

test('times that nothing rests on have none', () => {
  const run = busyRun(({ variant, state }) => variant === 'tag and age' && state === 'base');
  expect(buildView(run).clientTexts).toHaveLength(1);
  const arms = run.arms.map((arm) => (arm.state === 'base' ? { ...arm, sameAsWhole: true as const } : arm));
  expect(buildView({ ...run, arms }).clientTexts).toEqual([]);
});
