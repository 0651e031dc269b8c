import { describe, expect, test } from 'vitest';
import { isWellFormed } from './xml.ts';

describe('well-formed XML', () => {
  test.each(['<a/>', '<a b="1" c="x &amp; y"><d>1 &lt; 2</d><d/></a>\n'])('%s', (text) => {
    expect(isWellFormed(text)).toBe(true);
  });

  test.each([
    '',
    'a',
    '<a>',
    '<a></b>',
    '<a/><a/>',
    '<a b=1/>',
    '<a b="1" b="2"/>',
    '<a>1 < 2</a>',
    '<a>&b</a>',
    '<a>\u001b</a>',
  ])('not %j', (text) => {
    expect(isWellFormed(text)).toBe(false);
  });
});
