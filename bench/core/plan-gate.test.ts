import { describe, expect, it } from 'vitest';
import { countedArm, indexScan, node, pairOf, planOf, seqScan } from '../../test/counted-arm.ts';
import { judgePlans } from './plan-gate.ts';
import type { PlanNode } from './plan-tree.ts';
import type { Arm } from './run-file.ts';

const plans = (...roots: PlanNode[]) => ({ plans: roots.map((root, i) => planOf(root, `SELECT ${i}`)) });
const judged = (before: PlanNode[], after: PlanNode[], pages?: number) =>
  judgePlans(pairOf(countedArm(plans(...before)), countedArm(plans(...after)), pages));
const names = (...args: Parameters<typeof judged>) =>
  judged(...args).findings.map(({ rule, kind }) => `${kind} ${rule}`);

describe('a table read through an index before and from end to end now', () => {
  it('fails from 64 pages on', () => {
    expect(names([indexScan('leads')], [seqScan('leads')], 63)).toEqual(['warning plan']);
    expect(names([indexScan('leads')], [seqScan('leads')], 64)).toEqual([
      'failure scan:leads',
      'warning plan',
    ]);
  });

  it('says which table, of what size, and what differs', () => {
    expect(judged([indexScan('leads')], [seqScan('leads')], 1204).findings[0]).toEqual({
      name: 'lead-list/page=1/views/scan:leads',
      rule: 'scan:leads',
      kind: 'failure',
      sentence: 'leads (1,204 pages) is read from end to end, it was read through an index',
      plan: ['leads: Index Scan on leads_key → Seq Scan'],
    });
  });

  it.each(['Index Only Scan', 'Bitmap Heap Scan'])('fails after an %s', (scan) => {
    expect(names([node({ node: scan, relation: 'leads' })], [seqScan('leads')])).toContain(
      'failure scan:leads',
    );
  });

  it('fails in a statement that is not the main one, with its own difference', () => {
    const main = node({ node: 'Seq Scan', relation: 'campaigns', blocks: 9999 });
    const { findings } = judged([main, indexScan('leads')], [main, seqScan('leads')]);
    expect(findings.map(({ rule }) => rule)).toEqual(['scan:leads']);
    expect(findings[0]?.plan).toEqual(['leads: Index Scan on leads_key → Seq Scan']);
  });

  it('fails though another statement always read it from end to end', () => {
    expect(names([seqScan('leads'), indexScan('leads')], [seqScan('leads'), seqScan('leads')])).toContain(
      'failure scan:leads',
    );
  });

  it('does not fail for a scan that is new beside the index, nor for a table of unknown size', () => {
    expect(names([indexScan('leads')], [indexScan('leads'), seqScan('leads')])).toEqual([]);
    expect(names([indexScan('passing')], [seqScan('passing')])).toEqual(['warning plan']);
  });

  it('fails in the plan that comes with the sixth execution', () => {
    const before = countedArm();
    const after = countedArm({ laterPlans: [planOf(seqScan('leads'))] });
    const { findings } = judgePlans(pairOf(before, after));
    expect(findings.map(({ rule }) => rule)).toEqual(['scan:leads', 'plan']);
    expect(findings[0]?.sentence).toMatch(/^from the sixth execution on, leads /);
  });

  it('is not judged by that plan where nobody looked at it on one side', () => {
    const open = {
      findings: [],
      unjudged: [
        {
          name: 'lead-list/page=1/views',
          why: 'plan from the sixth execution on: not seen on both sides',
          isOpen: false,
        },
      ],
    };
    const later = { laterSeen: true, laterPlans: [planOf(seqScan('leads'))] };
    const sides = (before: object, after: object) =>
      judgePlans(pairOf(countedArm(before), countedArm(after)));
    expect(sides({ laterSeen: false }, later)).toEqual(open);
    expect(sides({ laterSeen: true }, { laterSeen: false })).toEqual(open);
    for (const seen of [{ laterSeen: false }, {}])
      expect(sides({ laterSeen: false }, seen)).toEqual({ findings: [], unjudged: [] });
  });
});

describe('another plan', () => {
  it('warns, with the difference', () => {
    const sorted = node({ node: 'Sort', children: [indexScan('leads')] });
    expect(judged([indexScan('leads')], [sorted]).findings).toEqual([
      {
        name: 'lead-list/page=1/views/plan',
        rule: 'plan',
        kind: 'warning',
        sentence: 'another plan',
        plan: ['Sort is new'],
      },
    ]);
  });

  it('is none where only figures differ', () => {
    const other = { ...indexScan('leads'), rows: 7, blocks: 3, rowsEstimated: 9 };
    expect(names([indexScan('leads')], [other])).toEqual([]);
  });

  it('is not judged where no plan was seen', () => {
    expect(judgePlans(pairOf(countedArm(), countedArm({ plans: [] })))).toEqual({
      findings: [],
      unjudged: [{ name: 'lead-list/page=1/views', why: 'plan: not seen on both sides', isOpen: false }],
    });
  });
});

describe('a worse estimate of rows', () => {
  const off = (factor: number) => ({ ...indexScan('leads'), rows: 100, rowsEstimated: 100 * factor });
  it.each([
    [5, 10, ['warning estimate']],
    [5, 9.9, []],
    [5.1, 10.1, []],
    [20, 40, ['warning estimate']],
    [40, 20, []],
  ])('%d× off, then %d×: %j', (before, after, found) =>
    expect(names([off(before)], [off(after)])).toEqual(found),
  );

  it('says both', () => {
    expect(judged([off(2)], [off(40)]).findings[0]?.sentence).toBe(
      'the worst estimate of rows is 40.0× off, it was 2.00×',
    );
  });
});

describe('the same plans over more rows', () => {
  const rows = (count: number, executions = 1) => ({
    plans: [{ ...planOf({ ...indexScan('leads'), rows: count, rowsEstimated: count }), executions }],
  });
  const rules = (before: Partial<Arm>, after: Partial<Arm>) =>
    judgePlans(pairOf(countedArm(before), countedArm(after))).findings.map(({ rule }) => rule);

  it('fail where they are 5 % and 100 more, or executed more often', () => {
    expect(rules(rows(4000), rows(4200))).toEqual([]);
    expect(rules(rows(4000), rows(4201))).toEqual(['rows-processed']);
    expect(rules(rows(100), rows(200))).toEqual([]);
    expect(rules(rows(1000), rows(1000, 2))).toEqual(['rows-processed']);
  });

  it('are not asked of a write, whose quickest statements are not told', () => {
    expect(rules({ ...rows(1000), cache: 'clone' }, { ...rows(5000), cache: 'clone' })).toEqual([]);
  });

  it('are another plan where their nodes are others', () => {
    const sorted = {
      plans: [
        planOf(node({ node: 'Sort', rows: 5000, rowsEstimated: 5000, children: [indexScan('leads')] })),
      ],
    };
    expect(rules(rows(1000), sorted)).toEqual(['plan']);
  });
});
