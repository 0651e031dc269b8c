import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BenchError } from './errors.ts';
import { METRICS } from './metrics.ts';
import { STATISTICS } from './objectives.ts';
import type { RunFile } from './run-file.ts';
import { formatThreshold, parseThresholds, splitLines } from './thresholds.ts';

const scenario = (name: string, ...variants: string[]): RunFile['scenarios'][number] => ({
  ...{ name, title: name, help: '', claim: null, unit: 'queries', writes: false, states: null },
  variants: variants.map((variant) => ({ name: variant, main: false, blocks: null })),
});
const SCENARIOS = [
  scenario('lead-list', 'page=1', 'page=100', 'total=exact'),
  scenario('lead-search', 'term=2%', 'a < b'),
  scenario('import-100k', 'existing=0%'),
];

const parse = (text: string) => parseThresholds(text, 'thresholds.txt', SCENARIOS);
const one = (text: string) => {
  const [threshold] = parse(text);
  if (!threshold) throw new Error('no threshold');
  const { scenario: of, variants, figure, bound } = threshold;
  return [of, variants, figure.name, bound.isStrict ? '<' : '<=', bound.value];
};

/** The error of a text, as two texts: message and fix. */
function wrong(text: string): { message: string; fix: string } {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof BenchError) return { message: error.message, fix: error.fix };
  }
  throw new Error(`${text} was read`);
}

describe('a threshold', () => {
  it.each([
    ['lead-list p95 < 5ms', ['lead-list', '*', 'p95', '<', 5]],
    ['lead-list page=1 p99<=1.5 s', ['lead-list', 'page=1', 'p99', '<=', 1500]],
    ['  lead-list   page=*   median  <  800us  # a comment', ['lead-list', 'page=*', 'median', '<', 0.8]],
    ['lead-search term=2% p50 < 50 µs', ['lead-search', 'term=2%', 'p50', '<', 0.05]],
    ['lead-search a < b p95 < 5ms', ['lead-search', 'a < b', 'p95', '<', 5]],
    ['import-100k wal-bytes < 300MB', ['import-100k', '*', 'wal-bytes', '<', 300e6]],
    ['import-100k index-bytes <= 1.5GiB', ['import-100k', '*', 'index-bytes', '<=', 1.5 * 2 ** 30]],
    ['lead-list blocks < 400 blocks', ['lead-list', '*', 'blocks', '<', 400]],
    ['lead-list temp-blocks < 1 block', ['lead-list', '*', 'temp-blocks', '<', 1]],
    ['import-100k wal-records < 1.2M  records', ['import-100k', '*', 'wal-records', '<', 1.2e6]],
    ['import-100k dirtied-blocks < 20k blocks', ['import-100k', '*', 'dirtied-blocks', '<', 20_000]],
    ['lead-list\tp95 <\t0.29s', ['lead-list', '*', 'p95', '<', 290]],
  ])('%s', (text, expected) => expect(one(text)).toEqual(expected));

  it('is a line of a file with comments and empty lines', () => {
    const text = '\ufeff# objectives\r\n\r\nlead-list p95 < 5ms\r\n   # more\nlead-search median < 50ms\n';
    expect(parse(text).map(({ line, scenario: of }) => [line, of])).toEqual([
      [3, 'lead-list'],
      [5, 'lead-search'],
    ]);
  });
});

describe('a line that is wrong', () => {
  it.each([
    ['lead-lst p95 < 5ms', 'unknown scenario "lead-lst"\nlead-lst p95 < 5ms\n^', 'did you mean lead-list?'],
    [
      'lead-list page=2 p95 < 5ms',
      'unknown variant of lead-list "page=2"\nlead-list page=2 p95 < 5ms\n          ^',
      'did you mean page=1?',
    ],
    [
      'lead-list side=* p95 < 5ms',
      'unknown variant of lead-list "side=*"\nlead-list side=* p95 < 5ms\n          ^',
      'known: page=1, page=100, total=exact',
    ],
    [
      'lead-list page=1 p96 < 5ms',
      'unknown statistic or counter "p96"\nlead-list page=1 p96 < 5ms\n                 ^',
      'did you mean p50, p95, p99?',
    ],
    [
      'lead-list wal-byte < 5MB',
      'unknown statistic or counter "wal-byte"\nlead-list wal-byte < 5MB\n          ^',
      'did you mean wal-bytes?',
    ],
    [
      'lead-list p95 < 5',
      '5 has no unit\nlead-list p95 < 5\n                 ^',
      'write it like 5ms, 1.5s or 800us',
    ],
    [
      'lead-list p95 < 5MB',
      '"MB" is no unit of p95\nlead-list p95 < 5MB\n                 ^',
      'write it like 5ms, 1.5s or 800us',
    ],
    [
      'import-100k wal-bytes < 300',
      '300 has no unit\nimport-100k wal-bytes < 300\n                           ^',
      'write it like 300MB, 64kB or 1.5GiB',
    ],
    [
      'lead-list blocks < 400  rows',
      '"rows" is no unit of blocks\nlead-list blocks < 400  rows\n                        ^',
      'write it like 400 blocks or 20k blocks',
    ],
    [
      'lead-list p95 < 5 constructor',
      '"constructor" is no unit of p95\nlead-list p95 < 5 constructor\n                  ^',
      'write it like 5ms, 1.5s or 800us',
    ],
    [
      'lead-list p95 < -5ms',
      'there is no number after <\nlead-list p95 < -5ms\n                ^',
      'write it like 5ms, 1.5s or 800us',
    ],
    [
      'lead-list p95 <',
      'there is no number after <\nlead-list p95 <\n               ^',
      'write it like 5ms, 1.5s or 800us',
    ],
    [
      'lead-list p95 > 5ms',
      'there is no < or <=\nlead-list p95 > 5ms\n              ^',
      'write it like `lead-list page=1 p95 < 5ms`',
    ],
    [
      'lead-list p95 5ms',
      'there is no < or <=\nlead-list p95 5ms\n                 ^',
      'write it like `lead-list page=1 p95 < 5ms`',
    ],
    [
      'lead-list < 5ms',
      'a scenario and a statistic stand before <\nlead-list < 5ms\n         ^',
      'write it like `lead-list page=1 p95 < 5ms`',
    ],
    [
      '< 5ms',
      'a scenario and a statistic stand before <\n< 5ms\n^',
      'write it like `lead-list page=1 p95 < 5ms`',
    ],
  ])('%s', (text, message, fix) => {
    expect(wrong(text)).toEqual({ message: `thresholds.txt:1: ${message}`, fix });
  });

  it('may bound no counter that is better when it is higher', () => {
    const { message, fix } = wrong('import-100k hot-share < 5%');
    expect(message).toMatch(/^thresholds\.txt:1: hot-share is better when it is higher\n/);
    expect(fix).toMatch(/^bound one of blocks, /);
  });

  it('is told by its number, the caret under the place whatever the tabs', () => {
    expect(wrong('# x\n\nlead-list p95 < 5ms\n\tlead-list\tp95\t<\t5').message).toBe(
      'thresholds.txt:4: 5 has no unit\n\tlead-list\tp95\t<\t5\n\t         \t   \t \t ^',
    );
  });

  it('is the whole file when none is there', () => {
    expect(wrong('# later\n\n')).toEqual({
      message: 'no thresholds in thresholds.txt: it has no line with one',
      fix: 'write one a line, like `lead-list p95 < 5ms`; docs/gate.md has the grammar',
    });
  });
});

describe('any threshold', () => {
  const number = fc.oneof(
    fc.nat({ max: 1e9 }).map(String),
    fc.tuple(fc.nat({ max: 9999 }), fc.nat({ max: 999 })).map(([whole, rest]) => `${whole}.${rest}`),
  );
  const time = fc.tuple(fc.constantFrom(...STATISTICS), fc.constantFrom('us', 'µs', 'ms', 's'));
  const bounded = METRICS.filter(({ unit }) => unit !== null);
  const counter = fc.constantFrom(...bounded).chain(({ name, unit }) => {
    const units = unit === 'bytes' ? ['B', 'kB', 'MB', 'GiB'] : [unit ?? '', `k ${unit}`, `M ${unit}`];
    return fc.tuple(fc.constant(name), fc.constantFrom(...units));
  });
  const variants = fc.constantFrom('page=1', 'page=*', '*', 'two words', 'a < b', '日本 *');
  const known = [scenario('lead-list', 'page=1', 'two words', 'a < b', '日本 1')];

  it('reads back as what was printed, of whatever spaces and comments it was made', () => {
    const line = fc.tuple(variants, fc.oneof(time, counter), fc.constantFrom('<', '<='), number);
    const space = fc.constantFrom(' ', '  ', '\t');
    fc.assert(
      fc.property(line, space, fc.constantFrom('', ' # 5ms < p95'), (parts, gap, comment) => {
        const [variant, [figure, unit], operator, digits] = parts;
        const text = ['lead-list', variant, figure, operator, `${digits} ${unit}`].join(gap) + comment;
        const [threshold] = parseThresholds(text, 'f', known);
        if (!threshold) throw new Error('nothing was read');
        expect(threshold).toMatchObject({ scenario: 'lead-list', variants: variant });
        expect(parseThresholds(formatThreshold(threshold), 'f', known)).toEqual([threshold]);
      }),
    );
  });

  it('is read, or refused by name: no text makes another error', () => {
    const words = fc.constantFrom('lead-list', 'page=1', 'p95', '<', '<=', '5ms', '5', '#', '>', '\t', 'ms');
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((some) => some.join(' ')),
    );
    fc.assert(
      fc.property(text, (some) => {
        try {
          expect(parseThresholds(some, 'f', known).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(BenchError);
        }
      }),
    );
  });
});

describe('the lines for some scenarios', () => {
  const text = '# bounds\nlead-list page=1 p95 < 5ms # mine\r\n\n lead-lookup p95 < 1ms\n';

  it('keep their numbers, and the others are named', () => {
    expect(splitLines(text, ['lead-lookup'])).toEqual({
      own: '\n\n\n lead-lookup p95 < 1ms',
      others: ['lead-list page=1 p95 < 5ms'],
    });
  });

  it('are none where no scenario is left', () => {
    expect(splitLines(text, ['connect'])).toMatchObject({
      own: '',
      others: [expect.anything(), expect.anything()],
    });
  });
});
