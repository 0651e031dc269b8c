import { describe, expect, it } from 'vitest';
import { indexScan, node, seqScan } from '../../test/counted-arm.ts';
import { figureDifferences } from './plan-figures.ts';
import type { PlanNode } from './plan-tree.ts';

const sort = (tempBlocks: number, below = seqScan('leads')) =>
  node({ node: 'Sort', tempBlocks, children: [below] });

/** Of plans that are executed once for the one unit of a read. */
const differences = (before: PlanNode, after: PlanNode) => {
  const once = { executions: 1, units: 1 };
  return figureDifferences({ root: before, ...once }, { root: after, ...once });
};

describe('the figures of two plans', () => {
  it('of another structure: blocks, rows thrown away and estimates of what both read', () => {
    const before = { ...indexScan('leads'), blocks: 4 };
    const after = { ...seqScan('leads'), blocks: 5208, rowsRemoved: 119_950, rowsEstimated: 1000 };
    expect(differences(before, after)).toEqual([
      'leads: 4 → 5,208 blocks, 0 → 119,950 rows removed, estimate 1.00× → 20.0× off',
      'in all 4 → 5,208 blocks',
    ]);
  });

  it('are not told where they are equal, or the structure is', () => {
    expect(differences(indexScan('leads'), seqScan('leads'))).toEqual([]);
    expect(differences(seqScan('leads'), { ...seqScan('leads'), blocks: 1, rowsRemoved: 9 })).toEqual([]);
  });

  it('count a relation over all nodes that read it, and not the one that writes it', () => {
    const twice = node({ node: 'Append', blocks: 200, children: [indexScan('leads'), indexScan('leads')] });
    const write = (below: ReturnType<typeof node>) =>
      node({ node: 'ModifyTable (Update)', relation: 'leads', blocks: 900, children: [below] });
    expect(differences(write(seqScan('leads')), write(twice))).toEqual(['leads: 100 → 200 blocks']);
  });

  it('tell a spill that comes or goes, and which node it is, though the structure is equal', () => {
    expect(differences(sort(0), sort(1204))).toEqual(['0 → 1,204 temporary blocks: Sort']);
    expect(differences(sort(1204), sort(0))).toEqual(['1,204 → 0 temporary blocks: Sort']);
    expect(differences(sort(1204), sort(1300))).toEqual([]);
    const limited = (below: ReturnType<typeof node>) =>
      node({ node: 'Limit', tempBlocks: below.tempBlocks, children: [below] });
    expect(differences(limited(sort(0)), limited(sort(8)))).toEqual(['0 → 8 temporary blocks: Sort']);
  });

  it('are compared for each unit of work where the sides did another number', () => {
    const row = { root: { ...indexScan('leads'), blocks: 30.5 }, executions: 20, units: 20 };
    const scan = { ...seqScan('leads'), blocks: 2_400_000, rowsRemoved: 50_000 };
    const bulk = { root: scan, executions: 1, units: 100_000 };
    expect(figureDifferences(row, bulk)).toEqual([
      'leads: 30.5 → 24 blocks, 0 → 0.5 rows removed for each unit of work',
      'in all 30.5 → 24 blocks for each unit of work',
    ]);
  });

  it('are of all executions of a statement in one unit', () => {
    const twice = { root: indexScan('leads'), executions: 2, units: 1 };
    const once = { root: { ...seqScan('leads'), blocks: 200 }, executions: 1, units: 1 };
    expect(figureDifferences(twice, once)).toEqual([]);
  });

  it('of nobody knows how many units are compared for as many executions only; a spill is told anyway', () => {
    const [many, once] = [
      { root: { ...indexScan('leads'), blocks: 4 }, executions: 20, units: null },
      { root: { ...sort(0.05, seqScan('leads')), blocks: 900 }, executions: 1, units: 100_000 },
    ];
    const spill = '0 → 0.05 temporary blocks: Sort';
    expect(figureDifferences(many, once)).toEqual([spill]);
    expect(figureDifferences({ ...many, executions: 1 }, once)).toEqual([
      'leads: 4 → 100 blocks',
      'in all 4 → 900 blocks',
      spill,
    ]);
  });

  it('that are means of the same sums name the node that spills alone', () => {
    const third = (blocks: number) => blocks / 3;
    const join = node({
      node: 'Hash Join',
      tempBlocks: third(5),
      children: [sort(third(1)), sort(third(4))],
    });
    const dry = node({ node: 'Hash Join', children: [sort(0), sort(0)] });
    expect(third(1) + third(4)).toBeLessThan(third(5));
    expect(differences(dry, join)).toEqual(['0 → 1.67 temporary blocks: Sort']);
  });
});
