import { formatMs, formatPercent } from '../../bench/core/units.ts';
import type { View } from '../../bench/core/view.ts';
import { SAME_PLAN, type StatePlan } from '../../bench/core/view-evidence.ts';
import type { ScenarioView, VariantView } from '../../bench/core/view-scenarios.ts';
import { type TableShape, table } from './figure.ts';
import { cut, html, type Markup } from './markup.ts';

const LINE_LETTERS = 200;

/** What the client did, what the server counted, and the plans side by side; nothing where nobody looked. */
export function evidence(view: View, scenario: ScenarioView): Markup[] {
  return [
    ...client(scenario),
    ...counters(view, scenario),
    ...scenario.variants.flatMap((variant) => plans(view, variant)),
  ];
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

function counters(view: View, scenario: ScenarioView): Markup[] {
  const found = scenario.variants.flatMap(({ evidence: { counters: rows } }) => rows);
  if (found.length === 0) return [];
  const caption = 'Counted by the server, per unit of work; ≈ differed between repetitions';
  const shape = view.design === 'chain' ? byState(view, scenario) : byCounter(view, scenario);
  return [
    html`<details><summary>Counters: ${found.length} figures that do not depend on the clock</summary>${table({ caption, ...shape })}</details>`,
  ];
}

type Shape = Pick<TableShape, 'columns' | 'rows'>;

function byState({ states }: View, { variants }: ScenarioView): Shape {
  return {
    columns: ['Variant', 'Counter', ...states.map(({ name }) => `#${name}`)],
    rows: variants.flatMap(({ label, evidence: { counters: found } }) =>
      found.map(({ title, cells }) => [label, title, ...cells]),
    ),
  };
}

/** The states of an ablation are many, and all are held against the last. */
function byCounter({ states }: View, { variants }: ScenarioView): Shape {
  const all = variants.flatMap(({ evidence: { counters: found } }) => found.map(({ title }) => title));
  const titles = [...new Set(all)];
  return {
    columns: ['Variant', 'State', ...titles.map((title) => `#${title}`)],
    rows: variants.flatMap(({ label, evidence: { counters: found } }) =>
      states.map(({ name }, i) => [
        ...[label, name],
        ...titles.map((title) => found.find((row) => row.title === title)?.cells[i] ?? '—'),
      ]),
    ),
  };
}

/** Of a chain the plans of first and last state; of an ablation those that an object changes, beside that of the whole. */
function plans({ design }: View, variant: VariantView): Markup[] {
  const {
    label,
    evidence: { plans: found },
    whole,
    pairs,
  } = variant;
  const [first, last] = [found[0], found.at(-1)];
  if (!first || !last) return [];
  if (design === 'chain')
    return [plansOf(label, whole?.planText ?? NO_PLAN, first === last ? [first] : [first, last])];
  const changed = pairs.filter(({ change }) => change?.planText && change.planText !== SAME_PLAN);
  const isSame = pairs.every(({ change }) => change?.planText === SAME_PLAN);
  if (changed.length === 0)
    return [plansOf(label, isSame ? 'the same without each object' : NO_PLAN, [last])];
  return changed.map(({ before, after, change }) =>
    plansOf(
      `${label}, ${before.state}`,
      change?.planText ?? NO_PLAN,
      found.filter(({ state }) => state === before.state || state === after.state),
    ),
  );
}

const NO_PLAN = 'no plan to compare with';

function plansOf(label: string, change: string, sides: readonly StatePlan[]): Markup {
  return html`<details><summary>Plan of ${label}: ${cut(change, 140)}</summary><div class="plans">${sides.map(side)}</div></details>`;
}

function side({ state, plan }: StatePlan): Markup {
  const later =
    plan.laterText && html`<p class="wrong">From the sixth execution on another plan: ${plan.laterText}</p>`;
  const open = plan.isLaterOpen && html`<p>The plan from the sixth execution on was not looked at.</p>`;
  return html`<div><h4>${state}</h4><p class="mono">${cut(plan.statement, LINE_LETTERS)}</p>
<pre tabindex="0" aria-label="Plan in ${state}">${plan.lines.map((line) => cut(line, LINE_LETTERS)).join('\n')}</pre>${later}${open}</div>`;
}
