import { describe, expect, test } from 'vitest';
import { buildView } from '../bench/core/view.ts';
import { indexAblation } from '../test/ablation-run.ts';
import { failedRun } from '../test/altered-runs.ts';
import { sampleRun } from '../test/sample-run.ts';
import consoleReport from './console.ts';
import html from './html.ts';
import markdown from './markdown.ts';

const reports = { console: consoleReport, html, markdown };
const view = buildView(indexAblation());
const texts = {
  console: consoleReport.render(view),
  html: html.render(view),
  markdown: markdown.render(view),
};
const plain = (cells: string) =>
  cells
    .replaceAll('<wbr>', '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

describe('the view of an ablation', () => {
  test('has each object with every variant without it, and with all', () => {
    const names = view.omissions.map(({ object, state, pairs }) => [object, state, pairs.length]);
    expect(names).toEqual(
      ['idx_leads_trgm', 'idx_leads_tags_gin', 'idx_leads_created_at'].map((name) => [
        ...[name, `without ${name}`, view.scenarios.length],
      ]),
    );
    const search = view.omissions[0]?.pairs.find(({ scenario }) => scenario.name === 'lead-search');
    expect(search?.pair).toMatchObject({
      ...{ before: { text: '168 ms' }, after: { state: 'views', text: '14 ms' }, outcome: 'improved' },
      change: { text: 'faster −91.7 %', direction: 'faster' },
    });
    expect(buildView(sampleRun()).omissions).toEqual([]);
  });

  test('does not list reads that do the same work with and without an object', () => {
    const run = indexAblation();
    const arms = run.arms.map((arm) =>
      arm.scenario === 'lead-lookup' && arm.state !== 'views'
        ? { ...arm, samples: arm.samples.slice(0, 1), sameAsWhole: true as const }
        : arm,
    );
    const { omissions, scenarios } = buildView({ ...run, arms });
    const listed = omissions.map(({ pairs }) => pairs.map(({ scenario }) => scenario.name));
    const others = scenarios.map(({ name }) => name).filter((name) => name !== 'lead-lookup');
    expect(listed).toEqual([others, others, others]);
    const lookups = scenarios.find(({ name }) => name === 'lead-lookup')?.variants[0]?.pairs;
    expect(lookups?.map(({ outcome }) => outcome)).toEqual(['same work', 'same work', 'same work']);
  });

  test('says that a write is slower with an object', () => {
    expect(view.regressions).toHaveLength(2);
    expect(view.regressions[0]).toMatch(
      /^import-100k existing 0 %, with idx_leads_trgm: slower \+66\.7 %, 0\.60× \[/,
    );
  });

  test('says nothing of how one sibling grew from another', () => {
    expect(view.states.map(({ growthText }) => growthText)).toEqual([null, null, null, null]);
    expect(view.findings.size).toBeNull();
  });
});

describe.each(['console', 'html', 'markdown'] as const)('%s of an ablation', (name) => {
  test('calls no sibling the first state, or the state before', () => {
    for (const words of ['First state against last', 'the state before', 'the one before'])
      expect(texts[name].replace(/<dl class="terms">.*/s, '').replace(/\n## Method.*/s, '')).not.toContain(
        words,
      );
    expect(texts[name]).not.toMatch(/growth/i);
    expect(texts[name]).toContain('Slower with the object than without it');
    expect(reports[name].render(buildView(sampleRun()))).toContain('First state against last');
  });
});

test.each([
  ['console', /Why inconclusive .*, indexes → views.*: indexes: permission denied/],
  ['html', /<td class="why">failed <small>indexes: permission denied</],
  [
    'markdown',
    /\| indexes \| lead-list \| page 1 \| — \(permission denied\) \| .*\(indexes: permission denied\) \|/,
  ],
] as const)('%s tells beside an object why there is no time without it', (name, expected) => {
  const failed = failedRun(({ state }) => state === 'indexes');
  const text = reports[name].render(buildView({ ...failed, design: 'ablation' }));
  expect(text.replace(/\s+/g, ' ')).toMatch(expected);
});

test('the console has the times without and with each object, the change, and stays within 100 columns', () => {
  const lines = texts.console.split('\n');
  const start = lines.indexOf('without idx_leads_tags_gin');
  const rows = lines.slice(start + 1, start + 6).map(plain);
  expect(rows).toContain('import-100k existing 0 % 3.4 s 4.2 s +25 % 0.80× 20 regressed 3.1 %');
  expect(rows).toContain('segmentation tag and age 247 ms 12 ms −95 % 20.0× 20 improved 3.1 %');
  expect(lines.filter((line) => [...line].length > 100)).toEqual([]);
});

test('Markdown has the times without and with each object, and the change', () => {
  expect(texts.markdown).toContain('## Each object left out: time without it, and with all');
  expect(texts.markdown).toContain(
    '| left out | scenario | variant | without it | with all | change with it |',
  );
  expect(texts.markdown).toMatch(
    /\| idx\\_leads\\_trgm \| import-100k \| existing 0 % \| 2\.5 s \| 4\.2 s \| slower \+66\.7 % \| .* \| regressed \(/,
  );
});

describe('HTML of an ablation', () => {
  const rows = texts.html.split('</tr>').map((row) => plain(row.slice(row.lastIndexOf('<tr'))));

  test('has the times without and with each object, and the change', () => {
    expect(rows).toContain(
      'idx_leads_trgm import-100k existing 0 % 2.5 s 4.2 s ▲ +66.7 % 0.60× [0.59×, 0.61×] regressed',
    );
  });

  test('has the scenarios with the blocks and counters of every state', () => {
    expect(texts.html).toContain('<section id="scenarios"');
    expect(texts.html).toContain('0 − idx_leads_trgm</text>');
    expect(rows).toContain('term 16 % without idx_leads_trgm 9,000 50 1 100 5.0 kB');
    expect(rows).toContain('term 16 % views 60 50 1 100 5.0 kB');
  });

  test('has the plans that an object changes beside those of the whole', () => {
    const plans = [...texts.html.matchAll(/<summary>(Plan of [^<]+)<\/summary>(.*?)<\/details>/gs)];
    const search = plans.filter(([, title]) => title?.includes('term 16 %'));
    expect(search).toHaveLength(1);
    const [[, title = '', body = ''] = []] = search;
    expect(title).toMatch(/^Plan of term 16 %, without idx_leads_trgm: leads: Seq Scan → Index Scan/);
    expect([...body.matchAll(/<h4>([^<]+)</g)].map(([, state]) => state)).toEqual([
      'without idx_leads_trgm',
      'views',
    ]);
    expect(plans.map(([, text]) => text)).toContain('Plan of existing 0 %: the same without each object');
  });
});
