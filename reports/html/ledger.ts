import type { View } from '../../bench/core/view.ts';
import type { LedgerView } from '../../bench/core/view-ledger.ts';
import { type Cell, table } from './figure.ts';
import { html } from './markup.ts';
import type { Section } from './page.ts';

const MARKS = { KEEP: '✓ ', 'NOT WORTH IT': '✗ ', UNRESOLVED: '○ ' } as const;
const TONES = { KEEP: 'kept', 'NOT WORTH IT': 'broken', UNRESOLVED: 'open' } as const;

/** What each change buys and what it costs; nothing for a suite that declares no mix. */
export function ledgerSection(view: View): Section | null {
  if (view.ledger.length === 0) return null;
  const columns = [
    'Change',
    'Verdict',
    '#Gain',
    '#Cost',
    '#Break-even',
    '#Rate',
    '#WAL',
    '#HOT',
    '#Size',
    '#Build',
  ];
  return {
    id: 'ledger',
    title: 'What it buys and what it costs',
    short: 'Ledger',
    intro: view.mixText,
    body: html`${table({ caption: 'Gain and cost of each change, for each unit written', columns: [...columns, 'Why'], rows: view.ledger.map(row) })}`,
  };
}

function row(ledger: LedgerView): (string | Cell)[] {
  const { change, verdict, why, flags } = ledger;
  return [
    change,
    { text: html`<span class="verdict ${TONES[verdict]}">${MARKS[verdict]}${verdict}</span>` },
    ...[ledger.gainText, ledger.costText, ledger.breakEvenText, ledger.rateText, ledger.walText],
    ...[ledger.hotText, ledger.bytesText, ledger.buildText],
    { text: html`${why}.${flags.map((flag) => html` <b class="wrong">✗ ${flag}.</b>`)}`, tone: 'why' },
  ];
}
