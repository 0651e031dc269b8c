import { defineReport } from '../bench/core/report.ts';
import type { View } from '../bench/core/view.ts';
import { ofEachWrite } from '../bench/core/view-ledger.ts';
import { NOT_LISTED } from '../bench/core/view-omissions.ts';
import type { ChangeView, ScenarioView, VariantView } from '../bench/core/view-scenarios.ts';
import { markdownText } from './text/clean.ts';
import { gateLines } from './text/gate.ts';
import { tableHead, tableRow } from './text/markdown.ts';
import { verdictLine } from './text/pair.ts';

export default defineReport({
  title: 'Markdown with all there is, as tables, for an archive',
  extension: '.md',
  render(view) {
    const sections = [
      `# ${markdownText(`${view.title} at ${view.scale} · ${view.run}`)}`,
      bullets(view.headline),
      section('What the gate found', bullets(gateLines(view))),
      section('First state against last', view.design === 'chain' ? wholeTable(view) : ''),
      section(`Each object left out: time without it, and with all (${NOT_LISTED})`, omissionTable(view)),
      section('Times that are not the server’s', bullets(view.clientTexts)),
      section(view.regressionTitle, bullets(view.regressions)),
      section('Time in each state', view.design === 'chain' ? phaseTable(view) : ''),
      section('Ledger', ledgerTable(view)),
      section('Claims', claimTable(view)),
      section('Objectives', objectiveTable(view)),
      section('States', stateTable(view)),
      section('Storage', storageTable(view)),
      section('Least this server could need', floorTable(view)),
      section('Warnings', bullets(view.warnings)),
      ...view.facts.map(({ title, facts }) =>
        section(
          title,
          table(
            ['fact', 'value'],
            facts.map(({ name, value }) => [name, value]),
          ),
        ),
      ),
      section(
        'Method',
        view.method.map(({ name, value }) => `- **${name}.** ${markdownText(value)}`).join('\n'),
      ),
    ];
    return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
  },
});

function section(title: string, body: string): string {
  return body === '' ? '' : `## ${title}\n\n${body}`;
}

function bullets(texts: readonly string[]): string {
  return texts.map((text) => `- ${markdownText(text)}`).join('\n');
}

/** Nothing when there are no rows. Columns after `textColumns` are aligned right. */
function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  textColumns = titles.length,
): string {
  if (rows.length === 0) return '';
  return [...tableHead(titles, textColumns), ...rows.map(tableRow)].join('\n');
}

function wholeTable(view: View): string {
  const titles = ['scenario', 'variant', 'before', 'after', ...CHANGE_TITLES, 'rate after', 'claim'];
  return table(
    titles,
    view.scenarios.flatMap((s) => s.variants.map((v) => wholeRow(s, v))),
    2,
  );
}

const CHANGE_TITLES = [
  'change',
  'ratio',
  'interval',
  '95 % interval',
  'blocks',
  'smallest slowdown seen',
  'control',
  'verdict',
];

function wholeRow(scenario: ScenarioView, variant: VariantView): string[] {
  const { whole, last } = variant;
  const [first] = variant.cells;
  return [
    ...[scenario.name, variant.label, first?.longText ?? '—', last?.longText ?? '—'],
    ...changeCells(whole, '—'),
    ...[last?.rate ?? '—', variant.main ? (scenario.distance ?? '—') : ''],
  ];
}

/** `why` there is no change, where there is none. */
function changeCells(change: ChangeView | null, why: string): string[] {
  return [
    ...[change?.text ?? '—', change?.ratioText ?? '—', change?.intervalText ?? '—'],
    ...[change?.interval95Text ?? '—', String(change?.comparison.blocks ?? 0)],
    ...[change?.detectableText ?? '—', change?.controlText ?? '—'],
    change ? `${change.verdictText} (${change.reasonText})` : why,
  ];
}

/** In an ablation: a change is that which the object makes, slower is slower with it. */
function omissionTable({ omissions }: View): string {
  const [change = '', ...others] = CHANGE_TITLES;
  const titles = [
    'left out',
    'scenario',
    'variant',
    'without it',
    'with all',
    `${change} with it`,
    ...others,
  ];
  const rows = omissions.flatMap(({ object, pairs }) =>
    pairs.map(({ scenario, variant, pair }) => [
      ...[object, scenario.name, variant.label, pair.before.longText, pair.after.longText],
      ...changeCells(pair.change, verdictLine(pair)),
    ]),
  );
  return table(titles, rows, 3);
}

function ledgerTable(view: View): string {
  const titles = [
    'change',
    'verdict',
    'gain per unit',
    'cost per unit',
    'break-even reads per unit',
    'rate',
    'WAL per unit',
    'HOT',
    'size',
    'build',
    'why',
    'basis',
  ];
  const rows = view.ledger.map((row) => [
    ...[row.change, row.verdict, row.gainText, row.costText, row.breakEvenText],
    ...(['rateText', 'walText', 'hotText'] as const).map((key) => ofEachWrite(row.writes, key)),
    ...[row.bytesText, row.buildText, [row.why, ...row.flags].join('; '), row.basisText],
  ]);
  const note = view.unmeasuredText === '' ? '' : `\n\n${markdownText(view.unmeasuredText)}`;
  return `${table(titles, rows)}${note}`;
}

function phaseTable(view: View): string {
  const rows = view.scenarios.flatMap(({ name, variants }) =>
    variants.map((variant) => [
      ...[name, variant.label],
      ...variant.cells.map((cell) => {
        const step = variant.steps.find(({ comparison }) => comparison.after === cell.state);
        return step?.short ? `${cell.longText} (${step.short})` : cell.longText;
      }),
    ]),
  );
  return table(['scenario', 'variant', ...view.states.map(({ name }) => name)], rows, 2);
}

function claimTable(view: View): string {
  const rows = view.claims.map(({ id, promised, verdict, why }) => [id, promised, verdict, why]);
  return table(['claim', 'promised', 'verdict', 'why'], rows);
}

function objectiveTable(view: View): string {
  const rows = view.objectives.map(({ scenario, variant, verdict, why }) => [
    scenario,
    variant,
    verdict,
    why,
  ]);
  return table(['scenario', 'variant', 'objective', 'why'], rows, 2);
}

function stateTable(view: View): string {
  const hasGrowth = view.design === 'chain';
  const titles = ['state', 'phases', 'build', 'WAL', 'DDL steps', 'size', 'tables', 'indexes'];
  const rows = view.states.map((state) => [
    ...[state.name, state.phases.join(', ')],
    ...[`${state.buildText}${state.cached ? ' (first build; from the cache now)' : ''}`, state.walText],
    ...[String(state.ddl.length), state.bytesText, state.tableText, state.indexText],
    ...(hasGrowth ? [state.growthText ?? ''] : []),
  ]);
  return table([...titles, ...(hasGrowth ? ['growth'] : [])], rows, 2);
}

function storageTable(view: View): string {
  const rows = view.storage.map(({ table: name, byState }) => [
    name,
    ...byState.map((cell) => cell?.text ?? '—'),
  ]);
  return table(['table with indexes', ...view.states.map(({ name }) => name)], rows, 1);
}

function floorTable(view: View): string {
  const rows = view.scenarios.flatMap(({ name, variants }) =>
    variants.flatMap(({ label, floor }) =>
      floor ? [[name, label, floor.title, floor.state, floor.text, floor.ratioText]] : [],
    ),
  );
  return table(['scenario', 'variant', 'floor', 'state', 'least', 'ratio'], rows, 4);
}
