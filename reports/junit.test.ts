import { describe, expect, test } from 'vitest';
import type { RunFile } from '../bench/core/run-file.ts';
import { buildView } from '../bench/core/view.ts';
import { ablationRun, EVERY_RUN, failedRun, hostileRun, loneRun, reversedRun } from '../test/altered-runs.ts';
import { abortedRun, HOSTILE, sampleRun } from '../test/sample-run.ts';
import { type Element, parseXml } from '../test/xml.ts';
import junit from './junit.ts';
import { oneLine } from './text/clean.ts';

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
function read(run: RunFile): Element {
  const text = junit.render(buildView(run));
  expect(text.slice(0, DECLARATION.length)).toBe(DECLARATION);
  return parseXml(text.slice(DECLARATION.length));
}
const suite = (root: Element, name: string) =>
  root.children.find(({ attributes }) => attributes['name'] === name);

function testcase(run: RunFile, scenario: string, name: string): Element {
  const found = suite(read(run), scenario)?.children.find(({ attributes }) => attributes['name'] === name);
  if (!found) throw new Error(`no test case ${scenario} ${name}`);
  return found;
}

describe.each(Object.entries(EVERY_RUN))('of %s', (_, make) => {
  const root = read(make());

  test('has the elements and attributes that Jenkins and GitLab read, and no others', () => {
    expect(root.name).toBe('testsuites');
    for (const one of root.children) {
      expect(one.name).toBe('testsuite');
      expect(Object.keys(one.attributes)).toEqual([
        'name',
        'tests',
        'failures',
        'errors',
        'skipped',
        'timestamp',
      ]);
      for (const { name, attributes, children } of one.children) {
        expect(name).toBe('testcase');
        expect(Object.keys(attributes).filter((key) => key !== 'time')).toEqual(['classname', 'name']);
        expect(children).toHaveLength(1);
        expect(children[0]?.name).toMatch(/^(failure|error|skipped|system-out)$/);
      }
    }
  });

  test('counts what it holds', () => {
    const results = (of: Element) => of.children.flatMap(({ children }) => children.map(({ name }) => name));
    for (const one of root.children) {
      const of = (name: string) => String(results(one).filter((result) => result === name).length);
      const { tests, failures, errors, skipped } = one.attributes;
      expect([tests, failures, errors, skipped]).toEqual([
        String(one.children.length),
        of('failure'),
        of('error'),
        of('skipped'),
      ]);
    }
    const all = root.children.flatMap(results);
    expect(root.attributes['tests']).toBe(String(all.length));
    expect(root.attributes['errors']).toBe(String(all.filter((name) => name === 'error').length));
  });

  test('says why in the message and in the text, and has no name twice', () => {
    for (const one of root.children) {
      const names = one.children.map(({ attributes }) => attributes['name']);
      expect(new Set(names).size).toBe(names.length);
      for (const { children } of one.children) {
        const [result] = children;
        if (result?.name !== 'system-out') expect(result?.text).toContain(result?.attributes['message']);
        expect(result?.text).not.toBe('');
      }
    }
  });

  test('is the same each time', () => {
    expect(junit.render(buildView(make()))).toBe(junit.render(buildView(make())));
  });
});

describe('a test case', () => {
  test('is a variant from first to last state, with the seconds of the last', () => {
    const root = read(sampleRun());
    expect(root.children.map(({ attributes }) => attributes['name'])).toEqual(
      sampleRun().scenarios.map(({ name }) => name),
    );
    const one = testcase(sampleRun(), 'lead-list', 'page 1, base → views');
    const ms = buildView(sampleRun()).scenarios[0]?.variants[0]?.last?.ms ?? 0;
    expect(one.attributes).toMatchObject({ classname: 'MailGenius.lead-list', time: (ms / 1000).toFixed(6) });
    expect(one.children[0]?.name).toBe('system-out');
    expect(one.children[0]?.text).toMatch(/^improved: .*\nbase 4\d ms, views 1\.\d ms\nfaster −9\d/);
  });

  test('fails where it regressed', () => {
    const [failure] = testcase(reversedRun(), 'lead-list', 'page 1, base → views').children;
    expect(failure).toMatchObject({ name: 'failure', attributes: { type: 'regressed' } });
    expect(failure?.attributes['message']).toMatch(/^regressed: the interval is slower \+/);
  });

  test('is an error where answers differ, with both of them', () => {
    const [error] = testcase(sampleRun(), 'segmentation', 'or of five, base → views').children;
    const digests = buildView(sampleRun()).comparisons.find(
      ({ variant }) => variant === 'or of five',
    )?.answers;
    expect(error).toMatchObject({ name: 'error', attributes: { type: 'answers differ' } });
    expect(error?.text).toContain(`views ${digests?.before.digest}ff`);
    expect(error?.attributes['message']).toMatch(/^answers differ: base /);
  });

  test('is an error where an arm failed, in whichever state', () => {
    const run = failedRun(({ variant, state }) => variant === 'page 1' && state === 'partitioning');
    const [error] = testcase(run, 'lead-list', 'page 1, base → views').children;
    expect(error).toMatchObject({
      name: 'error',
      attributes: { type: 'failed', message: 'failed: partitioning: permission denied' },
    });
  });

  test('is skipped where there is no verdict, and says why', () => {
    const [few] = testcase(sampleRun(), 'import-100k', 'identical, base → views').children;
    expect(few).toMatchObject({ name: 'skipped', attributes: { type: 'inconclusive' } });
    expect(few?.attributes['message']).toContain('no interval from 3 blocks');
    const [lone] = testcase(loneRun(), 'lead-list', 'page 1, base').children;
    expect(lone?.attributes['message']).toBe('not measured: base is the only state: nothing to compare');
    const missing = testcase(abortedRun(), 'import-100k', 'identical, base → views');
    expect(missing.attributes['time']).toBeUndefined();
    expect(missing.children[0]?.attributes['message']).toContain('not reached: the run is aborted');
  });

  test('is each state against the whole in an ablation', () => {
    const names = suite(read(ablationRun()), 'lead-lookup')?.children.map(
      ({ attributes }) => attributes['name'],
    );
    const states = ['base', 'indexes', 'partitioning', 'procedures'];
    expect(names).toEqual(states.map((name) => `exact, ${name} → views`));
  });
});

test('a run that did not end is an error of its own', () => {
  const [first] = read(abortedRun()).children;
  expect(first?.attributes).toMatchObject({ name: 'run', errors: '1' });
  expect(first?.children[0]?.children[0]?.attributes['message']).toMatch(/^This run was aborted: .* arms\.$/);
  expect(suite(read(sampleRun()), 'run')).toBeUndefined();
  const nothing = {
    ...sampleRun(),
    status: 'failed' as const,
    states: [],
    scenarios: [],
    arms: [],
    floors: [],
  };
  expect(read(nothing).attributes).toMatchObject({ tests: '1', errors: '1' });
});

test('hostile names arrive as they are, but for what XML forbids', () => {
  const name = oneLine(HOSTILE.name).replace(/[\ufffe\ud800]/g, '·');
  const own = suite(read(hostileRun()), name);
  expect(own?.children[0]?.attributes).toMatchObject({
    classname: `${name}.${name}`,
    name: `${name}, base → ${name}`,
  });
  const failed = suite(read(hostileRun()), 'lead-search')?.children[0]?.children[0];
  expect(failed?.attributes['message']).toBe(`failed: ${name}: ${name}`);
});
