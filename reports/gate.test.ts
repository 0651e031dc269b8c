import { expect, test } from 'vitest';
import { reportNamed } from '../bench/commands/report.ts';
import type { RunFile } from '../bench/core/run-file.ts';
import { buildView } from '../bench/core/view.ts';
import { interleavedRun } from '../test/interleaved-run.ts';

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
  ['markdown', /The gate failed with 1 failure/],
  ['console', /The gate failed with 1 failure/],
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
