import { describe, expect, test } from 'vitest';
import type { RunFile } from '../bench/core/run-file.ts';
import { buildView, type View } from '../bench/core/view.ts';
import type { CellView } from '../bench/core/view-cells.ts';
import { EVERY_RUN, failedRun, loneRun } from '../test/altered-runs.ts';
import { sampleRun } from '../test/sample-run.ts';
import benchfmt from './benchfmt.ts';

interface Result {
  readonly config: Readonly<Record<string, string>>;
  readonly name: string;
  readonly iterations: number;
  readonly value: number;
  readonly unit: string;
}

/** Reads as golang.org/x/perf/benchfmt does, but refuses lines that it would skip and are no comment. */
function parse(text: string): { results: Result[]; units: string[] } {
  const results: Result[] = [];
  const units: string[] = [];
  let config: Record<string, string> = {};
  for (const line of text.split('\n')) {
    const pair = /^(\p{Ll}[^\s\p{Lu}:]*):[ \t]+(\S.*)$/u.exec(line);
    if (line.startsWith('Benchmark')) results.push(result(line, config));
    else if (line.startsWith('Unit ')) units.push(line.slice('Unit '.length));
    else if (pair) config = { ...config, [pair[1] ?? '']: pair[2] ?? '' };
    else if (line !== '' && !line.startsWith('# ')) throw new Error(`not of the format: ${line}`);
  }
  return { results, units };
}

function result(line: string, config: Result['config']): Result {
  const [name = '', iterations = '', value = '', unit = '', ...more] = line.split(/[\s\p{Z}\u0085]+/u);
  if (unit === '' || more.length > 0 || !/^\d+$/.test(iterations) || !/^\d+$/.test(value))
    throw new Error(`no result: ${line}`);
  return { config, name, iterations: Number(iterations), value: Number(value), unit };
}

const read = (run: RunFile) => parse(benchfmt.render(buildView(run)));

/** Every figure, but for those of variants in which two states answered differently. */
function cellsOf(view: View): CellView[] {
  const wrong = view.comparisons.filter(({ answersEqual }) => answersEqual === false);
  return view.scenarios.flatMap(({ variants }) =>
    variants
      .filter(({ name }) => wrong.every(({ variant }) => variant !== name))
      .flatMap(({ cells }) => cells.filter(({ ms }) => ms !== null)),
  );
}

describe.each(Object.entries(EVERY_RUN))('of %s', (_, make) => {
  test('has every block of every arm that may be compared, by state', () => {
    const view = buildView(make());
    const { results } = read(make());
    const cells = cellsOf(view);
    const expected = view.states.flatMap(({ name }) =>
      cells.filter(({ state }) => state === name).flatMap(({ samples }) => samples.map(({ ms }) => ms)),
    );
    expect(results.map(({ value }) => value)).toEqual(expected.map((ms) => Math.round(ms * 1e6)));
    expect(new Set(results.map(({ config }) => config['state'])).size).toBe(
      new Set(cells.map(({ state }) => state)).size,
    );
  });

  test('has a name for each variant, without processors at its end', () => {
    const { results } = read(make());
    const arms = new Set(results.map(({ name, config }) => `${name} ${config['state']}`));
    expect(arms.size).toBe(cellsOf(buildView(make())).length);
    for (const { name } of results) expect(name).toMatch(/^Benchmark\p{Lu}\S*\/[^/]+(?<!-\d+)$/u);
  });

  test('is the same each time', () => {
    expect(benchfmt.render(buildView(make()))).toBe(benchfmt.render(buildView(make())));
  });
});

test('configuration is what runs must share to be compared, and the state', () => {
  const [first] = read(sampleRun()).results;
  expect(first?.config).toEqual({
    suite: 'MailGenius',
    contacts: '100000',
    fixtures: 'unordered:401220:8c1f0a2b77',
    server: 'embedded',
    'server-version': '18.4',
    platform: 'linux x64',
    cpu: 'AMD EPYC 7763',
    state: 'base',
  });
  expect(first).toMatchObject({ name: 'BenchmarkLeadList/page_1', iterations: 1, unit: 'ns/op' });
  expect(benchfmt.render(buildView(sampleRun()))).toMatch(
    /^# MailGenius at .*, run 20261123-183000-micro, complete\n/,
  );
});

test('units say that less is better, projections have one of their own', () => {
  const { results, units } = read(sampleRun());
  expect(units).toEqual(['ns/op better=lower', 'projected-ns/op better=lower']);
  const unitOf = (name: string, state: string) =>
    new Set(
      results.filter((one) => one.name === name && one.config['state'] === state).map(({ unit }) => unit),
    );
  expect(unitOf('BenchmarkImport100k/identical', 'base')).toEqual(new Set(['projected-ns/op']));
  expect(unitOf('BenchmarkImport100k/identical', 'views')).toEqual(new Set(['ns/op']));
});

test('names what is left out since answers differ', () => {
  expect(benchfmt.render(buildView(sampleRun()))).toContain(
    '\n# BenchmarkSegmentation/or_of_five is left out: answers differ\n',
  );
  expect(
    read(failedRun(({ state }) => state !== 'base')).results.map(({ config }) => config['state']),
  ).toEqual(read(loneRun()).results.map(() => 'base'));
});

test('names that would be the same get a number, and one that ends as processors do gets another', () => {
  const run = sampleRun();
  const names: Readonly<Record<string, string>> = {
    'page 1': 'a b',
    'page 100': 'a_b',
    'page 10,000': 'range 1-10',
  };
  const rename = (name: string) => names[name] ?? name;
  const scenarios = run.scenarios.map((one) => ({
    ...one,
    variants: one.variants.map((variant) => ({ ...variant, name: rename(variant.name) })),
  }));
  const arms = run.arms.map((arm) => ({ ...arm, variant: rename(arm.variant) }));
  const list = read({ ...run, scenarios, arms, mix: null }).results.filter(({ name }) =>
    name.includes('LeadList'),
  );
  expect([...new Set(list.map(({ name }) => name))]).toEqual([
    'BenchmarkLeadList/a_b',
    'BenchmarkLeadList/a_b#01',
    'BenchmarkLeadList/range_1_10',
  ]);
});
