import { describe, expect, it } from 'vitest';
import { countedArm, repetitions } from '../../test/counted-arm.ts';
import { sampleRun } from '../../test/sample-run.ts';
import { compareRuns, compareTimes, pairArms, sameAnswer } from './run-comparison.ts';
import type { Arm, RunFile } from './run-file.ts';

const timed = (ms: number, done = 1, total = 1): Pick<Arm, 'samples'> => ({
  samples: [{ block: 0, order: 0, executionsMs: [ms], client: null, done, total }],
});
const runOf = (...arms: Partial<Arm>[]): RunFile => ({ ...sampleRun(), arms: arms.map(countedArm) });

describe('the arms of two runs', () => {
  it('are paired by scenario, variant, state and role, controls aside', () => {
    const before = runOf({ state: 'base' }, {}, { control: true }, { role: 'owner' });
    const after = runOf({}, { control: true }, { role: 'owner' }, { variant: 'page=2' });
    const { both, onlyBefore, onlyAfter } = pairArms(before, after);
    expect(both.map(([{ role }, is]) => [role, is.role])).toEqual([
      ['app', 'app'],
      ['owner', 'owner'],
    ]);
    expect(onlyBefore.map(({ state }) => state)).toEqual(['base']);
    expect(onlyAfter.map(({ variant }) => variant)).toEqual(['page=2']);
  });

  it('do not differ from themselves', () => {
    const run = sampleRun();
    for (const { answersEqual, counters, time } of compareRuns(run, run).arms)
      expect([answersEqual, counters, time]).toEqual([true, [], 'same']);
  });
});

describe('what is unknown of an arm in two runs', () => {
  const unknown = (was: Partial<Arm>, is: Partial<Arm>) =>
    compareRuns(runOf(was), runOf(is)).arms.flatMap((arm) => arm.unknown);
  const hot = (updated: number) => ({
    tables: {
      ...{ inserted: 0, updated, hotUpdated: 0, deleted: 0, deadRows: 0, heapBytes: 0, indexBytes: 0 },
      ginPendingPages: null,
    },
  });
  const ended = { ...timed(5, 1, 9), expected: null };
  it.each<[string, Partial<Arm>, Partial<Arm>, string[]]>([
    ['nothing', {}, {}, []],
    ['nothing where neither has a plan', { plans: [] }, { plans: [] }, []],
    ['nothing but the failure', { error: 'x', answer: null }, {}, ['failed in the first run: x']],
    ['the failure of both', { error: 'x' }, { error: 'x' }, ['failed in both runs: x']],
    [
      'each failure',
      { error: 'x' },
      { error: 'y' },
      ['failed in the first run: x', 'failed in the second run: y'],
    ],
    ['nothing beside another answer', { counters: [] }, { answer: { digest: 'x', rows: 1 } }, []],
    [
      'answers of unlike work',
      ended,
      { answer: { digest: 'x', rows: 1 } },
      ['answers of unlike work, so not compared'],
    ],
    [
      'what only one of them counts',
      { counters: repetitions(hot(0)) },
      { counters: repetitions(hot(1)) },
      ['counted in one run only: Updates that were HOT'],
    ],
  ])('is %s', (_, was, is, expected) => expect(unknown(was, is)).toEqual(expected));

  it('gives no figures of an arm that failed', () => {
    const [arm] = compareRuns(runOf({}), runOf({ error: 'x', counters: repetitions({ rows: 51 }) })).arms;
    expect(arm).toMatchObject({ counters: [], time: null, afterMs: null });
  });
});

describe('times of two jobs', () => {
  it.each([
    [12.5, 0.25, 'same'],
    [12.6, 0.25, 'slower'],
    [8, 0.25, 'same'],
    [7.9, 0.25, 'faster'],
    [12.6, 0.3, 'same'],
  ])('10 ms → %d ms with a margin of %d is %s', (ms, margin, expected) =>
    expect(compareTimes(countedArm(timed(10)), countedArm(timed(ms)), margin).time).toBe(expected),
  );

  it('are none of an arm that failed', () => {
    expect(compareTimes(countedArm({ error: 'x' }), countedArm())).toEqual({
      beforeMs: null,
      afterMs: 5,
      time: null,
    });
  });
});

describe('the answers of an arm in two runs', () => {
  const answer = (digest: string) => ({ answer: { digest, rows: 1 } });
  const expected = (digest: string) => ({ expected: { digest, rows: 1 } });
  const ended = (digest: string, of: string | null) => ({
    ...timed(5, 1, 9),
    ...answer(digest),
    ...(of === null ? { expected: null } : expected(of)),
  });
  it.each<[string, Partial<Arm>, Partial<Arm>, boolean | null]>([
    ['the same digest', {}, {}, true],
    ['the same wrong digest', answer('x'), answer('x'), true],
    ['another digest', {}, answer('x'), false],
    ['none', { answer: null }, {}, null],
    ['both ended early, both as expected', ended('a', 'a'), ended('b', 'b'), true],
    ['both ended early, one wrong', ended('a', 'a'), ended('b', 'c'), false],
    ['both ended early, both wrong', ended('a', 'x'), ended('b', 'c'), null],
    ['both ended early, nothing expected', ended('a', null), ended('b', null), null],
    ['one ended early', {}, ended('b', 'b'), true],
  ])('%s', (_, before, after, same) => expect(sameAnswer(countedArm(before), countedArm(after))).toBe(same));
});
