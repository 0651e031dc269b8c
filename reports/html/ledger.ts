import type { View } from '../../bench/core/view.ts';
import type { LedgerView } from '../../bench/core/view-ledger.ts';
import { type Cell, table } from './figure.ts';
import { breakable, html } from './markup.ts';
import type { Section } from './page.ts';

const MARKS = { KEEP: '✓ ', 'NOT WORTH IT': '✗ ', UNRESOLVED: '○ ' } as const;
const TONES = { KEEP: 'kept', 'NOT WORTH IT': 'broken', UNRESOLVED: 'open' } as const;

/** What each change buys and what it costs; nothing for a suite that declares no mix. */
export function ledgerSection(view: View): Section | null {
  if (view.ledger.length === 0) return null;
  const verdicts = table({
    caption: 'Gain and cost of each change, for each unit written',
    columns: ['Change', 'Verdict', '#Gain', '#Cost', '#Break-even', 'Why'],
    rows: view.ledger.map(verdictRow),
  });
  const figures = table({
    caption: 'What the cost is made of: units per second, and WAL for each of them',
    columns: ['Change', 'Write', '#Rate', '#WAL', '#HOT updates', '#Size', '#Build'],
    rows: view.ledger.flatMap(figureRows),
  });
  return {
    id: 'ledger',
    title: 'What it buys and what it costs',
    short: 'Ledger',
    intro: [view.mixText, view.unmeasuredText].filter((text) => text !== '').join(' '),
    body: html`${verdicts}${figures}`,
  };
}

function verdictRow({ change, verdict, why, flags, ...texts }: LedgerView): (string | Cell)[] {
  return [
    { text: breakable(change) },
    { text: html`<span class="verdict ${TONES[verdict]}">${MARKS[verdict]}${verdict}</span>` },
    ...[texts.gainText, texts.costText, texts.breakEvenText].map(spanCell),
    {
      text: html`${why}.<small>${texts.basisText}</small>${flags.map((flag) => html` <b class="wrong">✗ ${flag}.</b>`)}`,
      tone: 'why',
    },
  ];
}

/** A row for each write; what is of the change itself stands in the first one. */
function figureRows({ change, writes, bytesText, buildText }: LedgerView): (string | Cell)[][] {
  return writes.map(({ name, rateText, walText, hotText }, place) => [
    ...[place === 0 ? { text: breakable(change) } : '', name, rateText, walText, hotText],
    ...(place === 0 ? [bytesText, buildText] : ['', '']),
  ]);
}

/** A figure with its range below it. */
function spanCell(text: string): Cell {
  const at = text.indexOf(' (');
  if (at < 0) return { text };
  return { text: html`${text.slice(0, at)}<small>${text.slice(at + 2, -1)}</small>` };
}
