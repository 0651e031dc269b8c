import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCommands } from '../bench/commands/program.ts';
import { reportNamed, reportNames } from '../bench/commands/report.ts';
import { parseThresholds } from '../bench/core/thresholds.ts';
import { buildView } from '../bench/core/view.ts';
import { cliPage, errorsPage } from '../scripts/docs.ts';
import { readTrials, selftestPage } from '../scripts/selftest-page.ts';
import { seriesOf } from '../scripts/selftest-series.ts';
import { sampleRun } from './sample-run.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(ROOT, 'docs'))
    .filter((f) => f.endsWith('.md'))
    .map((f) => `docs/${f}`),
];

describe('the documentation', () => {
  it('has the generated pages as the program would write them now', async () => {
    expect(read('docs/cli.md')).toBe(await cliPage());
    expect(read('docs/errors.md')).toBe(errorsPage());
    expect(read('docs/selftest.md')).toBe(selftestPage(await readTrials(path.join(ROOT, 'docs/'))));
  });

  it('keeps no trial twice, and tells of which code they are: the trials of one code stand together', async () => {
    const trials = await readTrials(path.join(ROOT, 'docs/'));
    expect(new Set(trials.map(({ kind, number }) => `${kind} ${number}`)).size).toBe(trials.length);
    for (const series of seriesOf(trials)) {
      const numbers = series.map(({ number }) => number).sort((a, b) => a - b);
      expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] ?? 0) + i));
      expect(read('docs/selftest.md')).toContain(`\`${series[0]?.key}\` |`);
    }
  });

  it('calls only commands and flags that exist', async () => {
    const commands = await loadCommands();
    const calls = pages.flatMap((page) =>
      [...read(page).matchAll(/^(?:.*&& )?npx bench (.+)$/gm)].map(([, call = '']) => ({ page, call })),
    );
    expect(calls.length).toBeGreaterThan(10);
    const wrong = calls.filter(({ call }) => {
      const words = call.split(' #')[0]?.split(/\s+/) ?? [];
      const command = commands.get(words.slice(0, 2).join(' ')) ?? commands.get(words[0] ?? '');
      const known = command?.flags.map(({ flag }) => flag.split(' ')[0]) ?? null;
      return known === null || words.some((word) => word.startsWith('--') && !known.includes(word));
    });
    expect(wrong).toEqual([]);
  });

  it('links only to files that are there', () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].flatMap(([, target = '']) => {
        try {
          readFileSync(path.join(ROOT, path.dirname(page), target));
          return [];
        } catch {
          return [`${page}: ${target}`];
        }
      }),
    );
    expect(broken).toEqual([]);
  });

  it('says what every report format is for', () => {
    for (const name of reportNames()) expect(read('docs/reports.md')).toContain(`| \`${name}\` | `);
  });

  it('shows of reports what the sample run gives', async () => {
    const view = buildView(sampleRun());
    const examples = [...read('docs/reports.md').matchAll(/^```\w+ report=([\w-]+)\n([\s\S]*?)^```$/gm)];
    expect(examples.length).toBeGreaterThan(5);
    for (const [, name = '', text = ''] of examples) {
      const lines = (await reportNamed(name)).render(view).split('\n');
      expect(lines, name).toEqual(expect.arrayContaining(text.trimEnd().split('\n')));
    }
  });

  it('shows thresholds that are read, and an error as it is printed', () => {
    const [, lines = ''] = /```\n(# scenario[^`]*)```/.exec(read('docs/gate.md')) ?? [];
    const names = ['lead-list page=1', 'lead-search term=2%', 'lead-lookup email', 'import-100k existing=0%'];
    const scenarios = names.map((text) => {
      const [name = '', variant = ''] = text.split(' ');
      const rest = { title: name, help: '', claim: null, unit: 'queries', writes: false, states: null };
      return { name, ...rest, variants: [{ name: variant, main: true, blocks: null }] };
    });
    const parse = (text: string) => parseThresholds(text, 'thresholds.txt', scenarios);
    expect(parse(lines)).toHaveLength(5);
    const wrong = () => parse('#\n#\n#\nlead-list page=* p95 < 5');
    const [, message = 'none'] =
      /error BENCH-THRESHOLD-INVALID: ([^`]*)\nfix/.exec(read('docs/gate.md')) ?? [];
    expect(wrong).toThrow(expect.objectContaining({ message }));
  });

  it('gives every command at least one example', async () => {
    for (const [verb, { examples }] of await loadCommands()) {
      expect(examples.length, verb).toBeGreaterThan(0);
      for (const { call } of examples) expect(call).toMatch(new RegExp(`^bench ${verb}\\b`));
    }
  });
});
