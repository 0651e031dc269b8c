import { describe, expect, test } from 'vitest';
import { seriesOf } from '../../bench/core/history-series.ts';
import { sampleHistory, sampleLine } from '../../test/sample-history.ts';
import { HOSTILE } from '../../test/sample-run.ts';
import { isWellFormed } from '../../test/xml.ts';
import { historyPlot } from './plot.ts';

describe('the plot of a history', () => {
  const lines = sampleHistory(60, 40, 12).map((line, i) =>
    i < 50 ? line : { ...line, counters: { ...line.counters, blocks: 14 } },
  );
  const plot = historyPlot(seriesOf(lines));

  test('is one well-formed document without scripts, styles or addresses', () => {
    expect(isWellFormed(plot)).toBe(true);
    expect(plot).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    expect(plot.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /<script|<style|https?:|NaN|undefined/,
    );
  });

  test('says in words what it shows', () => {
    expect(plot).toContain('<title id="title">History of 1 variant, 1 with changes</title>');
    expect(plot).toMatch(
      /<desc id="description">lead-list page 1, state views, environment 00112233aabbccdd: 60 runs, last 12 ms; slower \+\d+(\.\d)? % from run \S+ \(commit c+28, 2026-02-10 00:00\): 10 ms → 12 ms/,
    );
  });

  test('marks each change by shape, number and word', () => {
    expect(plot).toMatch(
      /<tspan font-weight="600">1<\/tspan> slower \+\d+(\.\d)? % <tspan[^>]*>from commit c{12}</,
    );
    expect(plot).toContain('<tspan font-weight="600">2</tspan> Blocks: more +16.7 % ');
    // A triangle where it became slower, a square where a counter changed: on the plot and in the list.
    expect(plot.match(/h10l-5 -9z/g)).toHaveLength(2);
    expect(plot.match(/h8v8h-8z/g)).toHaveLength(2);
  });

  test('draws two panels a row, and what cannot be drawn it says', () => {
    const many = ['a', 'b', 'c'].map((variant) => sampleLine(1, { variant, ms: variant === 'c' ? null : 5 }));
    const three = historyPlot(seriesOf(many));
    expect(three.match(/<g transform="translate\(\d+ \d+\)">/g)).toEqual([
      '<g transform="translate(0 56)">',
      '<g transform="translate(480 56)">',
      '<g transform="translate(0 274)">',
    ]);
    expect(three).toContain('no run has a time');
    expect(isWellFormed(historyPlot([]))).toBe(true);
  });

  test('lists eight changes and counts the rest', () => {
    const steps = Array.from({ length: 12 }, (_, i) => sampleLine(i, { counters: { blocks: i } }));
    expect(historyPlot(seriesOf(steps))).toContain('and 3 more: bench history show');
  });

  test('escapes every name', () => {
    const hostile = Object.values(HOSTILE).map((variant) =>
      sampleLine(1, { variant, scenario: variant, run: variant }),
    );
    const drawn = historyPlot(seriesOf(hostile));
    expect(isWellFormed(drawn)).toBe(true);
    expect(drawn).not.toContain('<b>');
    expect(drawn).not.toContain('\u001b');
  });
});
