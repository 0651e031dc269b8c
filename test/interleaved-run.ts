import { streamKey, unit } from '../bench/core/random.ts';
import type { Arm, RunFile } from '../bench/core/run-file.ts';
import { sampleRun } from './sample-run.ts';

const BLOCKS = 30;

/** A run of states `base` and `head`, with a control: one read, 30 blocks, normal noise; the head takes `factor` as long. */
export function interleavedRun(shape: {
  readonly seed: number;
  readonly ms: number;
  /** Deviation of ln(head ÷ base). */
  readonly spread: number;
  readonly factor?: number;
}): RunFile {
  const run = sampleRun();
  const [base, head] = run.states;
  const original = run.arms.find(({ scenario }) => scenario === 'lead-lookup');
  const scenario = run.scenarios.find(({ name }) => name === 'lead-lookup');
  if (!base || !head || !original || !scenario) throw new Error('the sample run has them');
  const arm = (state: string, factor: number, control = false): Arm => ({
    ...{ ...original, state, error: null, control },
    samples: Array.from({ length: BLOCKS }, (_, block) => {
      const noise = (shape.spread / Math.SQRT2) * normal(streamKey(shape.seed, `${state}${control}`), block);
      const executionsMs = [shape.ms * factor * Math.exp(noise)];
      return { block, order: 0, executionsMs, client: null, done: 1, total: 1 };
    }),
  });
  return {
    ...run,
    states: [
      { ...base, name: 'base' },
      { ...head, name: 'head' },
    ],
    scenarios: [{ ...scenario, variants: [{ name: original.variant, main: true, blocks: null }] }],
    arms: [arm('base', 1), arm('head', shape.factor ?? 1), arm('head', shape.factor ?? 1, true)],
  };
}

/** Box & Muller 1958. */
function normal(key: number, row: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - unit(key, 2 * row)));
  return radius * Math.cos(2 * Math.PI * unit(key, 2 * row + 1));
}
