import { BenchError, nearNames } from './errors.ts';
import { METRICS, type Metric } from './metrics.ts';
import { covers, STATISTICS, type Statistic, type UpperBound } from './objectives.ts';
import type { RunFile } from './run-file.ts';

/** One line of a thresholds file: what some variants of a scenario must stay below. */
export interface Threshold {
  readonly line: number;
  readonly scenario: string;
  /** A variant's name, or the beginning of names and a `*`; `*` alone for all. */
  readonly variants: string;
  readonly figure: Figure;
  /** Milliseconds, bytes, or a count. */
  readonly bound: UpperBound;
  /** The bound as it was written: `5ms`, `100k blocks`. */
  readonly boundText: string;
}

/** What is bounded: a time, or a counter over a whole execution. */
export type Figure =
  | { readonly kind: 'time'; readonly name: Statistic }
  | { readonly kind: 'counter'; readonly name: string; readonly metric: Metric };

type Factors = Readonly<Record<string, number>>;

/** Written as people write them; µ has two code points. */
const TIME_UNITS: Factors = { us: 1e-3, '\u00b5s': 1e-3, '\u03bcs': 1e-3, ms: 1, s: 1e3 };
const BYTE_UNITS: Factors = {
  ...{ B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 },
  ...{ KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3, TiB: 1024 ** 4 },
};

/** Counters that a bound from above makes sense for. */
const BOUNDED = METRICS.filter(({ better }) => better === 'lower');

interface Line {
  readonly file: string;
  readonly number: number;
  /** Without its comment. */
  readonly text: string;
}

/** A part of a line, and where it begins. */
interface Part {
  readonly text: string;
  readonly at: number;
}

export interface ThresholdsFile {
  readonly file: string;
  readonly text: string;
}

/** The lines of a thresholds file for some scenarios, each at its number, and those for others, without their comments. */
export function splitLines(
  text: string,
  scenarios: readonly string[],
): { readonly own: string; readonly others: readonly string[] } {
  const lines = linesOf(text).map((line) => ({ line, word: line.trim().split(/\s/)[0] ?? '' }));
  const own = lines.map(({ line, word }) => (scenarios.includes(word) ? line : ''));
  const others = lines.filter(({ word }) => word !== '' && !scenarios.includes(word));
  return { own: own.join('\n').trimEnd(), others: others.map(({ line }) => line.trim()) };
}

/** Without comments, and without the mark that some editors begin a file with. */
function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trimEnd());
}

/**
 * Reads a thresholds file: `scenario [variant] statistic < bound` on each line, comments after `#`. `scenarios` are those of
 * the run that will be held against it. Errors: BENCH-THRESHOLD-INVALID for the first line that is wrong,
 * BENCH-THRESHOLDS-UNUSABLE for a file without any.
 */
export function parseThresholds(text: string, file: string, scenarios: RunFile['scenarios']): Threshold[] {
  const thresholds = linesOf(text)
    .map((line, i) => ({ file, number: i + 1, text: line }))
    .filter((line) => line.text.trim() !== '')
    .map((line) => parseLine(line, scenarios));
  if (thresholds.length > 0) return thresholds;
  throw new BenchError('BENCH-THRESHOLDS-UNUSABLE', { path: file, problem: 'it has no line with one' });
}

/** A threshold as a line that reads back as the same. */
export function formatThreshold({ scenario, variants, figure, bound, boundText }: Threshold): string {
  const covered = variants === '*' ? '' : ` ${variants}`;
  return `${scenario}${covered} ${figure.name} ${bound.isStrict ? '<' : '<='} ${boundText}`;
}

function parseLine(line: Line, scenarios: RunFile['scenarios']): Threshold {
  // A variant's name may hold a `<` itself: the last one is the operator.
  const match = /(<=?)([^<]*)$/.exec(line.text);
  if (!match) return fail(line, missingOperator(line.text), 'there is no < or <=', EXAMPLE);
  const [all, operator = '', rest = ''] = match;
  const { scenario, variants, figure } = subjectOf(line, line.text.slice(0, match.index));
  const known = scenarios.find(({ name }) => name === scenario.text);
  if (!known) return unknown(line, scenario, 'scenario', namesOf(scenarios));
  if (!known.variants.some(({ name }) => covers(variants.text, name)))
    return unknown(line, variants, `variant of ${known.name}`, namesOf(known.variants));
  const bounded = figureOf(line, figure);
  const at = match.index + all.length - rest.trimStart().length;
  const { value, text: boundText } = boundOf(line, { text: rest.trim(), at }, bounded);
  const bound = { value, isStrict: operator === '<' };
  return {
    ...{ line: line.number, scenario: scenario.text, variants: variants.text },
    ...{ figure: bounded, bound, boundText },
  };
}

const EXAMPLE = 'write it like `lead-list page=1 p95 < 5ms`';

/** Where an operator was meant to be: at one that is none, else at the end. */
function missingOperator(text: string): number {
  const other = text.search(/[>=]=?\s*[\d.]+\s*\S*$/);
  return other < 0 ? text.length : other;
}

/** The first word is the scenario, the last one the statistic, and all between them the variant. */
function subjectOf(line: Line, text: string): { scenario: Part; variants: Part; figure: Part } {
  const match = /^(\s*)(\S+)(\s+)((?:.*\S)?\s+)?(\S+)\s*$/.exec(text);
  if (!match) return fail(line, text.trimEnd().length, 'a scenario and a statistic stand before <', EXAMPLE);
  const [, indent = '', scenario = '', gap = '', between = '', figure = ''] = match;
  const start = indent.length + scenario.length + gap.length;
  return {
    scenario: { text: scenario, at: indent.length },
    variants: { text: between.trim() || '*', at: start },
    figure: { text: figure, at: start + between.length },
  };
}

function figureOf(line: Line, part: Part): Figure {
  const statistic = STATISTICS.find((name) => name === part.text);
  if (statistic !== undefined) return { kind: 'time', name: statistic };
  const metric = BOUNDED.find(({ name }) => name === part.text);
  if (metric) return { kind: 'counter', name: metric.name, metric };
  if (METRICS.some(({ name }) => name === part.text))
    return fail(
      line,
      part.at,
      `${part.text} is better when it is higher`,
      `bound one of ${namesOf(BOUNDED).join(', ')}`,
    );
  return unknown(line, part, 'statistic or counter', [...STATISTICS, ...namesOf(BOUNDED)]);
}

/** The bound in the figure's own unit, and its text without needless spaces. */
function boundOf(line: Line, part: Part, figure: Figure): { value: number; text: string } {
  const match = /^(\d+(?:\.\d+)?)\s*(.*)$/.exec(part.text);
  const wanted = unitsOf(figure);
  if (!match) return fail(line, part.at, 'there is no number after <', `write it like ${wanted.example}`);
  const [, number = '', written = ''] = match;
  const unit = written.replace(/\s+/g, ' ');
  const factor = Object.hasOwn(wanted.factors, unit) ? wanted.factors[unit] : undefined;
  if (factor === undefined) {
    const problem = unit === '' ? `${number} has no unit` : `"${unit}" is no unit of ${figure.name}`;
    return fail(
      line,
      part.at + part.text.length - written.length,
      problem,
      `write it like ${wanted.example}`,
    );
  }
  // 0.29 × 1000 is not 290 in binary floating point; a figure typed in decimal is.
  const value = Number((Number(number) * factor).toPrecision(15));
  return { value, text: `${number}${wanted.isWord && !/^[kKM] /.test(unit) ? ' ' : ''}${unit}` };
}

/** Scales of a counter, as of a count anywhere. */
const SCALES: Factors = { '': 1, 'k ': 1e3, 'K ': 1e3, 'M ': 1e6 };

interface Units {
  readonly factors: Factors;
  readonly example: string;
  /** True for a unit that is a word and not a symbol. */
  readonly isWord: boolean;
}

/** The units that a figure may be bounded in; a count wants the word of what it counts. */
function unitsOf(figure: Figure): Units {
  if (figure.kind === 'time') return { factors: TIME_UNITS, example: '5ms, 1.5s or 800us', isWord: false };
  const word = figure.metric.unit ?? '';
  if (word === 'bytes') return { factors: BYTE_UNITS, example: '300MB, 64kB or 1.5GiB', isWord: false };
  const factors = Object.entries(SCALES).flatMap(([scale, factor]) =>
    [word, word.replace(/s$/, '')].map((name) => [`${scale}${name}`, factor] as const),
  );
  return { factors: Object.fromEntries(factors), example: `400 ${word} or 20k ${word}`, isWord: true };
}

function namesOf(named: readonly { readonly name: string }[]): string[] {
  return named.map(({ name }) => name);
}

function unknown(line: Line, { text, at }: Part, kind: string, known: readonly string[]): never {
  return fail(line, at, `unknown ${kind} "${text}"`, nearNames(text, known));
}

/** Ends with the line, a caret under the place, and what to write instead. */
function fail({ file, number, text }: Line, at: number, problem: string, suggestion: string): never {
  const excerpt = `${text}\n${text.slice(0, at).replace(/[^\t]/g, ' ').padEnd(at)}^`;
  throw new BenchError('BENCH-THRESHOLD-INVALID', { file, line: number, problem, excerpt, suggestion });
}
