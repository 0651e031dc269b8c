import { describe, expect, test } from 'vitest';
import type { RunFile } from '../bench/core/run-file.ts';
import { buildView } from '../bench/core/view.ts';
import { EVERY_RUN, failedRun, hostileRun, loneRun, reversedRun } from '../test/altered-runs.ts';
import { abortedRun, HOSTILE, sampleRun } from '../test/sample-run.ts';
import annotations from './github-annotations.ts';
import { oneLine } from './text/clean.ts';

interface Command {
  readonly level: string;
  readonly title: string;
  readonly message: string;
}

/** As the runner reads a line: properties up to the next `::`, separated by commas; `%25` is put back last. */
function parse(line: string): Command {
  const match = /^::(error|warning|notice) title=([^:,\r\n]+)::([^\r\n]*)$/u.exec(line);
  if (!match) throw new Error(`no command: ${line}`);
  const [, level = '', title = '', message = ''] = match;
  const data = (text: string) => text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
  return { level, title: data(title.replaceAll('%3A', ':').replaceAll('%2C', ',')), message: data(message) };
}

function commands(run: RunFile, level?: string): Command[] {
  const lines = annotations.render(buildView(run)).split('\n');
  expect(lines.pop()).toBe('');
  return lines.map(parse).filter((command) => level === undefined || command.level === level);
}

const quiet = (run: RunFile): RunFile => ({ ...run, warnings: [] });

describe('errors', () => {
  test('are answers that differ, with both of them', () => {
    const [error, ...more] = commands(sampleRun(), 'error');
    expect(more).toEqual([]);
    expect(error?.title).toBe('Answers differ: segmentation or of five');
    expect(error?.message).toMatch(/^answers differ: base unordered:\S+, views unordered:\S+ff \(expected/);
  });

  test('are wrong answers, then arms that failed, then regressions, the worst first', () => {
    const error = 'permission denied';
    const run = reversedRun();
    const arms = run.arms.map((arm) => (arm.variant === 'exact' ? { ...arm, samples: [], error } : arm));
    const view = buildView({ ...run, arms });
    const titles = commands({ ...run, arms }, 'error').map(({ title }) => title);
    expect(titles.slice(0, 2)).toEqual([
      'Answers differ: segmentation or of five',
      'Failed: lead-lookup exact',
    ]);
    const ratios = titles.slice(2).map((title) => {
      const name = title.replace('Regressed: ', '');
      return view.comparisons.find(
        (c) => `${c.scenario} ${c.variant}` === name && c.before === 'base' && c.after === 'views',
      )?.ratio;
    });
    expect(ratios.length).toBeGreaterThan(4);
    expect(ratios).toEqual([...ratios].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(ratios.every((ratio) => (ratio ?? 1) < 1)).toBe(true);
  });

  test('say what was measured', () => {
    const regressed = commands(reversedRun(), 'error').find(
      ({ title }) => title === 'Regressed: lead-list page 1',
    );
    expect(regressed?.message).toMatch(
      /^regressed: .*\nbase 1\.\d ms, views 4\d ms\nslower \+.* ratio 0\.0\d+× \[/,
    );
    expect(regressed?.message).toContain('\nsmallest slowdown that would have been found: ');
  });

  test('name the states in an ablation', () => {
    const run = failedRun(({ state, variant }) => state === 'indexes' && variant === 'exact');
    const titles = commands({ ...run, design: 'ablation' }, 'error').map(({ title }) => title);
    expect(titles).toContain('Failed: lead-lookup exact, indexes → views');
    expect(titles).not.toContain('Failed: lead-lookup exact, base → views');
  });

  test('begin with a run that did not end', () => {
    const [first] = commands(abortedRun(), 'error');
    expect(first).toMatchObject({ title: 'The run did not end' });
    expect(first?.message).toMatch(/^This run was aborted/);
  });
});

describe('warnings and notices', () => {
  test('are those of the run, and one count of what is open', () => {
    const view = buildView(sampleRun());
    expect(commands(sampleRun(), 'warning').map(({ message }) => message)).toEqual(sampleRun().warnings);
    const open = view.scenarios.flatMap(({ variants }) =>
      variants.flatMap(({ pairs }) => pairs.filter(({ outcome }) => outcome === 'inconclusive')),
    );
    const [notice, ...more] = commands(sampleRun(), 'notice');
    expect(more).toEqual([]);
    expect(notice?.message).toMatch(
      new RegExp(`^${open.length} of 15 inconclusive: .*import-100k identical`),
    );
  });

  test('tell what was not measured', () => {
    expect(commands(loneRun(), 'notice')[0]?.message).toMatch(/^15 of 15 not measured: lead-list page 1; /);
  });

  test('are none where all is well', () => {
    const run = quiet(sampleRun());
    const scenarios = run.scenarios.filter(({ name }) => name === 'lead-lookup');
    const arms = run.arms.filter(({ scenario }) => scenario === 'lead-lookup');
    expect(annotations.render(buildView({ ...run, scenarios, arms, mix: null, floors: [] }))).toBe('');
  });
});

describe('what GitHub would not show', () => {
  test('is summed up in the tenth error', () => {
    const errors = commands(
      failedRun(() => true),
      'error',
    );
    expect(errors).toHaveLength(10);
    expect(errors.at(-1)?.title).toBe('6 more errors');
    const shown = errors.slice(0, 9).map(({ title }) => title.replace('Failed: ', ''));
    const all = sampleRun().scenarios.flatMap(({ name, variants }) =>
      variants.map((one) => `${name} ${one.name}`),
    );
    expect(shown).toEqual(all.slice(0, 9));
    for (const name of all.slice(9)) expect(errors.at(-1)?.message).toContain(`Failed: ${name}: failed: `);
  });

  test('is summed up in the tenth warning, and ten are ten', () => {
    const warned = (count: number) =>
      commands(
        { ...sampleRun(), warnings: Array.from({ length: count }, (_, i) => `warning ${i}`) },
        'warning',
      );
    expect(warned(10).map(({ message }) => message)).toEqual(
      Array.from({ length: 10 }, (_, i) => `warning ${i}`),
    );
    expect(warned(12)).toHaveLength(10);
    expect(warned(12).at(-1)?.title).toBe('3 more warnings');
    expect(warned(12).at(-1)?.message).toMatch(/warning 9\n.*warning 10\n.*warning 11$/);
  });

  test('is cut visibly where it is long', () => {
    const [warning] = commands({ ...sampleRun(), warnings: ['%'.repeat(5000)] }, 'warning');
    expect(warning?.message).toHaveLength(1000);
    expect(warning?.message).toMatch(/%…$/);
  });
});

test('hostile names make no command, and arrive as they are', () => {
  const name = oneLine(HOSTILE.name);
  const all = commands(hostileRun());
  expect(all.map(({ level }) => level)).toEqual(['error', 'error', 'warning', 'notice']);
  expect(all[1]).toMatchObject({ title: 'Failed: lead-search term 16 %' });
  expect(all[1]?.message).toContain(`failed: ${name}: ${name}\n`);
  expect(all[2]?.message).toBe(name);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  expect(annotations.render(buildView(hostileRun()))).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test.each(Object.entries(EVERY_RUN))(
  'the same %s gives the same bytes, ten of a level at most',
  (_, make) => {
    expect(annotations.render(buildView(make()))).toBe(annotations.render(buildView(make())));
    for (const level of ['error', 'warning', 'notice'])
      expect(commands(make(), level).length).toBeLessThanOrEqual(10);
  },
);
