import { expect, test } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import { armFigures } from './arm.ts';
import type { Arm } from './run-file.ts';

/** An arm with a block for each pair of milliseconds and units done, of 1,000. */
function armOf(...blocks: readonly (readonly [number, number])[]): Arm {
  const [arm] = sampleRun().arms;
  if (!arm) throw new Error('the sample run has arms');
  const samples = blocks.map(([ms, done], block) => ({
    ...{ block, order: 0, client: null, executionsMs: [ms], done, total: 1000 },
  }));
  return { ...arm, samples };
}

test('a projection has the units of the block that its time is of', () => {
  // 20,000, 8,000 and 5,000 ms for all: the middle one did 250 units.
  expect(armFigures(armOf([2000, 100], [2000, 250], [2000, 400]))).toMatchObject({
    ms: 8000,
    done: 250,
    total: 1000,
  });
  expect(armFigures(armOf([2000, 400], [2000, 250]))).toMatchObject({ ms: 6500, done: 250 });
  expect(armFigures(armOf([2000, 0], [2000, 400]))).toMatchObject({ ms: 5000, done: 400 });
  expect(armFigures(armOf([2000, 0]))).toMatchObject({ ms: null, done: 0, total: 1000 });
});
