import { describe, expect, test } from 'vitest';
import { sampleHistory, sampleLine } from '../../test/sample-history.ts';
import { seriesOf } from './history-series.ts';
import { changeText, lastText, seriesTitle } from './history-text.ts';

const only = (lines: Parameters<typeof seriesOf>[0]) => {
  const [series, ...rest] = seriesOf(lines);
  if (!series || rest.length > 0) throw new Error('one series was expected');
  return series;
};

describe('the series of a history', () => {
  test('are one for each variant, state, role and environment', () => {
    const environment = { key: 'ffffffffffffffff', title: 'another machine' };
    const lines = [
      ...[sampleLine(1), sampleLine(2), sampleLine(2, { variant: 'page 2' })],
      ...[sampleLine(3, { environment }), sampleLine(4, { state: 'procedures' })],
      sampleLine(5, { role: 'owner' }),
    ];
    expect(seriesOf(lines).map((series) => series.lines.length)).toEqual([2, 1, 1, 1, 1]);
  });

  test('stand in the order in which the runs began, not in that of the file', () => {
    const times = only([sampleLine(3), sampleLine(1), sampleLine(2)]).lines.map(({ time }) => time);
    expect(times).toEqual([...times].sort());
  });

  test('have no change where nothing changed', () => {
    const series = only(sampleHistory(60));
    expect(series.changes).toEqual([]);
    expect(series.levels).toMatchObject([{ from: 0, to: 59 }]);
    expect(lastText(series)).toMatch(/^60 runs, last (9|10|11)(\.\d)? ms$/);
    expect(seriesTitle(series)).toBe('lead-list page 1, state views');
  });

  test('name the runs around a change by the clock, with levels, ratio and interval', () => {
    const lines = sampleHistory(60, 40, 12);
    const [change, ...rest] = only(lines).changes;
    expect(rest).toEqual([]);
    expect(change).toMatchObject({
      ...{ by: 'clock', at: 40, before: expect.closeTo(10, 0), after: expect.closeTo(12, 0) },
      last: { run: lines[39]?.run, commit: lines[39]?.commit, time: lines[39]?.time },
      first: { run: lines[40]?.run, commit: lines[40]?.commit },
      ratio: expect.closeTo(10 / 12, 1),
    });
    expect(change && changeText(change)).toMatchObject({
      direction: 'up',
      short: expect.stringMatching(/^slower \+(19|20|21)(\.\d)? %$/),
      levels: expect.stringMatching(/^10 ms → 12 ms, ratio 0\.8\d× \[0\.8\d×, 0\.8\d×\]$/),
    });
  });

  test('pass over runs without a time', () => {
    const lines = sampleHistory(60, 40, 12);
    lines.splice(20, 0, sampleLine(20, { ms: null, run: 'x', counters: {}, digest: null }));
    expect(only(lines).changes).toMatchObject([{ by: 'clock', at: 41 }]);
  });

  test('take any other figure of an exact counter for a change', () => {
    const lines = [1, 2, 3, 4].map((i) =>
      sampleLine(i, { counters: i < 3 ? { blocks: 12 } : { blocks: 14 } }),
    );
    const [change, ...rest] = only(lines).changes;
    expect(rest).toEqual([]);
    expect(change).toMatchObject({
      by: 'counter',
      metric: 'blocks',
      at: 2,
      before: 12,
      after: 14,
      ratio: 12 / 14,
    });
    expect(change && changeText(change)).toEqual({
      direction: 'up',
      short: 'Blocks: more +16.7 %',
      levels: '12 → 14, ratio 0.86× exactly',
    });
  });

  test('hold a counter against the last run in which it was exact', () => {
    const counters = [{ blocks: 12 }, {}, { blocks: 12 }, {}, { blocks: 0 }];
    const [change, ...rest] = only(counters.map((of, i) => sampleLine(i, { counters: of }))).changes;
    expect(rest).toEqual([]);
    expect(change).toMatchObject({ at: 4, last: { run: sampleLine(2).run }, ratio: null });
    expect(change && changeText(change)).toMatchObject({ direction: 'down', short: 'Blocks: less' });
  });

  test('tell another answer', () => {
    const [change] = only([sampleLine(1), sampleLine(2, { digest: 'ordered:50:bb' })]).changes;
    expect(change).toMatchObject({ by: 'answer', at: 1 });
    expect(change && changeText(change)).toEqual({
      ...{ direction: 'other', short: 'another answer', levels: 'ordered:50:aa → ordered:50:bb' },
    });
  });

  test('of one run, and of none, are whole', () => {
    expect(only([sampleLine(1)])).toMatchObject({ changes: [], levels: [{ from: 0, to: 0, ms: 10 }] });
    expect(only([sampleLine(1, { ms: null })])).toMatchObject({ changes: [], levels: [] });
    expect(lastText(only([sampleLine(1, { ms: null })]))).toBe('1 run, the last one without a time');
    expect(seriesOf([])).toEqual([]);
  });
});
