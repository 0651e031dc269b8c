import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedArm, pairOf, planOf, repetitions, seqScan } from '../../test/counted-arm.ts';
import { sampleRun } from '../../test/sample-run.ts';
import { judgeCounters } from './counter-gate.ts';
import { type Arm, Counters } from './run-file.ts';

const judged = (before: Partial<Arm>, after: Partial<Arm>) =>
  judgeCounters(pairOf(countedArm(before), countedArm(after)));
const counted = (before: Partial<Counters>, after: Partial<Counters>) =>
  judged({ counters: repetitions(before) }, { counters: repetitions(after) }).findings.map(
    ({ rule, kind }) => `${kind} ${rule}`,
  );

describe('counters that rose fail', () => {
  it.each([
    ['+2 % of the blocks is tolerated', { sharedBlocks: 1000 }, { sharedBlocks: 1020 }, []],
    ['more is not', { sharedBlocks: 1000 }, { sharedBlocks: 1021 }, ['failure blocks']],
    ['+8 blocks are tolerated whatever their share', { sharedBlocks: 3 }, { sharedBlocks: 11 }, []],
    ['+9 are not', { sharedBlocks: 3 }, { sharedBlocks: 12 }, ['failure blocks']],
    ['+9 within 2 % are', { sharedBlocks: 450 }, { sharedBlocks: 459 }, []],
    ['local blocks count too', { localBlocks: 0 }, { localBlocks: 100 }, ['failure blocks']],
    ['fewer blocks are welcome', { sharedBlocks: 1000 }, { sharedBlocks: 10 }, []],
    ['a spill from none', { tempBlocks: 0 }, { tempBlocks: 1 }, ['failure temp-blocks']],
    ['a larger spill is no new one', { tempBlocks: 5 }, { tempBlocks: 500 }, []],
    ['+2 % of the rows', { rows: 50 }, { rows: 51 }, []],
    ['more rows', { rows: 50 }, { rows: 52 }, ['failure rows']],
    ['rows from none', { rows: 0 }, { rows: 1 }, ['failure rows']],
    ['+2 % of the WAL records', { walRecords: 100 }, { walRecords: 102 }, []],
    ['more WAL records', { walRecords: 100 }, { walRecords: 103 }, ['failure wal-records']],
    ['WAL bytes are no rule: page images depend on checkpoints', { walBytes: 1 }, { walBytes: 9e9 }, []],
  ])('%s', (_, before, after, found) => expect(counted(before, after)).toEqual(found));

  it('says both figures, the share, what is tolerated and the plan', () => {
    const { findings } = judged(
      { counters: repetitions({ sharedBlocks: 40 }) },
      { counters: repetitions({ sharedBlocks: 412 }), plans: [planOf(seqScan('leads'))] },
    );
    expect(findings[0]).toEqual({
      name: 'lead-list/page=1/views/blocks',
      rule: 'blocks',
      kind: 'failure',
      sentence: 'Blocks: 40 → 412 (+930 %); tolerated: +2 % or +8 blocks an execution',
      plan: ['leads: Index Scan on leads_key → Seq Scan'],
    });
  });

  it('compares for each unit of work, and the 8 blocks over a whole execution', () => {
    const of = (sharedBlocks: number) => ({ sharedBlocks, done: 100, total: 100, rows: 100 });
    expect(counted(of(100), of(108))).toEqual([]);
    expect(counted(of(100), of(109))).toEqual(['failure blocks']);
    const half = { ...of(50), done: 50, rows: 50, walRecords: 50 };
    expect(counted(half, { ...of(102), walRecords: 102 })).toEqual([]);
  });
});

describe('a counter that differs between repetitions', () => {
  const steady = { counters: repetitions({ sharedBlocks: 40 }) };
  const high = { counters: repetitions({ sharedBlocks: 139 }, { sharedBlocks: 140 }, { sharedBlocks: 140 }) };
  const low = { counters: repetitions({ sharedBlocks: 40 }, { sharedBlocks: 41 }, { sharedBlocks: 41 }) };
  const steadilyHigh = { counters: repetitions({ sharedBlocks: 140 }) };

  it.each([
    ['after', steady, high],
    ['before', low, steadilyHigh],
    ['on both sides', low, high],
  ])('%s is told and fails nothing', (_, before, after) => {
    const { findings, unjudged } = judged(before, after);
    expect(findings.map(({ kind }) => kind)).toEqual(['report']);
    expect(findings[0]?.sentence).toMatch(/not the same in all repetitions, so it decides nothing$/);
    expect(unjudged).toEqual([
      {
        name: 'lead-list/page=1/views',
        why: 'blocks: not the same in at least two repetitions',
        isOpen: false,
      },
    ]);
  });

  it.each([
    ['by 5 % and 100 in all repetitions fails', [4000, 4010], [4211, 4230], 'failure'],
    ['by less than 5 % does not', [4000, 4010], [4210, 4230], 'report'],
    ['by less than 100 does not', [100, 101], [199, 201], 'report'],
    ['whose ranges meet does not', [1000, 1300], [1250, 1900], 'report'],
    ['once fails too', [1000], [1300], 'failure'],
  ])('and rose %s', (_, before, after, kind) => {
    const of = (blocks: readonly number[]) => ({
      counters: blocks.flatMap((sharedBlocks) => repetitions({ sharedBlocks }).slice(0, 1)),
    });
    expect(judged(of(before), of(after)).findings.map((finding) => finding.kind)).toEqual([kind]);
  });

  it('is one that was counted once', () => {
    const once = { counters: repetitions({ sharedBlocks: 140 }).slice(0, 1) };
    const { findings, unjudged } = judged({}, once);
    expect(findings.map(({ kind }) => kind)).toEqual(['report']);
    expect(unjudged[0]?.why).toBe(
      'blocks, temp-blocks, rows, wal-records: not the same in at least two repetitions',
    );
  });

  it('is not one that was never counted', () => {
    expect(judged({ counters: [] }, {}).unjudged).toEqual([
      {
        name: 'lead-list/page=1/views',
        why: 'blocks, temp-blocks, rows, wal-records: not counted on both sides',
        isOpen: false,
      },
    ]);
  });
});

describe('another answer', () => {
  const other = { digest: 'ordered:50:cd', rows: 50 };
  const ended = (arm: Arm, done: number): Arm => ({
    ...arm,
    samples: arm.samples.map((sample) => ({ ...sample, done, total: 100 })),
  });

  it('fails, with both digests, and hides no other finding', () => {
    const { findings } = judged({}, { answer: other, counters: repetitions({ rows: 99 }) });
    expect(findings.map(({ rule, kind }) => [rule, kind])).toEqual([
      ['answer', 'failure'],
      ['rows', 'failure'],
    ]);
    expect(findings[0]?.sentence).toBe('another answer: ordered:50:ab → ordered:50:cd');
  });

  it('is none where a budget ended both after other rows, each as expected', () => {
    const before = ended(countedArm(), 40);
    const after = ended(countedArm({ answer: other, expected: other }), 50);
    expect(judgeCounters(pairOf(before, after)).findings).toEqual([]);
    const wrong = ended(countedArm({ answer: other }), 50);
    expect(judgeCounters(pairOf(before, wrong)).findings[0]?.rule).toBe('answer');
  });

  it('is as bad where it was wrong before', () => {
    const { findings } = judged({ answer: other }, { answer: other });
    expect(findings).toMatchObject([
      {
        name: 'lead-list/page=1/views/answer',
        rule: 'answer',
        kind: 'failure',
        sentence: 'a wrong answer before and after: ordered:50:cd, expected ordered:50:ab',
      },
    ]);
    const unknown = judged({ answer: null }, { answer: other });
    expect(unknown.findings.map(({ sentence }) => sentence)).toEqual([
      'a wrong answer: ordered:50:cd, expected ordered:50:ab',
    ]);
    expect(judged({ answer: other }, {}).findings[0]?.sentence).toMatch(/^another answer: /);
  });

  it('is left open where it is not known', () => {
    expect(judged({ answer: null }, {}).unjudged[0]).toMatchObject({ isOpen: true });
  });
});

describe('an arm that fails', () => {
  it('fails the gate when it did not before', () => {
    expect(judged({}, { error: 'no such column' }).findings).toEqual([
      {
        name: 'lead-list/page=1/views/error',
        rule: 'error',
        kind: 'failure',
        sentence: 'it fails, as it did not before: no such column',
        plan: [],
      },
    ]);
  });

  it.each([
    [{ error: 'x' }, {}],
    [{ error: 'x' }, { error: 'x' }],
  ])('leaves it open when it did: %j', (before, after) => {
    expect(judged(before, after)).toMatchObject({ findings: [], unjudged: [{ isOpen: true }] });
  });
});

describe('identical arms', () => {
  it('never fail, whatever they counted', () => {
    const count = fc.nat({ max: 1e9 });
    const counters = fc.record({
      ...{ done: fc.integer({ min: 1, max: 1e5 }), total: fc.constant(100_000), statements: count },
      ...{ rows: count, sharedBlocks: count, localBlocks: count, tempBlocks: count, dirtiedBlocks: count },
      ...{ walRecords: count, walPageImages: count, walBytes: count },
      ...{ io: fc.constant(null), tables: fc.constant(null) },
    });
    fc.assert(
      fc.property(fc.array(counters, { maxLength: 4 }), (all) => {
        expect(Counters.array().safeParse(all).success).toBe(true);
        expect(judged({ counters: all }, { counters: all }).findings).toEqual([]);
      }),
    );
  });

  it('never fail in the sample run but for its wrong answers', () => {
    const { arms } = sampleRun();
    for (const arm of arms) {
      const found = judgeCounters(pairOf(arm, arm)).findings.map(({ rule }) => rule);
      expect(found).toEqual(arm.answer?.digest === arm.expected?.digest ? [] : ['answer']);
    }
  });

  it('never fail when counters rise within what is tolerated', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e8 }), fc.integer({ min: 0, max: 100 }), (base, percent) => {
        const rise = Math.floor((base * 2 * percent) / 10_000);
        expect(counted({ sharedBlocks: base }, { sharedBlocks: base + rise })).toEqual([]);
        expect(counted({ walRecords: base }, { walRecords: base + rise })).toEqual([]);
      }),
    );
  });
});
