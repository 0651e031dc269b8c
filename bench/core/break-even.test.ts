import { describe, expect, test } from 'vitest';
import { breakEvens, breakEvenText } from './break-even.ts';
import type { Span } from './ledger-spans.ts';

const span = (estimate: number, low = estimate, high = estimate) => ({
  ...{ estimate, range: [low, high] as const, seen: null, mark: '' as const },
});
const told = (gain: Span, cost: Span) => breakEvenText(breakEvens(gain, cost, 10));

describe('break-even', () => {
  test('is where gain and cost are even, from the best case to the worst', () => {
    expect(told(span(2, 1, 4), span(1))).toBe('5 (2.5 to 10)');
  });

  test('is none where nothing is gained and no interval shows that writes lose or save', () => {
    expect(told(span(0), span(-1, -2, 1))).toBe('none');
    expect(told(span(0), { ...span(-1), range: null })).toBe('none');
  });

  test('is never where nothing is gained and nothing saved', () => {
    expect(told(span(0), span(0))).toBe('never');
    expect(told(span(-1), span(0))).toBe('never');
    expect(told(span(-1, -2, 1), span(0, -1, 1))).toBe('never (0 to never)');
  });

  test('is at once where reads gain and writes lose nothing', () => {
    expect(told(span(1), span(-1))).toBe('0');
    expect(told(span(0), span(-1))).toBe('0');
  });

  test('is a most where writes are quicker and reads slower', () => {
    expect(told(span(-2), span(-1))).toBe('pays below 5');
    expect(told(span(-2, -4, -1), span(-1, -1, 1))).toBe('pays below 5 (pays below 10 to never)');
  });
});
