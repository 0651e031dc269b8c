import { type Finding, findingLines } from '../../bench/core/finding.ts';
import type { View } from '../../bench/core/view.ts';
import { table } from './figure.ts';
import { cut, html, type Markup } from './markup.ts';
import type { Section } from './page.ts';

const FILES = 40;
/** So many are shown unfolded: a migration is seen at once. */
const FEW = 5;

/** What a gate found, by name, and the files that changed; null for a run that is no gate. */
export function gateSection({ gate, changed, touched }: View): Section | null {
  if (!gate) return null;
  const { failures, warnings, accepted, stale } = gate;
  const unjudged = gate.unjudged.filter(({ isOpen }) => isOpen);
  const rows = [
    ...failures.map((one) => row('✗ failure', 'broken', one)),
    ...warnings.map((one) => row('! warning', 'open', one)),
    ...unjudged.map(({ name, why }) => row('? not judged', 'open', { name, sentence: why, plan: [] })),
    ...accepted.map((one) => row('✓ accepted', 'kept', one, `Wanted: ${one.because}`)),
  ];
  return {
    id: 'gate',
    title: `Gate: ${gate.verdict}`,
    short: 'Gate',
    intro: 'Answers, counters and plans decide before the clock does. A finding is accepted by its name.',
    body: html`${rows.length > 0 ? table({ caption: 'Findings', columns: ['', 'Name', 'What was found'], rows }) : html`<p>Nothing was found.</p>`}
${stale.length > 0 && html`<p>Accepted, and found no more: ${stale.map(({ name }) => name).join(', ')}</p>`}
${touchedList(touched)}
${changedFiles(changed)}`,
  };
}

function row(
  mark: string,
  tone: string,
  { name, ...found }: Pick<Finding, 'name' | 'sentence' | 'plan'>,
  note = '',
) {
  const lines = [...findingLines(found), note].filter((line) => line !== '');
  return [
    { text: html`<span class="verdict ${tone}">${mark}</span>` },
    { text: breakable(cut(name, 120)) },
    { text: html`${lines.map((line) => html`<div>${cut(line, 400)}</div>`)}` },
  ];
}

/** A name that breaks after its slashes. */
function breakable(name: string): Markup {
  return html`${name.split('/').map((part, i) => (i === 0 ? part : html`/<wbr>${part}`))}`;
}

function touchedList(touched: View['touched']): Markup | false {
  if (touched.length === 0) return false;
  const rows = touched.map(({ scenario, through }) => [
    scenario,
    through === null ? 'left out: nothing of the change can reach it' : `reached by ${through.join(' → ')}`,
  ]);
  return table({ caption: 'What the change can reach', columns: ['Scenario', ''], rows });
}

function changedFiles(changed: readonly string[]): Markup | false {
  if (changed.length === 0) return html`<p>No file of the suite differs.</p>`;
  const more = changed.length - FILES;
  return html`<details${changed.length <= FEW && html` open`}><summary>${changed.length === 1 ? 'One file of the suite differs' : `${changed.length} files of the suite differ`}</summary><ul>${changed.slice(0, FILES).map((line) => html`<li><code>${cut(line, 200)}</code></li>`)}${more > 0 && html`<li>and ${more} more</li>`}</ul></details>`;
}
