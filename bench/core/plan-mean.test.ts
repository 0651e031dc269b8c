import { expect, it } from 'vitest';
import { node, seqScan } from '../../test/counted-arm.ts';
import { planMean, planSum } from './plan-mean.ts';
import { nodeError } from './plan-tree.ts';

it('a plan that was executed more than once has the mean of its figures, node by node', () => {
  const execution = (rows: number, blocks: number, tempBlocks: number) =>
    node({ node: 'Sort', rows, blocks, tempBlocks, children: [{ ...seqScan('leads'), rows, blocks }] });
  const sum = planSum(planSum(execution(50, 10, 0), execution(10, 20, 0)), execution(0, 33, 3));
  expect(planMean(sum, 3)).toEqual(
    node({
      ...{ node: 'Sort', rows: 20, blocks: 21, tempBlocks: 1 },
      children: [{ ...seqScan('leads'), rows: 20, blocks: 21 }],
    }),
  );
});

it('a node that most executions left out is estimated for those that did not', () => {
  const [never, once] = [node({ loops: 0, rows: 0 }), node({ rows: 50 })];
  const mean = planMean(planSum(planSum(never, once), never), 3);
  expect(mean.loops).toBeCloseTo(1 / 3);
  expect(nodeError({ node: mean, depth: 0, isCut: false })).toBe(1);
});
