import type { View } from '../../bench/core/view.ts';
import type { CellView } from '../../bench/core/view-cells.ts';
import { NOT_LISTED } from '../../bench/core/view-omissions.ts';
import type { NamedPair, PairView } from '../../bench/core/view-pairs.ts';
import type { ChangeView } from '../../bench/core/view-scenarios.ts';
import { breakable, cut, html, type Markup, trusted } from './markup.ts';
import type { Section } from './page.ts';
import { GLYPH } from './scenarios.ts';

const HEADS = ['Left out', 'Scenario', 'Without it', 'With all', 'Change with it', 'Ratio', 'Verdict'];
const FIGURES = new Set(['Without it', 'With all', 'Change with it', 'Ratio']);
/** Longer reasons are among the verdicts. */
const REASON_LETTERS = 90;
/** What the figures beside it explain. */
const PLAIN = new Set(['improved', 'regressed', 'unchanged']);

/** Every variant of an ablation without each object and with all of them; null where nothing was left out. */
export function omissionSection({ omissions }: View): Section | null {
  const rows = omissions.flatMap(({ object, pairs }) => pairs.map((pair) => row(object, pair)));
  if (rows.length === 0) return null;
  return {
    id: 'figures',
    title: 'Each object left out',
    short: 'Figures',
    intro: `Time of each variant without the object, and with all there is; ${NOT_LISTED}. The change is that which the object makes: ▼ − faster with it, ▲ + slower with it, ≈ projected, ? no direction. The ratio is without ÷ with.`,
    body: html`<div class="scroll" role="region" tabindex="0" aria-label="Time of every variant without each object and with all"><table class="sortable">
<caption>Without each object, and with all</caption>
<thead><tr>${HEADS.map((head) => html`<th scope="col"${FIGURES.has(head) && trusted(' class="n" align="right"')}>${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>`,
  };
}

function row(object: string, { scenario, variant, pair }: NamedPair): Markup {
  const { before, after, change } = pair;
  const words = [object, scenario.name, variant.label].join(' ');
  return html`<tr data-filter="${words}"><th scope="row">${breakable(cut(object, 60))}</th><td>${scenario.name} <small>${cut(variant.label, 60)}</small></td>${time(before)}${time(after)}${changeCell(change)}${ratioCell(change)}${verdict(pair)}</tr>\n`;
}

function time({ text, ms }: CellView): Markup {
  return html`<td class="n" align="right" data-sort="${ms ?? ''}">${text}</td>`;
}

function verdict({ outcome, why }: PairView): Markup {
  if (PLAIN.has(outcome)) return html`<td>${outcome}</td>`;
  return html`<td class="why">${outcome} <small>${cut(why, REASON_LETTERS)}</small></td>`;
}

function changeCell(change: ChangeView | null): Markup {
  const text = change === null || change.short === '' ? '—' : `${GLYPH[change.direction]}${change.short}`;
  return html`<td class="n" align="right" data-sort="${change?.comparison.ratio ?? ''}"><b class="${change?.direction ?? ''}">${text}</b></td>`;
}

function ratioCell(change: ChangeView | null): Markup {
  const range = change?.intervalText && html` <small>${change.intervalText}</small>`;
  return html`<td class="n" align="right" data-sort="${change?.comparison.ratio ?? ''}">${change?.ratioText ?? '—'}${range}</td>`;
}
