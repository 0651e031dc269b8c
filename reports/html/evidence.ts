import { formatMs, formatPercent } from '../../bench/core/units.ts';
import type { View } from '../../bench/core/view.ts';
import type { StatePlan } from '../../bench/core/view-evidence.ts';
import type { ScenarioView, VariantView } from '../../bench/core/view-scenarios.ts';
import { table } from './figure.ts';
import { cut, html, type Markup } from './markup.ts';

const LINE_LETTERS = 200;

/** What the client did, what the server counted, and the plans side by side; nothing where nobody looked. */
export function evidence(view: View, scenario: ScenarioView): Markup[] {
  return [...client(scenario), ...counters(view, scenario), ...scenario.variants.flatMap(plans)];
}

function client({ variants }: ScenarioView): Markup[] {
  const audits = variants.flatMap(({ label, cells }) =>
    cells.flatMap(({ state, client: audit }) => (audit ? [{ label, state, ...audit }] : [])),
  );
  if (audits.length === 0) return [];
  const others = audits.filter(({ bound }) => bound !== 'server-bound').length;
  const summary =
    others === 0 ? 'every time is the server’s' : `${others} of ${audits.length} times are not the server’s`;
  const figures = table({
    caption:
      'Medians of the blocks, of the hold-up the longest; an idle statement does nothing on the same connection',
    columns: [
      'Variant',
      'State',
      'Time',
      '#Processor',
      '#Event loop',
      '#Garbage',
      '#Hold-up',
      '#Idle statement',
    ],
    rows: audits.map((one) => [
      ...[one.label, one.state, one.bound],
      ...[one.cpuShare, one.loopShare, one.gcShare].map(formatPercent),
      ...[formatMs(one.delayMs), formatMs(one.idleMs)],
    ]),
  });
  return [html`<details><summary>Client: ${summary}</summary>${figures}</details>`];
}

function counters(view: View, { variants }: ScenarioView): Markup[] {
  const rows = variants.flatMap(({ label, evidence: { counters: found } }) =>
    found.map(({ title, cells }) => [label, title, ...cells]),
  );
  if (rows.length === 0) return [];
  const figures = table({
    caption: 'Counted by the server, per unit of work; ≈ differed between repetitions',
    columns: ['Variant', 'Counter', ...view.states.map(({ name }) => `#${name}`)],
    rows,
  });
  return [
    html`<details><summary>Counters: ${rows.length} figures that do not depend on the clock</summary>${figures}</details>`,
  ];
}

function plans({ label, evidence: { plans: found }, whole }: VariantView): Markup[] {
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return [];
  const sides = first === last ? [first] : [first, last];
  const change = whole?.planText ?? 'no plan to compare with';
  return [
    html`<details><summary>Plan of ${label}: ${cut(change, 140)}</summary><div class="plans">${sides.map(side)}</div></details>`,
  ];
}

function side({ state, plan }: StatePlan): Markup {
  const later =
    plan.laterText && html`<p class="wrong">From the sixth execution on another plan: ${plan.laterText}</p>`;
  const open = plan.isLaterOpen && html`<p>The plan from the sixth execution on was not looked at.</p>`;
  return html`<div><h4>${state}</h4><p class="mono">${cut(plan.statement, LINE_LETTERS)}</p>
<pre tabindex="0" aria-label="Plan in ${state}">${plan.lines.map((line) => cut(line, LINE_LETTERS)).join('\n')}</pre>${later}${open}</div>`;
}
