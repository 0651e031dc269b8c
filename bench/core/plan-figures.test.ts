import { describe, expect, it } from 'vitest';
import { indexScan, node, seqScan } from '../../test/counted-arm.ts';
import { figureDifferences } from './plan-figures.ts';

const sort = (tempBlocks: number, below = seqScan('leads')) =>
  node({ node: 'Sort', tempBlocks, children: [below] });

describe('the figures of two plans', () => {
  it('of another structure: blocks, rows thrown away and estimates of what both read', () => {
    const before = { ...indexScan('leads'), blocks: 4 };
    const after = { ...seqScan('leads'), blocks: 5208, rowsRemoved: 119_950, rowsEstimated: 1000 };
    expect(figureDifferences(before, after)).toEqual([
      'leads: 4 → 5,208 blocks, 0 → 119,950 rows removed, estimate 1.00× → 20.0× off',
      'in all 4 → 5,208 blocks',
    ]);
  });

  it('are not told where they are equal, or the structure is', () => {
    expect(figureDifferences(indexScan('leads'), seqScan('leads'))).toEqual([]);
    expect(figureDifferences(seqScan('leads'), { ...seqScan('leads'), blocks: 1, rowsRemoved: 9 })).toEqual(
      [],
    );
  });

  it('count a relation over all nodes that read it, and not the one that writes it', () => {
    const twice = node({ node: 'Append', blocks: 200, children: [indexScan('leads'), indexScan('leads')] });
    const write = (below: ReturnType<typeof node>) =>
      node({ node: 'ModifyTable (Update)', relation: 'leads', blocks: 900, children: [below] });
    expect(figureDifferences(write(seqScan('leads')), write(twice))).toEqual(['leads: 100 → 200 blocks']);
  });

  it('tell a spill that comes or goes, and which node it is, though the structure is equal', () => {
    expect(figureDifferences(sort(0), sort(1204))).toEqual(['0 → 1,204 temporary blocks: Sort']);
    expect(figureDifferences(sort(1204), sort(0))).toEqual(['1,204 → 0 temporary blocks: Sort']);
    expect(figureDifferences(sort(1204), sort(1300))).toEqual([]);
    const limited = (below: ReturnType<typeof node>) =>
      node({ node: 'Limit', tempBlocks: below.tempBlocks, children: [below] });
    expect(figureDifferences(limited(sort(0)), limited(sort(8)))).toEqual(['0 → 8 temporary blocks: Sort']);
  });
});
