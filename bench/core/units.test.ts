import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as units from './units.ts';

describe('counts and durations are read', () => {
  test.each([
    ['1500', 1500],
    ['100k', 100_000],
    ['2M', 2_000_000],
    ['1.5M', 1_500_000],
    ['0.29k', 290],
  ])('%s is %d', (text, count) => expect(units.parseCount(text)).toBe(count));

  test.each(['2X', '-5', '0', '', '1.5', '0.0001k', '1e6', 'M', '2 M', '9999999999999999M', 'NaN'])(
    '"%s" is not a count',
    (text) => expect(units.parseCount(text)).toBeNull(),
  );

  test('any whole count reads back what is printed without separators', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), (count) => units.parseCount(String(count)) === count),
    );
  });

  test.each([
    ['250ms', 250],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
  ])('%s is %d ms', (text, ms) => expect(units.parseDurationMs(text)).toBe(ms));

  test.each(['90', '0s', '-1s', '5 m', 'x', ''])('"%s" is not a duration', (text) =>
    expect(units.parseDurationMs(text)).toBeNull(),
  );
});

describe('every quantity has one way to be printed', () => {
  test.each([
    [0, '0 ms'],
    [0.0312, '0.031 ms'],
    [0.3, '0.30 ms'],
    [0.31, '0.31 ms'],
    [3.44, '3.4 ms'],
    [9.97, '10 ms'],
    [412.4, '412 ms'],
    [999.7, '1.0 s'],
    [3400, '3.4 s'],
    [99_000, '99 s'],
    [252_000, '4 min 12 s'],
    [300_000, '5 min'],
    [7_500_000, '2 h 5 min'],
  ])('%d ms is %s', (ms, text) => expect(units.formatMs(ms)).toBe(text));

  test('a projection says so, and from how much', () => {
    expect(units.formatProjectedMs(281_740, 213_000, 'rows')).toBe('≥ 282 s, projected from 213,000 rows');
    expect(units.formatProjectedShort(1_243_900)).toBe('≥ 1,240 s');
    expect(units.formatProjectedShort(93_040)).toBe('≥ 93.0 s');
    expect(units.formatProjectedShort(420)).toBe('≥ 420 ms');
  });

  test.each([
    [0, '0 B'],
    [512, '512 B'],
    [312.35, '312 B'],
    [0.00555, '0.0056 B'],
    [8192, '8.2 kB'],
    [999_600, '1.0 MB'],
    [412e6, '412 MB'],
    [3.44e9, '3.4 GB'],
    [5e15, '5,000 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(units.formatBytes(bytes)).toBe(text));

  test.each([
    [0.52, '0.52×'],
    [1.04, '1.04×'],
    [12.34, '12.3×'],
    [1241, '1,240×'],
  ])('the ratio %d is %s', (ratio, text) => expect(units.formatRatio(ratio)).toBe(text));

  test.each([
    [20, 'faster −95 %'],
    [1 / 1.12, 'slower +12 %'],
    [1, 'same ±0 %'],
    [1.0000001, 'same ±0 %'],
    [1240, 'faster −99.92 %'],
  ])('the ratio %d is %s', (ratio, text) => expect(units.formatChange(ratio)).toBe(text));

  test('rates, counts and scales', () => {
    expect(units.formatRate(2310.4, 'rows')).toBe('2,310 rows/s');
    expect(units.formatRate(0.424, 'rows')).toBe('0.42 rows/s');
    expect(units.formatCount(1_234_567)).toBe('1,234,567');
    expect([units.formatAmount(1, 'block'), units.formatAmount(1200, 'block')]).toEqual([
      '1 block',
      '1,200 blocks',
    ]);
    expect(units.formatScale(2_000_000)).toBe('2M');
    expect(units.formatScale(100_000)).toBe('100k');
    expect(units.formatScale(1_234_567)).toBe('1,234,567');
  });
});
