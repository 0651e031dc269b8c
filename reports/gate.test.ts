import { expect, test } from 'vitest';
import { reportNamed } from '../bench/commands/report.ts';
import { historyLines } from '../bench/core/history.ts';
import type { RunFile } from '../bench/core/run-file.ts';
import { buildView } from '../bench/core/view.ts';
import { countedRun } from '../test/counted-arm.ts';
import { interleavedRun } from '../test/interleaved-run.ts';
import { sampleRun } from '../test/sample-run.ts';

const run = interleavedRun({ seed: 1, ms: 10, spread: 0.01 });
const gated = (thresholds: string): RunFile => ({
  ...run,
  gate: { ref: 'main', commit: 'c', changed: [], accepted: [], touched: null, thresholds },
});

test.each([
  ['junit', /below 9\.0 ms/],
  ['github-annotations', /below 9\.0 ms/],
  ['github-summary', /below 9\.0 ms/],
  ['html', /below 9\.0 ms/],
  ['markdown', /^\| lead-lookup .*regressed \(lead-lookup exact median &lt; 9ms: .*below 9\.0 ms/m],
  ['console', /^ {2}exact +.* regressed /m],
] as const)(
  '%s shows a threshold that the head of a gate missed, and fails nothing that was kept',
  async (name, shown) => {
    const { render } = await reportNamed(name);
    const missed = await render(buildView(gated('lead-lookup median < 9ms')));
    expect(missed).toMatch(shown);
    const kept = await render(buildView(gated('lead-lookup median < 11ms')));
    expect(kept).not.toMatch(/<failure|::error|The gate failed|✗ failure/);
  },
);

const OF_A_GATE = ['junit', 'github-annotations', 'github-summary', 'markdown', 'html', 'console'] as const;

test.each(OF_A_GATE)(
  '%s names the migration, each finding as it is accepted, and what was accepted and why',
  async (name) => {
    const { render } = await reportNamed(name);
    const missed = gated('lead-lookup median < 9ms');
    const failure = buildView(missed).gate?.failures[0]?.name ?? '';
    const migration = 'A\tdb/phases/05-tidy/up.sql';
    const accepted = [{ name: failure, because: 'reads are rare', at: '2026-11-27T00:00:00Z' }];
    // Without the escapes of each format.
    const plain = async (run: RunFile) =>
      (await render(buildView(run))).replace(/<!-- -->|<wbr>|\\/g, '').replaceAll('&lt;', '<');
    const gate = { ...missed.gate, changed: [migration] } as RunFile['gate'];
    const failed = await plain({ ...missed, gate });
    expect(failed).toContain('A db/phases/05-tidy/up.sql');
    expect(failed).toContain(failure);
    const wanted = await plain({ ...missed, gate: { ...gate, accepted } as RunFile['gate'] });
    expect(wanted).toContain(failure);
    expect(wanted).toContain('reads are rare');
  },
);

test.each(OF_A_GATE)('%s names what an inconclusive gate left open, and why', async (name) => {
  const { render } = await reportNamed(name);
  const scattered = { ...interleavedRun({ seed: 4, ms: 50, spread: 0.9 }), gate: gated('').gate };
  const view = buildView(scattered);
  expect(view.headline[0]).toContain('The gate is inconclusive with 2 open questions');
  const text = (await render(view)).replace(/<wbr>|\\/g, '');
  expect(text).toMatch(/not judged(<[^>]*>|[: \n])*lead-lookup\/exact.*too wide to say/s);
});

/** The gate of a head that is twice as slow and answers otherwise, with these findings accepted. */
function wanted(...rules: readonly string[]): RunFile {
  const slow = interleavedRun({ seed: 1, ms: 10, spread: 0.01, factor: 2 });
  const accepted = rules.map((rule) => ({
    ...{ name: `lead-lookup/exact/head/${rule}`, because: 'reads are rare', at: '2026-11-28T00:00:00Z' },
  }));
  const answers = rules.includes('answer');
  const arms = slow.arms.map((arm) =>
    answers && arm.state === 'head' ? { ...arm, answer: { digest: 'other', rows: 1 } } : arm,
  );
  return { ...slow, arms, gate: { ...gated('').gate, accepted } as RunFile['gate'] };
}

test.each([['time'], ['answer']])('what is accepted fails nothing in any report: %s', async (rule) => {
  const view = buildView(wanted(rule));
  expect(view.gate).toMatchObject({ failures: [], accepted: [{ name: `lead-lookup/exact/head/${rule}` }] });
  expect(view.pairText).toBe('1 compared: 1 accepted.');
  for (const name of OF_A_GATE) {
    const text = await (await reportNamed(name)).render(view);
    expect(text).not.toMatch(/<failure|<error|::error|✗ failure|▲ regressed|regressed \(/);
    expect(text).toContain('reads are rare');
  }
});

test('what is accepted beside what is not fails with the other', () => {
  expect(buildView(wanted()).pairText).toBe('1 compared: 1 regressed.');
});

test.each([
  ['junit', /name="verdict">\s*<failure/, /name="verdict">\s*<skipped/],
  ['github-annotations', /^::error title=Gate inconclusive/m, /^::notice title=Gate inconclusive/m],
] as const)(
  '%s shows an inconclusive gate as an error only where it is strict',
  async (name, strict, lenient) => {
    const { render } = await reportNamed(name);
    const scattered = interleavedRun({ seed: 4, ms: 50, spread: 0.9 });
    const text = (isStrict: boolean) =>
      render(buildView({ ...scattered, gate: { ...gated('').gate, strict: isStrict } as RunFile['gate'] }));
    expect(await text(true)).toMatch(strict);
    expect(await text(true)).not.toMatch(lenient);
    expect(await text(false)).toMatch(lenient);
    expect(await text(false)).not.toMatch(strict);
  },
);

test('html shows what a state cost to build only where that was measured', async () => {
  const { render } = await reportNamed('html');
  const costs = 'What each state costs to build';
  const states = run.states.map((state) => ({ ...state, buildMs: 0, walBytes: 0 }));
  expect(await render(buildView({ ...gated(''), states }))).not.toContain(costs);
  expect(await render(buildView(sampleRun()))).toContain(costs);
});

test('a gate that was aborted says so, and no verdict in its first sentence', () => {
  const [first] = buildView({ ...gated(''), status: 'aborted' }).headline;
  expect(first).toMatch(/^This run was aborted/);
});

test.each(['bencher', 'custom-smaller-is-better', 'benchfmt'] as const)(
  '%s has no times of a gate that its first block decided',
  async (name) => {
    const { render } = await reportNamed(name);
    const decided = { ...run, gate: { ...gated('').gate, decidedEarly: true } as RunFile['gate'] };
    const figure = /"value"|ns\/op$/m;
    expect(await render(buildView({ ...run, gate: gated('').gate }))).toMatch(figure);
    expect(await render(buildView(decided))).not.toMatch(figure);
    expect(buildView(decided).headline[0]).toContain('the times are of one block');
    expect(() => historyLines(decided, null)).toThrow('a gate that its first block decided');
  },
);

/** The gate's read, counted, with one block on each side, as planned. */
function single(factor: number): RunFile {
  const whole = countedRun(gated(''));
  const once = whole.arms.map((arm) => ({
    ...arm,
    samples: [
      { ...arm.samples[0], executionsMs: [arm.state === 'head' ? 10 * factor : 10] },
    ] as typeof arm.samples,
  }));
  const scenarios = whole.scenarios.map((scenario) => ({
    ...scenario,
    variants: scenario.variants.map((variant) => ({ ...variant, blocks: 1 })),
  }));
  return { ...whole, arms: once, scenarios };
}

test('what a gate was not to time is no open question, and a single block no direction', () => {
  const view = buildView(single(1.5));
  expect(view.headline.slice(0, 3)).toEqual([
    expect.stringMatching(/^The gate passed/),
    'No change is proven: the ratios are estimates without an interval.',
    expect.stringMatching(/^Answers were equal/),
  ]);
  expect(view.pairText).toBe('1 compared: 1 with too few blocks for a verdict on times, by plan.');
  expect(view.keyFigures.map(({ value, label }) => `${value} ${label}`)).toEqual(
    expect.arrayContaining(['0 judged by the clock', '1 by answer, counters and plan only']),
  );
  const [change] = view.scenarios.flatMap(({ variants }) => variants.map(({ whole }) => whole));
  expect(change).toMatchObject({ direction: 'open', ratioText: '0.67×' });
});

test('the headline counts as inconclusive only what the clock was to judge', () => {
  const [scenario] = run.scenarios;
  if (!scenario) throw new Error('the run has one');
  const unweighed = single(1.5).arms.map((arm) => ({ ...arm, variant: 'other' }));
  const variants = [...scenario.variants, { name: 'other', main: false, blocks: 1 }];
  const both = { ...gated(''), scenarios: [{ ...scenario, variants }], arms: [...run.arms, ...unweighed] };
  expect(buildView(both).headline).toContain(
    'Of 1 comparison judged by the clock, 0 improved, 0 regressed, 1 unchanged, 0 inconclusive. 1 more had too few blocks for a verdict, by plan.',
  );
});

test.each([
  [1.5, 'slower'],
  [0.5, 'faster'],
  [1, 'same'],
])('a read of a gate that takes %s of the time is shown as %s', (factor, direction) => {
  const slower = interleavedRun({ seed: 1, ms: 10, spread: 0.01, factor });
  const view = buildView({ ...slower, gate: gated('').gate });
  expect(view.scenarios[0]?.variants[0]?.whole).toMatchObject({ direction });
});

test('an interval that has both in it is shown as neither', () => {
  const noisy = interleavedRun({ seed: 1, ms: 10, spread: 1 });
  expect(buildView(noisy).scenarios[0]?.variants[0]?.whole).toMatchObject({ direction: 'open' });
});
