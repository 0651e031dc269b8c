import { describe, expect, test } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import { type ArmGroup, armGroups } from './arm.ts';
import { controlOf, hasMoved, toleratedBy } from './control.ts';
import { logNormal, streamKey } from './random.ts';
import { judge, LIMITS, levelOf, MOST_BLOCKS } from './verdict.ts';

const READS = 14;
const GATES = 100;
const LEVEL = levelOf(READS, MOST_BLOCKS);

/** ln(copy ÷ copy) of each block: copies that truly differ with the deviation `tau`, and blocks that scatter. */
function differences(name: string, place: number, { blocks, spread, tau }: Shape): number[] {
  const difference = Math.log(logNormal(streamKey(place, name), 0, tau));
  const key = streamKey(place, name, 'blocks');
  return Array.from({ length: blocks }, (_, block) => difference + Math.log(logNormal(key, block, spread)));
}

interface Shape {
  readonly blocks: number;
  readonly spread: number;
  readonly tau: number;
}

/** A gate's reads of 20 ms, each in one state with a control. */
function readsOf(gate: number, shape: Shape): ArmGroup[] {
  const [like] = armGroups(sampleRun());
  const [state] = like?.arms ?? [];
  if (!like || !state) throw new Error('the sample run has arms');
  return Array.from({ length: READS }, (_, read) => {
    const logRatios = differences('control', gate * READS + read, shape);
    const arm = (control: boolean) => ({
      ...{ ...state, error: null, control },
      samples: logRatios.map((d, block) => {
        const executionsMs = [control ? 20 * Math.exp(d) : 20];
        return { block, order: 0, executionsMs, client: null, done: 1, total: 1 };
      }),
    });
    return { ...like, arms: [arm(false)], control: arm(true) };
  });
}

const gates = Array.from({ length: GATES }, (_, gate) => gate);

/** What the median gate of many tolerates, and what nine in ten of them do at most. */
function tolerated(shape: Shape): readonly [middle: number, most: number] {
  const all = gates.map((gate) => toleratedBy(readsOf(gate, shape), LEVEL)).sort((a, b) => a - b);
  return [all[GATES / 2] ?? Number.NaN, all[0.9 * GATES] ?? Number.NaN];
}

describe('what the controls of a gate differ by', () => {
  test.each([
    { blocks: 15, spread: 0.03 },
    { blocks: 30, spread: 0.08 },
    { blocks: 60, spread: 0.15 },
    { blocks: 120, spread: 0.2 },
  ])('is not the scatter of $blocks blocks by $spread: that widens intervals only', (shape) => {
    const [middle, most] = tolerated({ ...shape, tau: 0 });
    expect(middle).toBe(LIMITS.tolerated);
    expect(most).toBeLessThan(0.04);
  });

  test('is tolerated at the level of a verdict, less where blocks scatter by more than that', () => {
    const [steady] = tolerated({ blocks: 60, spread: 0, tau: 0.03 });
    const [busy] = tolerated({ blocks: 60, spread: 0.15, tau: 0.03 });
    expect(steady).toBeGreaterThan(0.1);
    expect(steady).toBeLessThan(0.13);
    expect(busy).toBeGreaterThan(0.04);
    expect(busy).toBeLessThan(0.08);
  });

  test.each([
    { blocks: 15, spread: 0.03 },
    { blocks: 60, spread: 0.15 },
  ])(
    'keeps a gate whose copies truly differ from calling that a change ($blocks blocks by $spread)',
    (shape) => {
      const differing = { ...shape, tau: 0.03 };
      const called = (toleratedOf: (reads: readonly ArmGroup[]) => number) =>
        gates.filter((gate) => {
          const reads = readsOf(gate, differing);
          const limits = { ...LIMITS, tolerated: toleratedOf(reads) };
          return reads.some((group, read) => {
            const logRatios = differences('pair', gate * READS + read, differing);
            const control = controlOf(group, LEVEL);
            const { verdict } = judge({ logRatios, beforeMs: 20, level: LEVEL, limits });
            return control !== null && !hasMoved(control) && hasMoved({ verdict });
          });
        }).length;
      const known = called((reads) => toleratedBy(reads, LEVEL));
      const unknown = called(() => LIMITS.tolerated);
      expect(known).toBeLessThanOrEqual(6);
      expect(unknown).toBeGreaterThan(known);
    },
  );

  test('is not known where no control has blocks enough for an interval', () => {
    expect(toleratedBy(readsOf(0, { blocks: 5, spread: 0, tau: 0.2 }), LEVEL)).toBe(LIMITS.tolerated);
  });
});
