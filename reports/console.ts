import { isSilent } from '../bench/core/claims.ts';
import { defineReport } from '../bench/core/report.ts';
import type { View } from '../bench/core/view.ts';
import { type CellView, samplesText } from '../bench/core/view-cells.ts';
import { ofEachWrite } from '../bench/core/view-ledger.ts';
import { NOT_LISTED } from '../bench/core/view-omissions.ts';
import { everyPair } from '../bench/core/view-pairs.ts';
import type { ChangeView, ScenarioView, VariantView } from '../bench/core/view-scenarios.ts';
import { oneLine } from './text/clean.ts';
import { gateLines } from './text/gate.ts';
import { pairName } from './text/pair.ts';
import { type Column, textTable, wrap } from './text/table.ts';

const COLUMNS = 100;
const NAME_COLUMNS = 26;
/** States beyond this many continue in a table below. */
const STATES_ACROSS = 5;

export default defineReport({
  title: 'Plain text for a terminal, at most 100 columns',
  extension: '.txt',
  render(view, options = {}) {
    const bold = options.colour ? (text: string) => `\u001b[1m${text}\u001b[22m` : (text: string) => text;
    const sections = [
      [
        bold(oneLine(`${view.title} at ${view.scale} · ${view.run}`)),
        ...view.headline.flatMap((text) => wrap(text, COLUMNS)),
      ],
      titled(
        bold('What the gate found'),
        gateLines(view).flatMap((text) => wrap(text, COLUMNS, '• ')),
      ),
      ...(view.design === 'chain' ? phaseTables(view) : []).map((lines, i) => [
        ...(i === 0 ? [bold(PHASE_TITLE)] : []),
        ...lines,
      ]),
      titled(
        bold('Warnings'),
        view.warnings.flatMap((text) => wrap(text, COLUMNS, '! ')),
      ),
      titled(
        bold('First state against last; “sees” is the smallest slowdown that would have been found'),
        wholeTable(view),
      ),
      titled(bold(`Each object left out; − is faster with it; ${NOT_LISTED}`), omissionTable(view)),
      titled(bold('Why inconclusive'), openLines(view)),
      titled(
        bold('Times that are not the server’s'),
        view.clientTexts.flatMap((text) => wrap(text, COLUMNS, '! ')),
      ),
      titled(
        bold(view.regressionTitle),
        view.regressions.flatMap((text) => wrap(text, COLUMNS, '▲ ')),
      ),
      titled(bold('Projected: the time budget ended these arms'), projections(view)),
      titled(bold('Least this server could need'), floorTable(view)),
      titled(bold('States'), view.design === 'chain' ? stateTable(view) : []),
      titled(bold('What it buys and what it costs, for each unit written'), ledgerTable(view)),
      titled(bold('Claims'), claimLines(view)),
      titled(bold('Objectives of the last state'), view.design === 'chain' ? objectiveLines(view) : []),
    ];
    return `${sections
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  },
});

const PHASE_TITLE =
  'Time in each state and change from the one before: − faster, + slower, ≈ projected, ? no direction';

function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function left(title: string, max: number): Column {
  return { title, align: 'left', max };
}

function right(title: string, max = 13): Column {
  return { title, align: 'right', max };
}

/** Scenario × state, as many tables as the states need. */
function phaseTables(view: View): string[][] {
  const count = Math.ceil(view.states.length / STATES_ACROSS);
  return Array.from({ length: count }, (_, i) =>
    phaseTable(view, i * STATES_ACROSS, (i + 1) * STATES_ACROSS),
  );
}

function phaseTable(view: View, from: number, to: number): string[] {
  const states = view.states.slice(from, to);
  const columns = [left('scenario', NAME_COLUMNS), ...states.map(({ name }) => right(name.slice(0, 13)))];
  const rows = view.scenarios.flatMap((scenario) => [
    scenario.name,
    ...scenario.variants.flatMap((variant) => {
      const cells = variant.cells.slice(from, to);
      return [
        [`  ${variant.label}`, ...cells.map(({ text }) => text)],
        ['', ...cells.map(({ state }) => stepInto(variant, state))],
      ].filter((row) => row.some((cell) => cell !== ''));
    }),
  ]);
  return textTable(columns, rows);
}

function stepInto(variant: VariantView, state: string): string {
  return variant.steps.find(({ comparison }) => comparison.after === state)?.short ?? '';
}

function wholeTable(view: View): string[] {
  const rows = view.scenarios.flatMap((scenario) => {
    const own = scenario.variants.filter(({ whole }) => whole).map(wholeRow);
    const distance = scenario.distance ? `  claim ${scenario.claim?.id}: ${scenario.distance}` : null;
    return own.length === 0 ? [] : [scenario.name, ...own, ...(distance ? [distance] : [])];
  });
  return rows.length === 0 ? [] : textTable(changeColumns('before', 'after', 'change'), rows);
}

function changeColumns(before: string, after: string, change: string): Column[] {
  return [
    left('scenario', NAME_COLUMNS),
    ...[right(before, 10), right(after, 10), right(change, 10), right('ratio', 9)],
    ...[right('blocks', 6), left('verdict', 13), right('sees', 7)],
  ];
}

function wholeRow({ label, cells, last, whole }: VariantView): string[] {
  return [`  ${label}`, cells[0]?.text ?? '—', last?.text ?? '—', ...changeCells(whole)];
}

function changeCells(change: ChangeView | null): string[] {
  return [
    ...[change?.short ?? '', change?.ratioText ?? '—', String(change?.comparison.blocks ?? 0)],
    ...[change ? verdictWord(change) : '—', change?.detectableText ?? '—'],
  ];
}

function verdictWord({ verdictText, doubt }: ChangeView): string {
  return verdictText === 'inconclusive' ? (doubt ?? verdictText) : verdictText;
}

/** In an ablation: each variant without an object and with all of them. */
function omissionTable({ omissions }: View): string[] {
  const rows = omissions.flatMap(({ state, pairs }) => [
    state,
    ...pairs.map(({ scenario, variant, pair }) => [
      ...[`  ${scenario.name} ${variant.label}`, pair.before.text, pair.after.text],
      ...changeCells(pair.change),
    ]),
  ]);
  return rows.length === 0 ? [] : textTable(changeColumns('without', 'with all', 'with it'), rows);
}

/** The reasons of what was to be judged and is open, each with all that it is true of. */
function openLines({ scenarios }: View): string[] {
  const open = everyPair(scenarios).filter(({ pair }) => pair.change?.verdictText === 'inconclusive');
  return [...new Set(open.map(({ pair }) => pair.why))].flatMap((why) => {
    const names = open.filter(({ pair }) => pair.why === why).map(pairName);
    return wrap(`${names.join(', ')}: ${why}`, COLUMNS, '• ');
  });
}

function projections(view: View): string[] {
  return everyCell(view)
    .filter(({ cell }) => cell.projected)
    .flatMap(({ scenario, variant, cell }) =>
      wrap(
        `${scenario.name} ${variant.label}, ${cell.state}: ${cell.longText} (${samplesText(cell)})`,
        COLUMNS,
        '  ',
      ),
    );
}

function everyCell(view: View): { scenario: ScenarioView; variant: VariantView; cell: CellView }[] {
  return view.scenarios.flatMap((scenario) =>
    scenario.variants.flatMap((variant) => variant.cells.map((cell) => ({ scenario, variant, cell }))),
  );
}

function floorTable(view: View): string[] {
  const rows = view.scenarios.flatMap(({ name, variants }) =>
    variants.flatMap(({ floor, label }) =>
      floor ? [[`${name} ${label}`, floor.title, floor.state, floor.text, floor.ratioText]] : [],
    ),
  );
  const columns = [left('scenario', NAME_COLUMNS), left('floor', 36), left('state', 13), right('least', 13)];
  return rows.length === 0 ? [] : textTable([...columns, right('ratio', 8)], rows);
}

function stateTable(view: View): string[] {
  const columns = [
    ...[left('state', 18), right('build', 12), right('WAL', 9), right('steps', 5)],
    ...[right('size', 9), right('tables', 9), right('indexes', 9), right('growth', 20)],
  ];
  const rows = view.states.map((state) => [
    state.name,
    `${state.buildText}${state.cached ? '*' : ''}`,
    ...[state.walText, String(state.ddl.length), state.bytesText],
    ...[state.tableText, state.indexText, state.growthText ?? ''],
  ]);
  const note = view.states.some(({ cached }) => cached)
    ? ['* from the cache: figures of the first build']
    : [];
  return rows.length === 0 ? [] : [...textTable(columns, rows), ...note];
}

function ledgerTable(view: View): string[] {
  if (view.ledger.length === 0) return [];
  const columns = [left('change', 34), left('verdict', 12), right('break-even', 19), right('size', 10)];
  const rows = view.ledger.map((row) => [
    row.change,
    row.verdict,
    row.breakEvenText.replace(/ \(.*/, ''),
    row.bytesText,
  ]);
  const details = view.ledger.flatMap(({ change, why, basisText, flags, writes, ...texts }) => [
    ...wrap(
      `${change}: gain ${texts.gainText}, cost ${texts.costText}, break-even ${texts.breakEvenText}; ${why}`,
      COLUMNS,
      '• ',
    ),
    ...wrap(basisText, COLUMNS, '  '),
    ...WRITE_TEXTS.flatMap(([title, key]) => wrap(`${title}: ${ofEachWrite(writes, key)}`, COLUMNS, '  ')),
    ...flags.flatMap((flag) => wrap(flag, COLUMNS, '  ! ')),
  ]);
  const unmeasured = view.unmeasuredText === '' ? [] : wrap(view.unmeasuredText, COLUMNS, '• ');
  return [...textTable(columns, rows), ...unmeasured, ...details];
}

const WRITE_TEXTS = [
  ['Units per second', 'rateText'],
  ['WAL per unit', 'walText'],
  ['HOT', 'hotText'],
] as const;

/** What is kept needs no line; what is missed says by how much. */
function objectiveLines(view: View): string[] {
  const missed = view.objectives.filter(({ verdict }) => verdict === 'missed');
  const count = (wanted: string) => view.objectives.filter(({ verdict }) => verdict === wanted).length;
  if (view.objectives.length === 0) return [];
  return [
    `${count('kept')} kept, ${missed.length} missed, ${count('not measured')} not measured`,
    ...missed.flatMap(({ scenario, variant, why }) => wrap(`${scenario} ${variant}: ${why}`, COLUMNS, '• ')),
  ];
}

function claimLines(view: View): string[] {
  const silent = view.claims.filter(isSilent).map(({ id }) => id);
  const told = view.claims.filter((claim) => !isSilent(claim));
  return [
    ...told.flatMap((claim) => [
      ...wrap(`${claim.id}: ${claim.verdict}`, COLUMNS, '• '),
      ...wrap(claim.why, COLUMNS, '  '),
    ]),
    ...(silent.length === 0
      ? []
      : wrap(`no scenario of this run judges ${silent.join(', ')}`, COLUMNS, '• ')),
  ];
}
