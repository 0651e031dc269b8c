import type { View } from '../../bench/core/view.ts';
import type { CellView } from '../../bench/core/view-cells.ts';
import type { ChangeView, ScenarioView, VariantView } from '../../bench/core/view-scenarios.ts';
import { dotsChart } from './charts/dots.ts';
import { forestChart } from './charts/forest.ts';
import { evidence } from './evidence.ts';
import { type Cell, figure } from './figure.ts';
import { cut, html, type Markup, trusted } from './markup.ts';
import type { Section } from './page.ts';

/** A mark beside each change. */
export const GLYPH: Readonly<Record<ChangeView['direction'], string>> = {
  faster: '▼ ',
  slower: '▲ ',
  same: '● ',
  open: '',
  none: '',
  differs: '✗ ',
};

/** Every variant in every state: time, and below it the change against the state before. */
export function figuresSection(view: View): Section {
  const forest = forestChart(view);
  const heads = ['Scenario', 'Variant', ...view.states.map(({ name }) => name), 'Ratio'];
  const rows = view.scenarios.flatMap((scenario) =>
    scenario.variants.map(
      (variant) =>
        html`<tr data-filter="${scenario.name} ${variant.label}"><th scope="row">${scenario.name}</th><td>${cut(variant.label, 60)}</td>${figureCells(variant)}</tr>\n`,
    ),
  );
  return {
    id: 'figures',
    title: 'Every figure',
    short: 'Figures',
    intro:
      'Time of each variant in each state; below it the change against the state before: ▼ − faster, ▲ + slower, ≈ projected, ? no direction (the client’s time, or a control that moved). The ratio is first state ÷ last state.',
    body: html`<div class="scroll" role="region" tabindex="0" aria-label="Time of every variant in every state"><table class="sortable">
<caption>Scenario by state</caption>
<thead><tr>${heads.map((head, i) => html`<th scope="col"${i >= 2 && trusted(' class="n" align="right"')}>${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>
${forest && figure(forest)}`,
  };
}

function figureCells(variant: VariantView): Markup[] {
  const cells = variant.cells.map((cell) => {
    const step = variant.steps.find(({ comparison }) => comparison.after === cell.state);
    return td({ text: timeCell(cell, step), sort: cell.ms, tone: step?.direction ?? '' });
  });
  const { whole } = variant;
  const ratio = whole?.ratioText ?? (whole ? `${GLYPH[whole.direction]}${cut(whole.text, 18)}` : '—');
  const text = html`<b class="${whole?.direction ?? ''}">${ratio}</b>${whole?.doubt && html` <small>${whole.doubt}</small>`}`;
  return [...cells, td({ text, sort: whole?.comparison.ratio ?? null })];
}

function td({ text, sort, tone }: Cell): Markup {
  return html`<td class="n ${tone}" align="right" data-sort="${sort ?? ''}">${text}</td>`;
}

function timeCell(cell: CellView, step: ChangeView | undefined): Markup {
  const change = step && step.short !== '' && html` <small>${GLYPH[step.direction]}${step.short}</small>`;
  return html`${cell.text}${change}`;
}

export function scenarioSection(view: View): Section {
  return {
    id: 'scenarios',
    title: 'Scenario by scenario',
    short: 'Scenarios',
    body: html`${view.scenarios.map((scenario, i) => article(view, scenario, `s${i}`))}`,
  };
}

function article(view: View, scenario: ScenarioView, id: string): Markup {
  const chart = dotsChart(view, scenario, `${id}-dots`);
  const words = [scenario.name, ...scenario.variants.map(({ label }) => label)].join(' ');
  return html`<article id="${id}" data-filter="${words}">
<h3>${scenario.title}<code>${scenario.name}</code></h3>
<p>${scenario.help}</p>
${notes(scenario).map((note) => html`<p>${note}</p>`)}
${chart ? figure(chart) : html`<p class="wrong">✗ No samples: ${scenario.variants[0]?.cells[0]?.why ?? 'not part of this run'}.</p>`}
${evidence(view, scenario)}
</article>
`;
}

/** What has to be said about a scenario before its figures are read. */
function notes(scenario: ScenarioView): Markup[] {
  const { claim, distance, variants } = scenario;
  return [
    ...(claim
      ? [
          html`<b>Claim ${claim.id}: ${claim.verdict}</b>${distance && `; here ${distance}`}. <a href="#claims">What was promised</a>`,
        ]
      : []),
    ...variants.flatMap(({ label, floor }) =>
      floor
        ? [
            html`<b>Floor.</b> ${floor.title}: ${floor.text}; ${label} in ${floor.state} is ${floor.ratioText} that.`,
          ]
        : [],
    ),
    ...variants.flatMap((variant) => projected(variant)),
    ...variants.flatMap(differing),
  ];
}

function projected({ label, cells }: VariantView): Markup[] {
  const ended = cells.filter((cell) => cell.projected);
  if (ended.length === 0) return [];
  return [
    html`<b>Projected, ${label}.</b> ${ended.map(({ state, longText }) => `${state}: ${longText}`).join(' · ')}`,
  ];
}

function differing({ label, steps, whole }: VariantView): Markup[] {
  const found = [...steps, ...(whole ? [whole] : [])].find(({ direction }) => direction === 'differs');
  return found
    ? [html`<b class="differs">✗ ${label}:</b> <span class="mono">${found.comparison.reason}</span>`]
    : [];
}
