import { describe, expect, test } from 'vitest';
import { sizeVerdict } from '../bench/core/report.ts';
import type { RunFile } from '../bench/core/run-file.ts';
import { buildView } from '../bench/core/view.ts';
import { busyRun, movedRun } from '../test/altered-runs.ts';
import { abortedRun, HOSTILE, sampleRun } from '../test/sample-run.ts';
import consoleReport from './console.ts';
import { SCRIPT } from './html/script.ts';
import html from './html.ts';
import json from './json.ts';
import markdown from './markdown.ts';

const reports = { console: consoleReport, html, json, markdown };
const run = sampleRun();
const view = buildView(run);
const rendered = Object.fromEntries(
  Object.entries(reports).map(([name, report]) => [name, report.render(view)]),
);

describe.each(Object.entries(reports))('%s', (name, report) => {
  test('the same run gives the same bytes', () => {
    expect(report.render(buildView(sampleRun()))).toBe(rendered[name]);
  });

  test('shows every scenario, every state and every claim', () => {
    const names = [...run.scenarios, ...run.states].map((one) => one.name);
    for (const text of [...names, ...run.claims.map(({ id }) => id)]) expect(rendered[name]).toContain(text);
  });

  test('says that answers differ, and shows both digests', () => {
    const differing = view.comparisons.find(({ answersEqual }) => answersEqual === false);
    expect(rendered[name]).toMatch(name === 'json' ? /"answersEqual": false/ : /answers differ/);
    const joined = rendered[name]?.replace(/\n\s+/g, ' ');
    expect(joined).toContain(differing?.answers.before.digest);
    expect(joined).toContain(differing?.answers.after.digest);
  });

  test('renders a run without any figure', () => {
    const empty: RunFile = {
      ...run,
      status: 'failed',
      states: [],
      arms: [],
      floors: [],
      scenarios: [],
      claims: [],
    };
    expect(report.render(buildView(empty))).toContain('failed');
  });

  test('renders an aborted run and says why there is no more', () => {
    expect(report.render(buildView(abortedRun()))).toContain('aborted');
  });

  test('renders arms in trouble', () => {
    const arms = run.arms.map((arm) => ({ ...arm, samples: [], error: 'permission denied', answer: null }));
    expect(report.render(buildView({ ...run, arms }))).toContain('permission denied');
  });

  test('lets no escape sequence of a name through', () => {
    const warned = { ...run, warnings: [HOSTILE.terminal] };
    expect(report.render(buildView(warned))).not.toContain('\u001b');
  });
});

describe('text', () => {
  test('the console stays within 100 columns', () => {
    for (const line of [rendered['console'], consoleReport.render(buildView(manyStates()))]
      .join('\n')
      .split('\n'))
      expect([...line].length, line).toBeLessThanOrEqual(100);
  });

  test('colour only when asked for', () => {
    expect(rendered['console']).not.toContain('\u001b');
    expect(consoleReport.render(view, { colour: true })).toContain('\u001b[1m');
  });

  test('projections say from how many rows', () => {
    for (const text of [rendered['console'], rendered['markdown'], rendered['html']])
      expect(text).toMatch(/≥ 296 s, projected from 213,000 rows/);
  });

  test('Markdown of a run is no markup, no mention and no new cell', () => {
    expect(rendered['markdown']).toContain('- a \\| b \\`c\\` &#64;<!-- -->all &lt;i&gt;');
    expect(rendered['markdown']).not.toContain('<b>');
    const rows = rendered['markdown']?.split('\n').filter((line) => line.startsWith('| lead-search ')) ?? [];
    expect(new Set(rows.slice(0, 3).map((line) => line.split(/(?<!\\)\|/).length)).size).toBe(1);
  });
});

describe('JSON', () => {
  const document: Record<string, unknown> = JSON.parse(json.render(view, { path: 'results/x/run.json' }));

  test('keeps the keys that scripts rely on', () => {
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining([
        'schemaVersion',
        'run',
        'path',
        'server',
        'fixtures',
        'states',
        'comparisons',
        'claims',
        'warnings',
      ]),
    );
    expect(document).toMatchObject({
      schemaVersion: 1,
      path: 'results/x/run.json',
      server: {
        kind: 'embedded',
        version: '18.4',
        extensions: { present: expect.any(Array), absent: expect.any(Array) },
      },
      fixtures: { contacts: 100_000, seed: 42, digest: expect.any(String) },
    });
  });

  test.each([
    ['states', ['name', 'phases', 'buildMs', 'bytes', 'walBytes']],
    [
      'comparisons',
      [
        'scenario',
        'variant',
        'before',
        'after',
        'beforeMs',
        'afterMs',
        'ratio',
        'interval',
        'blocks',
        'verdict',
        'answersEqual',
        'projected',
        'bound',
      ],
    ],
    ['claims', ['id', 'promised', 'measured', 'unit', 'verdict', 'why']],
  ])('each of the %s has its keys', (list, keys) => {
    const items = document[list];
    expect(Array.isArray(items) && items.length > 0).toBe(true);
    for (const item of Array.isArray(items) ? items : [])
      expect(Object.keys(item)).toEqual(expect.arrayContaining(keys));
  });
});

describe('HTML', () => {
  const page = rendered['html'] ?? '';

  test('escapes what comes from a suite or a database', () => {
    expect(page).not.toContain(HOSTILE.script);
    expect(page).toContain('&lt;/script&gt;&lt;b&gt;bold&lt;/b&gt;');
    expect(page.match(/<\/script>/g)).toHaveLength(1);
  });

  test('refers to nothing outside itself and carries no style attribute', () => {
    expect(page.replace(/http-equiv/g, '')).not.toMatch(/https?:|src=|@import|\sstyle="|\son[a-z]+="/);
    for (const [, address] of page.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^(#|data:,$)/);
  });

  test('allows one script and one style by hash, and nothing else', () => {
    expect(page).toMatch(/content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/);
  });

  test('has as many tables as charts at least, and ids that are unique', () => {
    const count = (pattern: RegExp) => page.match(pattern)?.length ?? 0;
    expect(count(/<figcaption>/g)).toBe(count(/<figure /g));
    expect(count(/<table/g)).toBeGreaterThan(count(/<figure /g));
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('draws no figure that is not a number', () => {
    for (const text of [page, html.render(buildView(abortedRun()))])
      expect(text.replace(SCRIPT, '')).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('is small: the script under 15 KB, the page under 1 MB', () => {
    expect(SCRIPT.length).toBeLessThan(15_000);
    expect(page.length).toBeLessThan(1e6);
  });

  test('is warned of over 5 MB and refused over 20 MB', () => {
    expect([1e6, 6e6, 21e6].map(sizeVerdict)).toEqual(['ok', 'warn', 'refuse']);
  });
});

function manyStates(): RunFile {
  const states = Array.from({ length: 8 }, (_, i) => ({
    ...run.states[i % 5],
    name: `state-with-a-long-name-${i}`,
  }));
  return { ...run, states: states.map((state) => ({ ...sampleState(), ...state })) };
}

function sampleState(): RunFile['states'][number] {
  const [state] = run.states;
  if (!state) throw new Error('the sample run has states');
  return state;
}

test.each(['console', 'html', 'markdown'])(
  '%s shows the verdict on a promise about bytes, and why there is none',
  (name) => {
    const storage = {
      relations: '^leads',
      kind: 'index' as const,
      before: 'base',
      after: 'indexes',
      less: 0.25,
    };
    const about = (change: object): RunFile => ({
      ...run,
      claims: run.claims.map((claim) => (claim.id === 'partition-space' ? { ...claim, ...change } : claim)),
    });
    const render = (of: RunFile) =>
      String(reports[name as keyof typeof reports].render(buildView(of))).replace(/\s+/g, ' ');
    expect(render(about({ storage }))).toMatch(/Promised: 25 % less from base to indexes\. Measured: /);
    if (name === 'console') return;
    expect(render(about({ shownBy: 'a test shows it' }))).toContain('No run can: a test shows it.');
  },
);

test.each(['console', 'markdown'] as const)(
  '%s shows a scenario that the last state cannot touch in the one before',
  (name) => {
    const states = run.states.map((state) => state.name).slice(0, -1);
    const scenarios = run.scenarios.map((one) => (one.name === 'import-100k' ? { ...one, states } : one));
    const arms = run.arms.filter(
      ({ scenario, state }) => scenario !== 'import-100k' || states.includes(state),
    );
    const untouched = buildView({ ...run, scenarios, arms });
    const { last } = untouched.scenarios.find((one) => one.name === 'import-100k')?.variants[0] ?? {};
    expect(last?.state).toBe('procedures');
    expect(untouched.scenarios.find((one) => one.name === 'import-100k')?.distance).toMatch(
      /of the promised 15 s$/,
    );
    const [, table] = String(reports[name].render(untouched)).split('First state against last');
    const row = table?.split('\n').find((line) => /existing 0 %/.test(line));
    expect(row).toContain(` ${last?.text} `);
  },
);

test.each(['console', 'html', 'markdown'] as const)('%s says what the ranges of the ledger are', (name) => {
  const text = String(rendered[name]).replace(/\s+/g, ' ');
  expect(text).toContain(
    'too few blocks for an interval: import-100k existing 0 %; interval of the blocks: the others',
  );
});

test.each(['console', 'html', 'markdown'] as const)(
  '%s says once what of the mix was not measured',
  (name) => {
    const arms = run.arms.filter(({ scenario }) => scenario !== 'import-100k');
    const text = String(reports[name].render(buildView({ ...run, arms }))).replace(/\s+/g, ' ');
    expect(text.split('this run did not measure: import-100k existing 0 %')).toHaveLength(2);
    expect(text).not.toContain('not measured: import-100k');
  },
);

test('HTML shows a cost that was not measured whole', () => {
  const arms = run.arms.filter(({ scenario }) => scenario !== 'import-100k');
  expect(html.render(buildView({ ...run, arms }))).toMatch(/>not measured<\/td>/);
});

test.each(['console', 'html', 'markdown'] as const)(
  '%s names what became slower from one state to the next',
  (name) => {
    const slowed = (ms: number) => ms * 100;
    const arms = run.arms.map((arm) =>
      arm.scenario === 'lead-list' && arm.variant === 'page 1' && arm.state === 'procedures'
        ? {
            ...arm,
            samples: arm.samples.map((one) => ({ ...one, executionsMs: one.executionsMs.map(slowed) })),
          }
        : arm,
    );
    const slower = buildView({ ...run, arms });
    expect(slower.regressions).toEqual([
      expect.stringMatching(/^lead-list page 1, partitioning → procedures: slower .*×.*\[.*\].*; plan: /),
    ]);
    expect(view.regressions.filter((text) => text.startsWith('lead-list page 1'))).toEqual([]);
    const text = String(reports[name].render(slower)).replace(/\s+/g, ' ');
    expect(text).toContain('Slower than in the state before');
    expect(text).toContain('lead-list page 1, partitioning → procedures: slower');
  },
);

describe('a time that is not the server’s', () => {
  const isSegment = ({ variant, state }: RunFile['arms'][number]) =>
    variant === 'tag and age' && state === 'views';
  const busy = buildView(busyRun(isSegment));
  const flat = (text: string) => text.replace(/\s+/g, ' ');

  test.each([
    ['console', '? −96.4 % 28.1×'],
    ['markdown', '| −96.4 %, client-bound | 28.1× |'],
  ] as const)('is named in %s, and its change has no direction there', (name, change) => {
    const text = flat(reports[name].render(busy));
    expect(text).toContain('Times that are not the server’s');
    expect(text).toContain(
      'segmentation tag and age, views: client-bound, the client itself worked for 95 %',
    );
    expect(text).toContain(change);
    expect(rendered[name]).not.toContain('Times that are not');
  });

  test('has its word in the tables of the console, and all that is open its reason', () => {
    const text = consoleReport.render(busy);
    expect(text).toMatch(/^ {2}tag and age .* client-bound +—$/m);
    expect(flat(text)).toContain(
      '• segmentation tag and age: client-bound in views: the client itself worked for 95 % of the time',
    );
    expect(flat(rendered['console'] ?? '')).toContain(
      'schedule-1m again: no interval from 3 blocks, it takes 15',
    );
  });

  test('is neither green nor red in the charts of HTML, and says why', () => {
    const label = (page: string, word: string) =>
      [
        ...page.matchAll(
          new RegExp(
            `<text [^>]*class="([^"]+)"[^>]*>([^<]*28\\.1×[^<]*)</text>\\s*(<text [^>]*>${word}</text>)?`,
            'g',
          ),
        ),
      ].map(([, paint, text]) => `${paint} ${text}`);
    expect(label(rendered['html'] ?? '', 'faster')).toEqual(['f-faster 28.1×', 'f-faster 28.1×']);
    expect(label(html.render(busy), 'client-bound')).toEqual(['f-soft 28.1×', 'f-soft client-bound 28.1×']);
    const moved = html.render(buildView(movedRun(isSegment)));
    expect(label(moved, 'control moved')).toEqual(['f-soft 28.1×', 'f-soft control moved 28.1×']);
    expect(html.render(busy)).toContain('; 1 has no direction; points');
  });

  test('stands with what the client did among the details of its scenario in HTML', () => {
    const page = html.render(busy);
    expect(page).toContain('Client: 1 of 15 times are not the server’s');
    expect(page).toContain('Client: every time is the server’s');
    const cells = [...page.matchAll(/<td>client-bound<\/td>(.*?)<\/tr>/g)].map(([, rest = '']) =>
      [...rest.matchAll(/>([^<]+)</g)].map(([, text]) => text),
    );
    expect(cells).toEqual([['20 %', '95 %', '0 %', '0.40 ms', '0.10 ms']]);
  });
});
