import { breakEvenText } from './break-even.ts';
import type { Cost, LedgerRow } from './ledger.ts';
import type { Basis, Figure, Span } from './ledger-spans.ts';
import { formatAmount, formatBytes, formatCount, formatFigure, formatMs, formatPercent } from './units.ts';
import { lockText } from './view-states.ts';

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
  /** What the ranges of gain and cost are, and of which parts of the mix. */
  readonly basisText: string;
  /** What the cost is made of, for each write of the mix. */
  readonly writes: readonly WriteView[];
  readonly bytesText: string;
  readonly buildText: string;
}

/** A write of the mix before and after a change. */
export interface WriteView {
  readonly name: string;
  /** Units per second. */
  readonly rateText: string;
  /** WAL for each unit. */
  readonly walText: string;
  readonly hotText: string;
}

/** The ledger in words. What no change was measured by is left to `unmeasuredText`, to be told once. */
export function ledgerViews(rows: readonly LedgerRow[]): LedgerView[] {
  const unmeasured = unmeasuredNames(rows);
  return rows.map((row) => ledgerView(row, unmeasured));
}

/** Which parts of the mix the run measured for no change at all; empty where each was for some. */
export function unmeasuredText(rows: readonly LedgerRow[]): string {
  const names = unmeasuredNames(rows);
  return names.length === 0 ? '' : `Of the mix, this run did not measure: ${names.join(', ')}.`;
}

function unmeasuredNames([first, ...others]: readonly LedgerRow[]): readonly string[] {
  if (!first) return [];
  const namesOf = (row: LedgerRow) => partsOf(row).filter(isLeftOut).map(nameOf);
  return others.reduce((names, row) => names.filter((name) => namesOf(row).includes(name)), namesOf(first));
}

function partsOf({ gains, costs }: Pick<LedgerRow, 'gains' | 'costs'>) {
  return [...gains, ...costs];
}

/** Without a comparison: one whose answers differ, or that failed, has a reason that belongs to its row. */
function isLeftOut(part: Pick<Figure, 'basis' | 'doubt'>): boolean {
  return isUnmeasured(part) && part.doubt === null;
}

function isUnmeasured({ basis }: { readonly basis: Basis }): boolean {
  return basis === 'not measured';
}

function nameOf({ scenario, variant }: { readonly scenario: string; readonly variant: string }): string {
  return `${scenario} ${variant}`;
}

/** One row in words, without the parts of the mix that are told of elsewhere. */
export function ledgerView(row: LedgerRow, toldOnce: readonly string[] = []): LedgerView {
  return {
    ...{ change: row.change, verdict: row.verdict, why: row.why, flags: row.flags },
    gainText: totalText(row.gain, row.gains),
    costText: totalText(row.cost, row.costs),
    breakEvenText: breakEvenText(row),
    basisText: basisText(row, toldOnce),
    writes: row.costs.map(writeView),
    bytesText: signed(row.bytes, formatBytes),
    buildText: [buildText(row), ...refreshTexts(row), ...lockTexts(row)].join('; '),
  };
}

function buildText({ build }: LedgerRow): string {
  return build === null ? 'not measured' : `${formatMs(build.ms)}, ${formatBytes(build.walBytes)} of WAL`;
}

function refreshTexts({ refreshes }: LedgerRow): string[] {
  return refreshes.map(({ view, ms }) => `each refresh of ${view} ${formatMs(ms)}`);
}

/** The longest lock alone: the table of phases has them all. */
function lockTexts({ locks: [longest] }: LedgerRow): string[] {
  return longest ? [`stopped ${lockText(longest)}`] : [];
}

function writeView(cost: Cost): WriteView {
  return {
    name: nameOf(cost),
    rateText: rateText(cost),
    walText: pairText(cost.walBytes, (bytes) => formatBytes(bytes)),
    hotText: pairText(cost.hotShare, (share) => formatPercent(share)),
  };
}

/** One text of every write, with its name: `import-100k merge: 6.4 kB → 10.3 kB; …`. */
export function ofEachWrite(writes: readonly WriteView[], key: 'rateText' | 'walText' | 'hotText'): string {
  return writes.map((write) => `${write.name}: ${write[key]}`).join('; ');
}

/** A projected time is the least it can be, so a rate of it is the most. */
function rateText({ rates, projected }: Cost): string {
  const isProjected = projected.map((is) => (is ? '≤ ' : ''));
  return pairText(rates, (rate, i) => `${isProjected[i]}${formatFigure(rate)}`);
}

const BASES: Readonly<Record<Basis, string>> = {
  interval: 'interval of the blocks',
  'same plan and blocks': 'same plan and blocks',
  'no interval': 'too few blocks for an interval',
  'not measured': 'not measured',
};

/** What each kind of figure rests on; the parts of the commonest kind, which comes last, are not named. */
function basisText(row: LedgerRow, toldOnce: readonly string[]): string {
  const parts = partsOf(row).filter((part) => !toldOnce.includes(nameOf(part)));
  const kinds = [...new Set(parts.map(({ basis }) => basis))]
    .map((basis) => ({ basis, names: parts.filter((part) => part.basis === basis).map(nameOf) }))
    .sort((a, b) => a.names.length - b.names.length);
  const others = kinds.length === 1 && toldOnce.length === 0 ? 'all' : 'the others';
  const textOf = ({ basis, names }: (typeof kinds)[number], place: number) =>
    `${BASES[basis]}: ${place === kinds.length - 1 ? others : names.join(', ')}`;
  return kinds.map(textOf).join('; ');
}

function pairText(
  pair: readonly [number | null, number | null],
  format: (value: number, i: number) => string,
): string {
  if (pair.every((value) => value === null)) return '—';
  return pair.map((value, i) => (value === null ? '—' : format(value, i))).join(' → ');
}

/** A sum with its range; of parts that were not all measured it has none. */
function totalText(total: Span, parts: readonly { readonly basis: Basis }[]): string {
  const measured = parts.filter((part) => !isUnmeasured(part)).length;
  if (total.estimate === null || measured === parts.length) return spanText(total);
  const share = `only ${formatCount(measured)} of ${formatCount(parts.length)} measured`;
  return `${estimateText(total.estimate, total)} (${share})`;
}

function spanText(span: Span): string {
  if (span.estimate === null) return 'not measured';
  const seen = span.seen === null ? 'no range' : `blocks had ${rangeText(span.seen)}`;
  const ends = span.range === null ? seen : rangeText(span.range);
  return `${estimateText(span.estimate, span)} (${ends})`;
}

function rangeText(range: readonly [number, number]): string {
  return range.map(millis).join(' to ');
}

function estimateText(estimate: number, { mark }: Span): string {
  return `${mark === '' ? '' : `${mark} `}${millis(estimate)}`;
}

function millis(ms: number): string {
  return signed(ms, formatMs, '');
}

function signed(value: number, format: (value: number) => string, plus = '+'): string {
  if (value === 0) return format(0);
  return value < 0 ? `−${format(-value)}` : `${plus}${format(value)}`;
}

const VERDICTS = ['KEEP', 'NOT WORTH IT', 'UNRESOLVED'] as const;
const WORDS = { KEEP: 'worth their cost', 'NOT WORTH IT': 'not worth it', UNRESOLVED: 'unresolved' } as const;

/** How many changes there are of each verdict, and in a sentence each which. Empty without a ledger. */
export function ledgerSentences(rows: readonly LedgerRow[]): string[] {
  if (rows.length === 0) return [];
  const of = (verdict: LedgerRow['verdict']) => rows.filter((row) => row.verdict === verdict);
  const counts = VERDICTS.map((verdict) => `${formatCount(of(verdict).length)} ${WORDS[verdict]}`);
  const names = VERDICTS.flatMap((verdict) => {
    const list = of(verdict).map(({ change }) => change);
    return list.length === 0 ? [] : [`${verdict}: ${list.join(', ')}.`];
  });
  return [`For the declared mix, of ${formatAmount(rows.length, 'change')}: ${counts.join(', ')}.`, ...names];
}
