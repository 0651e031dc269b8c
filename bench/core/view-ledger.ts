import { breakEvenText, type Cost, type LedgerRow, type Span } from './ledger.ts';
import { formatBytes, formatCount, formatMs, formatPercent } from './units.ts';

/** A row of the ledger in words. */
export interface LedgerView {
  readonly change: string;
  readonly verdict: LedgerRow['verdict'];
  readonly why: string;
  readonly flags: readonly string[];
  /** Saved by the reads that come with one unit written: `12 ms (9 ms to 14 ms)`. */
  readonly gainText: string;
  /** Lost by that unit. */
  readonly costText: string;
  readonly breakEvenText: string;
  /** Units per second before and after, the first write of the mix. */
  readonly rateText: string;
  /** WAL for each unit, before and after. */
  readonly walText: string;
  readonly hotText: string;
  readonly bytesText: string;
  readonly buildText: string;
}

export function ledgerView(row: LedgerRow): LedgerView {
  const [first] = row.costs;
  return {
    ...{ change: row.change, verdict: row.verdict, why: row.why, flags: row.flags },
    gainText: spanText(row.gain),
    costText: spanText(row.cost),
    breakEvenText: breakEvenText(row),
    rateText: pairText(first?.rates, (rate) => formatCount(rate)),
    walText: walText(row.costs),
    hotText: pairText(first?.hotShare, formatPercent),
    bytesText: signed(row.bytes, formatBytes),
    buildText: `${formatMs(row.buildMs)}, ${formatBytes(row.buildWalBytes)} of WAL`,
  };
}

function walText(costs: readonly Cost[]): string {
  return pairText(costs[0]?.walBytes, formatBytes);
}

function pairText(
  pair: readonly [number | null, number | null] | undefined,
  format: (value: number) => string,
): string {
  const [before, after] = pair ?? [null, null];
  if (before === null && after === null) return '—';
  return [before, after].map((value) => (value === null ? '—' : format(value))).join(' → ');
}

function spanText({ estimate, range }: Span): string {
  const text = (ms: number) => signed(ms, formatMs, '');
  return range === null
    ? `${text(estimate)} (no range)`
    : `${text(estimate)} (${range.map(text).join(' to ')})`;
}

function signed(value: number, format: (value: number) => string, plus = '+'): string {
  if (value === 0) return format(0);
  return value < 0 ? `−${format(-value)}` : `${plus}${format(value)}`;
}

const VERDICTS = ['KEEP', 'NOT WORTH IT', 'UNRESOLVED'] as const;
const WORDS = { KEEP: 'worth their cost', 'NOT WORTH IT': 'not', UNRESOLVED: 'unresolved' } as const;

/** How many changes there are of each verdict, and in a sentence each which. Empty without a ledger. */
export function ledgerSentences(rows: readonly LedgerRow[]): string[] {
  if (rows.length === 0) return [];
  const of = (verdict: LedgerRow['verdict']) => rows.filter((row) => row.verdict === verdict);
  const counts = VERDICTS.map((verdict) => `${formatCount(of(verdict).length)} ${WORDS[verdict]}`);
  const names = VERDICTS.flatMap((verdict) => {
    const list = of(verdict).map(({ change }) => change);
    return list.length === 0 ? [] : [`${verdict}: ${list.join(', ')}.`];
  });
  return [`For the declared mix of ${formatCount(rows.length)} changes ${counts.join(', ')}.`, ...names];
}
