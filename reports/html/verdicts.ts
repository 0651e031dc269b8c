import type { View } from '../../bench/core/view.ts';
import type { ChangeView, VariantView } from '../../bench/core/view-scenarios.ts';
import { type Cell, table } from './figure.ts';
import { cut, html, type Markup } from './markup.ts';
import type { Section } from './page.ts';

/** Longer reasons are in the raw figures. */
const REASON_LETTERS = 160;

/** By verdict: the mark before it, and the tone of both. Others are told as open. */
const LOOKS: Readonly<Record<string, readonly [mark: string, tone: string]>> = {
  improved: ['▼', 'kept'],
  regressed: ['▲', 'broken'],
  unchanged: ['●', 'same'],
  accepted: ['✓', 'kept'],
};
const OPEN = ['○', 'open'] as const;

/** Every comparison with what it rests on: first against last state open, neighbours behind a summary. */
export function evidenceSection(view: View): Section | null {
  if (view.comparisons.length === 0) return null;
  const rows = (of: (variant: VariantView) => readonly ChangeView[]) =>
    view.scenarios.flatMap(({ variants }) => variants.flatMap((variant) => of(variant).map(row)));
  const whole = rows((variant) => (variant.whole ? [variant.whole] : []));
  const steps = rows(({ steps: changes }) => changes);
  const caption =
    view.design === 'chain' ? 'Each state against the one before' : 'With each object against without it';
  return {
    id: 'verdicts',
    title: 'Verdicts, and how sure they are',
    short: 'Verdicts',
    intro:
      'A verdict rests on the wider interval, whose level all comparisons of the run share; the 95 % interval is for reading. “Sees” is the smallest slowdown that would have been found with 95 % chance; the control is the last state against its own second copy.',
    body: html`${whole.length > 0 && evidenceTable('First state against last', whole)}
${view.regressions.length > 0 && html`<p><b class="slower">${view.regressionTitle}:</b></p><ul>${view.regressions.map((text) => html`<li>${text}</li>`)}</ul>`}
${steps.length > 0 && html`<details><summary>${caption}: ${steps.length} comparisons</summary>${evidenceTable(caption, steps)}</details>`}`,
  };
}

function evidenceTable(caption: string, rows: readonly (readonly (string | Cell)[])[]): Markup {
  return table({
    caption,
    columns: ['Scenario', 'Verdict', '#Ratio', '#Its interval', '#Blocks', '#Sees', 'Control'],
    rows,
  });
}

function row(change: ChangeView): (string | Cell)[] {
  const { scenario, variant, before, after, blocks } = change.comparison;
  const [mark, tone] = LOOKS[change.verdictText] ?? OPEN;
  const range = change.interval95Text && html` <small>95 % ${change.interval95Text}</small>`;
  return [
    { text: html`${scenario} <small>${cut(variant, 40)}</small><small>${before} → ${after}</small>` },
    {
      text: html`<span class="verdict ${tone}">${mark} ${change.verdictText}</span> <small>${cut(change.reasonText, REASON_LETTERS)}</small>`,
      tone: 'why',
    },
    { text: html`${change.ratioText ?? '—'}${range}` },
    ...[change.intervalText ?? '—', String(blocks), change.detectableText ?? '—', change.controlText ?? '—'],
  ];
}
