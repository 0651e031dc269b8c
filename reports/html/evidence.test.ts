import { expect, it } from 'vitest';
import { buildView } from '../../bench/core/view.ts';
import { planOf, seqScan } from '../../test/counted-arm.ts';
import { sampleRun } from '../../test/sample-run.ts';
import { evidence } from './evidence.ts';
import { html } from './markup.ts';

it.each([
  [false, 2],
  [true, 0],
])(
  'a plan of which nobody looked at later executions is not said to stay (looked: %s)',
  (laterSeen, times) => {
    const run = sampleRun();
    const arms = run.arms.map((arm) => ({ ...arm, plans: [planOf(seqScan('leads'))], laterSeen }));
    const view = buildView({ ...run, arms });
    const [scenario] = view.scenarios;
    const [variant] = scenario?.variants ?? [];
    if (!scenario || !variant) throw new Error('the sample run has scenarios');
    const page = html`${evidence(view, { ...scenario, variants: [variant] })}`.text;
    expect(page.split('was not looked at').length - 1).toBe(times);
  },
);
