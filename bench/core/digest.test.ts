import { describe, expect, test } from 'vitest';
import { canonicalLine } from './digest.ts';

describe('a row as text', () => {
  test.each([
    ['two documents', { a: 1 }, { a: 2 }],
    ['a document and its text', { a: 1 }, '{"a":1}x'],
    ['documents in arrays', [{ a: 1 }], [{ a: 2 }]],
    ['nothing inside documents', { a: null }, {}],
    ['dates inside documents', { a: new Date(0) }, { a: new Date(1) }],
    ['one element and two', ['a,b'], ['a', 'b']],
    ['nothing and its name in an array', [null], ['NULL']],
    ['nothing and its mark', null, '\\N'],
    ['braces in arrays', ['{}'], [[]]],
    ['a quote', ['a"'], ['a']],
    ['nothing at all and an empty text in an array', [], ['']],
  ])('tells %s apart', (_, one, other) => {
    expect(canonicalLine([one])).not.toBe(canonicalLine([other]));
  });

  test('is the same whatever the order of keys', () => {
    expect(canonicalLine([{ b: { d: 1, c: [2] }, a: 1 }])).toBe(
      canonicalLine([{ a: 1, b: { c: [2], d: 1 } }]),
    );
  });

  test('writes arrays as PostgreSQL does', () => {
    expect(canonicalLine([['vip', 'a b', 'c"d\\', '', null, 'null', 7]])).toBe(
      '{vip,"a b","c\\"d\\\\","",NULL,"null",7}',
    );
  });

  test('keeps what SQL writes alike as it is', () => {
    expect(canonicalLine(['x', null, 7, true, new Date(0)])).toBe(
      ['x', '\\N', '7', 'true', '1970-01-01T00:00:00.000Z'].join('\u001f'),
    );
  });
});
