import { describe, expect, test } from 'vitest';
import type { RunFile } from '../bench/core/run-file.ts';
import { buildView } from '../bench/core/view.ts';
import { ablationRun, EVERY_RUN, failedRun, loneRun, reversedRun } from '../test/altered-runs.ts';
import { abortedRun, sampleRun } from '../test/sample-run.ts';
import summary from './github-summary.ts';

const render = (run: RunFile): string => summary.render(buildView(run));
const bytes = (text: string): number => Buffer.byteLength(text);

/** The cells of a table row: a `|` with a backslash before it separates none. */
const cells = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

interface Folded {
  /** Rows outside of any `<details>`. */
  readonly changed: readonly (readonly string[])[];
  /** Rows of each `<details>`, by its summary. */
  readonly folded: Readonly<Record<string, readonly (readonly string[])[]>>;
}

function tables(text: string): Folded {
  const rows = (part: string) =>
    part
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2)
      .map(cells);
  const parts = [...text.matchAll(/<details>\n<summary>([^<]*)<\/summary>\n\n([\s\S]*?)\n\n<\/details>/g)];
  const outside = parts.reduce((rest, [all]) => rest.replace(all, ''), text);
  return {
    changed: rows(outside),
    folded: Object.fromEntries(parts.map(([, title = '', body = '']) => [title, rows(body)])),
  };
}

describe('the summary', () => {
  const text = render(sampleRun());
  const { changed, folded } = tables(text);

  test('begins with a mark that nobody sees, and the verdict', () => {
    const lines = text.split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '<!-- mailgenius-bench: MailGenius -->',
      '',
      `**${buildView(sampleRun()).pairText}**`,
    ]);
  });

  test('shows what changed, wrong answers first', () => {
    const verdicts = changed.map((row) => row[8]);
    expect(verdicts[0]).toMatch(/^answers differ: base unordered/);
    expect(new Set(verdicts.slice(1))).toEqual(new Set(['improved']));
    expect(verdicts.length).toBeGreaterThan(6);
  });

  test('has estimate, interval and the slowdown that would have been found', () => {
    const row = changed.find(([scenario, variant]) => scenario === 'lead-list' && variant === 'page 1');
    const whole = buildView(sampleRun()).scenarios[0]?.variants[0]?.whole;
    expect(row?.slice(2, 6)).toEqual(['base → views', expect.any(String), expect.any(String), whole?.text]);
    expect(row?.slice(6)).toEqual([
      whole?.ratioText,
      whole?.intervalText?.replace('[', '\\[').replace(']', '\\]'),
      'improved',
      whole?.detectableText,
    ]);
  });

  test('folds the rest away, and loses nothing', () => {
    const title = Object.keys(folded).find((one) => one.endsWith(' without a proven change')) ?? '';
    const rest = folded[title] ?? [];
    expect(Number.parseInt(title, 10)).toBe(rest.length);
    expect(changed.length + rest.length).toBe(15);
    expect(rest.find(([, variant]) => variant === 'identical')?.[8]).toMatch(
      /^inconclusive: no interval from 3/,
    );
    expect(folded['Each state against the one before']).toHaveLength(15 * 4);
    expect(text).toMatch(/<summary>5 warnings of the run<\/summary>\n\n- The machine has 2 cores/);
    expect(text).not.toContain('are cut here');
  });

  test('puts regressions before improvements', () => {
    const verdicts = tables(render(reversedRun())).changed.map((row) => row[8]?.split(':')[0]);
    expect(verdicts[0]).toBe('answers differ');
    expect(verdicts.slice(1).every((verdict) => verdict === 'regressed')).toBe(true);
  });

  test('says why there is nothing', () => {
    expect(render(abortedRun())).toContain('- This run was aborted');
    const lone = tables(render(loneRun()));
    expect(lone.changed).toEqual([]);
    expect(lone.folded['15 without a proven change']?.[0]?.[8]).toMatch(
      /^not measured: base is the only state/,
    );
    expect(
      render({ ...sampleRun(), status: 'failed', states: [], arms: [], scenarios: [], floors: [] }),
    ).toContain('**Nothing was compared.**');
  });

  test('has each state against the whole in an ablation, and no steps', () => {
    const all = tables(render(ablationRun()));
    const rows = [...all.changed, ...Object.values(all.folded).flat()];
    expect(rows.filter(([, variant]) => variant === 'exact').map((row) => row[2])).toEqual(
      expect.arrayContaining(['base → views', 'procedures → views']),
    );
    expect(Object.keys(all.folded)).not.toContain('Each state against the one before');
  });

  test('shows arms that failed', () => {
    const [first] = tables(render(failedRun(({ variant }) => variant === 'exact'))).changed.slice(1);
    expect(first?.[8]).toMatch(/^failed: base: permission denied/);
  });
});

describe.each(Object.entries(EVERY_RUN))('of %s', (_, make) => {
  const text = render(make());

  test('every row has a cell for each title', () => {
    const lines = text.split('\n').filter((line) => line.startsWith('| '));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(cells(line), line).toHaveLength(10);
  });

  test('holds no markup but its own, no mention and no control character', () => {
    const broken = /(&#64;|\\#)<!-- -->/g;
    const own = text
      .replace(broken, '')
      .replace(/<!-- mailgenius-bench: [\p{L}\p{N}-]+ -->|<\/?(details|summary)>/gu, '');
    expect(own).not.toMatch(/[<>]|@|#\d/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(own).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });

  test('is the same each time', () => {
    expect(render(make())).toBe(text);
  });
});

describe('a run of many variants', () => {
  const run = manyVariants(600);
  const text = render(run);

  test('stays under 60 kB and says how many lines are cut', () => {
    expect(bytes(text)).toBeLessThan(60_000);
    expect(bytes(text)).toBeGreaterThan(55_000);
    const { changed } = tables(text);
    const cut = /_(\d+) of (\d+) lines are cut here: GitHub takes no more\._/.exec(text);
    expect(Number(cut?.[1]) + changed.length).toBe(Number(cut?.[2]));
    expect(changed.length).toBeGreaterThan(50);
  });

  test('is cut between lines, and ends as always', () => {
    for (const line of text.split('\n').filter((one) => one.startsWith('| ')))
      expect(cells(line)).toHaveLength(10);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^PostgreSQL 18\.4/);
  });

  test('is cut in its cells where those are long', () => {
    const long = { ...sampleRun(), warnings: ['@'.repeat(100_000), '#1'.repeat(100_000)] };
    expect(bytes(render(long))).toBeLessThan(60_000);
    expect(render(long)).toContain('…');
  });
});

/** The variant `page 1` so many times, failed each time. */
function manyVariants(count: number): RunFile {
  const run = sampleRun();
  const own = run.arms.filter(({ scenario, variant }) => scenario === 'lead-list' && variant === 'page 1');
  const names = Array.from({ length: count }, (_, i) => `page ${i}`);
  return {
    ...run,
    scenarios: run.scenarios
      .filter(({ name }) => name === 'lead-list')
      .map((one) => ({ ...one, variants: names.map((name) => ({ name, main: false, blocks: null })) })),
    arms: names.flatMap((variant) => own.map((arm) => ({ ...arm, variant, samples: [], error: 'gone' }))),
    ...{ mix: null, objectives: [], floors: [] },
  };
}
