import { armFigures, statesOf } from './arm.ts';
import { type BreakEvens, breakEvens } from './break-even.ts';
import type { Comparison } from './comparison.ts';
import { armIn, doubtOf } from './doubt.ts';
import {
  costOf,
  type Figure,
  gainOf,
  joined,
  type Sides,
  type Span,
  scaled,
  sum,
  turned,
} from './ledger-spans.ts';
import { countedOf, metricNamed } from './metrics.ts';
import { sameMainPlan } from './plan-view.ts';
import type { Arm, Mix, RunFile } from './run-file.ts';
import { comparedPairs, runLevel } from './run-level.ts';
import type { LockRecord, RefreshRecord, StateRecord } from './state-record.ts';
import { formatAmount, formatMs, formatPercent } from './units.ts';

export type LedgerVerdict = 'KEEP' | 'NOT WORTH IT' | 'UNRESOLVED';

/** What one read of the mix gains: milliseconds saved by one execution. */
export interface Gain extends Figure {
  readonly scenario: string;
  readonly variant: string;
  readonly perWrite: number;
}

/** What a change does to one write of the mix, per unit of work. */
export interface Cost extends Figure {
  readonly scenario: string;
  readonly variant: string;
  /** Written for each unit of the mix. */
  readonly units: number;
  /** Units per second, before and after. */
  readonly rates: Pair;
  /** Whether they come of projected times: no more than these, then. */
  readonly projected: readonly [boolean, boolean];
  readonly walBytes: Pair;
  readonly hotShare: Pair;
  /** Whether its main plan was seen on both sides, and is the same: of others the quickest are not told. */
  readonly hasSamePlan: boolean;
}

type Pair = readonly [number | null, number | null];

/** What a change buys and what it costs, for the application's declared mix of reads and writes. */
export interface LedgerRow extends BreakEvens {
  /** The phase, or the object that one side lacks. */
  readonly change: string;
  readonly before: string;
  readonly after: string;
  readonly gains: readonly Gain[];
  readonly costs: readonly Cost[];
  /** Milliseconds gained by the reads that come with one unit written, and lost by that unit. */
  readonly gain: Span;
  readonly cost: Span;
  readonly bytes: number;
  readonly indexBytes: number;
  /** Null for what cannot be built by itself. */
  readonly build: { readonly ms: number; readonly walBytes: number } | null;
  /** What one refresh of the views takes that the change brings. */
  readonly refreshes: readonly RefreshRecord[];
  /** Whom the phase's statements stopped, longest first. */
  readonly locks: readonly LockRecord[];
  readonly verdict: LedgerVerdict;
  readonly why: string;
  /** Losses that no mix should hide. */
  readonly flags: readonly string[];
}

/** The ledger of every change of a run; empty for a suite that declares no mix. */
export function ledger(run: RunFile, comparisons: readonly Comparison[]): LedgerRow[] {
  const { mix } = run;
  if (mix === null) return [];
  // A phase that no scenario of the mix is measured in has nothing to weigh.
  const scenarios = [...mix.reads, ...mix.writes].map(({ scenario }) => statesOf(run, scenario));
  const names = run.states.map(({ name }) => name).filter((name) => scenarios.flat().includes(name));
  return comparedPairs(names, run.design)
    .filter(([before, after]) => run.design === 'ablation' || isStep(names, before, after))
    .flatMap(([before, after]) => ledgerRow(run, mix, comparisons, before, after));
}

function isStep(names: readonly string[], before: string, after: string): boolean {
  return names.indexOf(after) === names.indexOf(before) + 1;
}

function ledgerRow(
  run: RunFile,
  mix: Mix,
  comparisons: readonly Comparison[],
  before: string,
  after: string,
): LedgerRow[] {
  const states = [before, after].map((name) => run.states.find((state) => state.name === name));
  const [was, is] = states;
  if (!was || !is) return [];
  const find = ({ scenario, variant }: Mix['reads' | 'writes'][number]) =>
    sides(run, comparisons, { scenario, variant, before, after });
  const level = runLevel(run);
  const gains = mix.reads.map((read) => ({ ...read, ...gainOf(find(read), level) }));
  const costs = mix.writes.map((write) => ({
    ...write,
    ...costOf(find(write)),
    ...writeFacts(find(write)),
  }));
  const parts = [...gains, ...costs];
  const isWhole = parts.every(({ basis }) => basis !== 'not measured');
  // Nothing to weigh.
  if (parts.every(({ basis }) => basis === 'not measured')) return [];
  const gain = sum(gains.map((one) => scaled(one, one.perWrite)));
  const cost = sum(costs.map((one) => scaled(one, one.units)));
  const reads = mix.reads.reduce((total, { perWrite }) => total + perWrite, 0);
  const size = sizeOf(was, is);
  return [
    {
      change: run.design === 'ablation' ? before.replace(/^without /, '') : after,
      ...{ before, after, gains, costs, gain, cost, ...size },
      ...buildOf(run, was, is),
      ...(isWhole
        ? breakEvens(gain, cost, reads)
        : { breakEven: null, breakEvenRange: null, breakEvenMark: '' as const, isMoot: false }),
      ...verdictOf({ gains, costs, gain, cost, ...size, design: run.design }),
      flags: flagsOf(costs),
    },
  ];
}

/** An ablated state knows what its object cost to build, a phase what it cost itself. */
function buildOf(
  { design }: RunFile,
  before: StateRecord,
  after: StateRecord,
): Pick<LedgerRow, 'build' | 'refreshes' | 'locks'> {
  const isAblation = design === 'ablation';
  const { ddl, buildMs: ms, walBytes, locks } = isAblation ? before : after;
  const isOld = ({ view }: RefreshRecord) => before.refreshes.some((one) => one.view === view);
  return {
    build: isAblation && ddl.length === 0 ? null : { ms, walBytes },
    refreshes: after.refreshes.filter((one) => !isOld(one)),
    locks: isAblation ? [] : locks,
  };
}

function sides(
  run: RunFile,
  comparisons: readonly Comparison[],
  wanted: Pick<Comparison, 'scenario' | 'variant' | 'before' | 'after'>,
): Sides | null {
  const { scenario, variant, before, after } = wanted;
  const comparison = comparisons.find(
    (c) => c.scenario === scenario && c.variant === variant && c.before === before && c.after === after,
  );
  const [a, b] = [armIn(run, wanted, before), armIn(run, wanted, after)];
  return comparison && a && b ? { comparison, before: a, after: b, doubt: doubtOf(run, comparison) } : null;
}

function writeFacts(found: Sides | null): Omit<Cost, keyof Figure | keyof Mix['writes'][number]> {
  const pair = (value: (arm: Arm) => number | null): Pair =>
    found ? [value(found.before), value(found.after)] : [null, null];
  const counted = (name: string) => pair((arm) => countedOf(arm, metricNamed(name))?.value ?? null);
  const isProjected = (arm: Arm | undefined) => arm !== undefined && armFigures(arm).projected;
  return {
    rates: pair((arm) => armFigures(arm).perSecond),
    projected: [isProjected(found?.before), isProjected(found?.after)],
    walBytes: counted('wal-bytes'),
    hotShare: counted('hot-share'),
    hasSamePlan: found !== null && sameMainPlan(found.before, found.after) === true,
  };
}

/** Of tables, indexes and views: the catalog of a copy grows by itself. */
function sizeOf(before: StateRecord, after: StateRecord): { bytes: number; indexBytes: number } {
  const sizes = ({ relations }: StateRecord, kinds: readonly string[]) =>
    relations.filter(({ kind }) => kinds.includes(kind)).reduce((total, { bytes }) => total + bytes, 0);
  const grown = (...kinds: string[]) => sizes(after, kinds) - sizes(before, kinds);
  return { bytes: grown('table', 'index', 'view'), indexBytes: grown('index') };
}

type Weighed = Pick<LedgerRow, 'gains' | 'costs' | 'gain' | 'cost' | 'bytes'> & Pick<RunFile, 'design'>;

function verdictOf(weighed: Weighed): Pick<LedgerRow, 'verdict' | 'why'> {
  const { gain, cost } = weighed;
  const open = openReason(weighed);
  if (open !== null) return { verdict: 'UNRESOLVED', why: open };
  if (isUseless(weighed))
    return {
      verdict: 'NOT WORTH IT',
      why: 'no read and no write of the mix is answered in another way, and it costs space or WAL; what the mix does not declare is not weighed',
    };
  const decided = decidedByNet(gain, cost) ?? decidedByGain(gain, cost);
  return decided ?? { verdict: 'UNRESOLVED', why: netText(gain, cost) ?? FEW_BLOCKS };
}

const FEW_BLOCKS = 'too few blocks for an interval of gain or cost';

/** A projection decides in its own direction only. */
function decidedByNet(gain: Span, cost: Span): Pick<LedgerRow, 'verdict' | 'why'> | null {
  const net = netOf(gain, cost);
  if (net === null) return null;
  const mark = joined([gain.mark, turned(cost.mark)]);
  const why = rangeText(net);
  if (net[0] > 0 && (mark === '' || mark === '≥')) return { verdict: 'KEEP', why };
  if (net[1] < 0 && (mark === '' || mark === '≤')) return { verdict: 'NOT WORTH IT', why };
  return null;
}

/** A gain or loss of so many times what any block of the writes cost or saved needs no interval of the cost, nor its whole. */
const TENFOLD = 10;

function decidedByGain(gain: Span, cost: Span): Pick<LedgerRow, 'verdict' | 'why'> | null {
  if (!gain.range || !cost.seen || gain.mark !== '') return null;
  const most = TENFOLD * Math.max(...cost.seen.map(Math.abs));
  const [least, greatest] = gain.range;
  const why = (what: string, ms: number, word: string) =>
    `a ${what} of ${formatMs(ms)} at least for each unit written and its reads, more than ${TENFOLD} times what any block of the writes ${word}`;
  if (least > most) return { verdict: 'KEEP', why: why('gain', least, 'cost') };
  if (-greatest > most) return { verdict: 'NOT WORTH IT', why: why('loss', -greatest, 'saved') };
  return null;
}

function netText(gain: Span, cost: Span): string | null {
  const net = netOf(gain, cost);
  if (net === null) return null;
  const mark = joined([gain.mark, turned(cost.mark)]);
  const bound = net[0] > 0 || net[1] < 0 ? `, ${BOUNDS[mark]}: times are projected` : '';
  return `${rangeText(net)}${bound}`;
}

function netOf({ range: gain }: Span, { range: cost }: Span): readonly [number, number] | null {
  return gain && cost && [gain[0] - cost[1], gain[1] - cost[0]];
}

function rangeText([low, high]: readonly [number, number]): string {
  return `a net gain of ${signed(low)} to ${signed(high)} for each unit written and its reads`;
}

const BOUNDS = { '': 'about', '≈': 'about', '≤': 'at most', '≥': 'at least' } as const;

/** What leaves a row open before anything is weighed: a part without a figure, or one that nothing may rest on. */
function openReason({ gains, costs }: Weighed): string | null {
  const parts = [...gains, ...costs];
  const missing = parts.find(({ basis }) => basis === 'not measured');
  if (missing) {
    const reason = missing.doubt === null ? '' : ` (${missing.doubt})`;
    return `${missing.scenario} ${missing.variant} of the mix has no figure here${reason}`;
  }
  const [first, ...others] = parts.filter(({ doubt }) => doubt !== null);
  if (!first) return null;
  const more = others.length === 0 ? '' : `; nor ${formatAmount(others.length, 'other')} of the mix`;
  return `${first.scenario} ${first.variant} decides nothing (${first.doubt})${more}`;
}

/**
 * Every read does the same work as before, every write too and none is shown to be quicker, and something takes more space or
 * WAL. An object that no plan uses makes no write quicker, whatever six blocks of many objects say.
 */
function isUseless({ gains, costs, cost, bytes, design }: Weighed): boolean {
  const writesMore = costs.some(
    ({ walBytes: [was, is] }) => was !== null && is !== null && is > was * (1 + WAL_NOISE),
  );
  return (
    gains.every(({ basis }) => basis === 'same plan and blocks') &&
    costs.every(({ hasSamePlan }) => hasSamePlan) &&
    (design === 'ablation' || cost.range === null || cost.range[1] >= 0) &&
    (bytes > 0 || writesMore)
  );
}

/** WAL in bytes is never the same twice: page images come and go with the layout of a copy. */
const WAL_NOISE = 0.02;

function signed(ms: number): string {
  return ms < 0 ? `−${formatMs(-ms)}` : formatMs(ms);
}

/** A fall of more than this is told whatever the mix says. */
const HOT_FALL = 0.1;

function flagsOf(costs: readonly Cost[]): string[] {
  return costs.flatMap(({ scenario, variant, hotShare: [was, is] }) =>
    was !== null && is !== null && was - is > HOT_FALL
      ? [`HOT updates of ${scenario} ${variant} fall from ${formatPercent(was)} to ${formatPercent(is)}`]
      : [],
  );
}
