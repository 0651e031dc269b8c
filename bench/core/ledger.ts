import { armFigures, statesOf } from './arm.ts';
import { type Comparison, comparedPairs } from './comparison.ts';
import { countedOf, metricNamed } from './metrics.ts';
import { planShape } from './plan-tree.ts';
import type { Arm, Mix, RunFile } from './run-file.ts';
import type { StateRecord } from './state-record.ts';
import { formatCount, formatMs, formatPercent } from './units.ts';

export type LedgerVerdict = 'KEEP' | 'NOT WORTH IT' | 'UNRESOLVED';

/** A figure with the range it lies in; null where nothing bounds it. */
export interface Span {
  readonly estimate: number;
  readonly range: readonly [number, number] | null;
}

/** What one read of the mix gains: milliseconds saved by one execution. */
export interface Gain extends Span {
  readonly scenario: string;
  readonly variant: string;
  readonly perWrite: number;
  readonly basis: 'interval' | 'same plan and blocks' | 'no interval' | 'not measured';
}

/** What a change does to one write of the mix, per unit of work. */
export interface Cost extends Span {
  readonly scenario: string;
  readonly variant: string;
  /** Written for each unit of the mix. */
  readonly units: number;
  readonly basis: 'interval' | 'range of the samples' | 'no interval' | 'not measured';
  /** Units per second, before and after. */
  readonly rates: readonly [number | null, number | null];
  readonly walBytes: readonly [number | null, number | null];
  readonly hotShare: readonly [number | null, number | null];
}

/** What a change buys and what it costs, for the application's declared mix of reads and writes. */
export interface LedgerRow {
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
  readonly buildMs: number;
  readonly buildWalBytes: number;
  /** Reads for each unit written at which gain and cost are even; null when it never pays. */
  readonly breakEven: number | null;
  readonly breakEvenRange: readonly [number | null, number | null] | null;
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
  const find = (scenario: string, variant: string) =>
    sides(run, comparisons, { scenario, variant, before, after });
  const gains = mix.reads.map((read) => ({ ...read, ...gainOf(find(read.scenario, read.variant)) }));
  const costs = mix.writes.map((write) => ({ ...write, ...costOf(find(write.scenario, write.variant)) }));
  const gain = sum(gains.map((one) => scaled(one, one.perWrite)));
  const cost = sum(costs.map((one) => scaled(one, one.units)));
  const reads = mix.reads.reduce((total, { perWrite }) => total + perWrite, 0);
  const size = sizeOf(was, is);
  return [
    {
      change: run.design === 'ablation' ? before.replace(/^without /, '') : after,
      ...{ before, after, gains, costs, gain, cost, ...size },
      ...{ buildMs: built(run, was, is).buildMs, buildWalBytes: built(run, was, is).walBytes },
      ...breakEven(gain, cost, reads),
      ...verdictOf(gains, costs, gain, cost, size.bytes),
      flags: flagsOf(costs),
    },
  ];
}

/** An ablated state knows what its object cost to build, a phase what it cost itself. */
function built(run: RunFile, before: StateRecord, after: StateRecord): StateRecord {
  return run.design === 'ablation' ? before : after;
}

interface Sides {
  readonly comparison: Comparison;
  readonly before: Arm;
  readonly after: Arm;
}

function sides(
  run: RunFile,
  comparisons: readonly Comparison[],
  wanted: Pick<Comparison, 'scenario' | 'variant' | 'before' | 'after'>,
): Sides | null {
  const { scenario, variant, before, after } = wanted;
  const is = (c: { scenario: string; variant: string }) => c.scenario === scenario && c.variant === variant;
  const comparison = comparisons.find((c) => is(c) && c.before === before && c.after === after);
  const arm = (state: string) => run.arms.find((one) => is(one) && one.state === state && !one.control);
  const [a, b] = [arm(before), arm(after)];
  return comparison && a && b ? { comparison, before: a, after: b } : null;
}

function gainOf(found: Sides | null): Pick<Gain, 'estimate' | 'range' | 'basis'> {
  const { beforeMs, ratio, interval } = found?.comparison ?? {};
  if (!found || !beforeMs || !ratio) return { estimate: 0, range: null, basis: 'not measured' };
  if (hasSameWork(found.before, found.after))
    return { estimate: 0, range: [0, 0], basis: 'same plan and blocks' };
  const saved = (r: number) => beforeMs * (1 - 1 / r);
  const range: Span['range'] = interval ? [saved(interval[0]), saved(interval[1])] : null;
  return { estimate: saved(ratio), range, basis: range ? 'interval' : 'no interval' };
}

/** Plans of one structure that read exactly as many blocks differ by noise alone. */
function hasSameWork(before: Arm, after: Arm): boolean {
  const shapes = [before, after].map(({ plans }) => plans.map(({ root }) => planShape(root)).join('\n'));
  if (shapes[0] === '' || shapes[0] !== shapes[1]) return false;
  return ['blocks', 'temp-blocks', 'rows'].every((name) => {
    const [a, b] = [before, after].map((arm) => countedOf(arm, metricNamed(name)));
    return a?.isExact === true && b?.isExact === true && a.value === b.value;
  });
}

function costOf(found: Sides | null): Omit<Cost, 'scenario' | 'variant' | 'units'> {
  const pair = (name: string) => {
    const metric = metricNamed(name);
    const value = (arm: Arm) => countedOf(arm, metric)?.value ?? null;
    return found ? ([value(found.before), value(found.after)] as const) : ([null, null] as const);
  };
  const facts = { walBytes: pair('wal-bytes'), hotShare: pair('hot-share') };
  if (!found) return { estimate: 0, range: null, basis: 'not measured', rates: [null, null], ...facts };
  const [a, b] = [armFigures(found.before), armFigures(found.after)];
  const rates = [a.perSecond, b.perSecond] as const;
  const { beforeMs, ratio, interval } = found.comparison;
  if (!beforeMs || !ratio || a.total === 0)
    return { estimate: 0, range: null, basis: 'not measured', rates, ...facts };
  const lost = (r: number) => (beforeMs / a.total) * (1 / r - 1);
  if (interval)
    return {
      estimate: lost(ratio),
      range: [lost(interval[1]), lost(interval[0])],
      basis: 'interval',
      rates,
      ...facts,
    };
  const pairs = [...a.byBlock].flatMap(([block, ms]) => {
    const after = b.byBlock.get(block);
    return after === undefined ? [] : [(after - ms) / a.total];
  });
  const range: Span['range'] = pairs.length > 1 ? [Math.min(...pairs), Math.max(...pairs)] : null;
  return {
    estimate: lost(ratio),
    range,
    basis: range ? 'range of the samples' : 'no interval',
    rates,
    ...facts,
  };
}

function scaled({ estimate, range }: Span, factor: number): Span {
  return { estimate: estimate * factor, range: range && [range[0] * factor, range[1] * factor] };
}

/** Ends added to ends: wider than need be, and never too narrow. */
function sum(spans: readonly Span[]): Span {
  return spans.reduce<Span>(
    (total, one) => ({
      estimate: total.estimate + one.estimate,
      range: total.range && one.range && [total.range[0] + one.range[0], total.range[1] + one.range[1]],
    }),
    { estimate: 0, range: [0, 0] },
  );
}

/** Of tables, indexes and views: the catalog of a copy grows by itself. */
function sizeOf(before: StateRecord, after: StateRecord): { bytes: number; indexBytes: number } {
  const sizes = ({ relations }: StateRecord, kinds: readonly string[]) =>
    relations.filter(({ kind }) => kinds.includes(kind)).reduce((total, { bytes }) => total + bytes, 0);
  const grown = (...kinds: string[]) => sizes(after, kinds) - sizes(before, kinds);
  return { bytes: grown('table', 'index', 'view'), indexBytes: grown('index') };
}

/** With the mix's proportions: so many reads for each unit written make gain and cost even. */
function breakEven(gain: Span, cost: Span, reads: number): Pick<LedgerRow, 'breakEven' | 'breakEvenRange'> {
  const even = (lost: number, gained: number) =>
    lost <= 0 ? 0 : gained <= 0 ? null : (lost / gained) * reads;
  return {
    breakEven: even(cost.estimate, gain.estimate),
    breakEvenRange: gain.range &&
      cost.range && [even(cost.range[0], gain.range[1]), even(cost.range[1], gain.range[0])],
  };
}

function verdictOf(
  gains: readonly Gain[],
  costs: readonly Cost[],
  gain: Span,
  cost: Span,
  bytes: number,
): Pick<LedgerRow, 'verdict' | 'why'> {
  const missing = [...gains, ...costs].filter(({ basis }) => basis === 'not measured');
  const [first] = missing;
  if (first)
    return { verdict: 'UNRESOLVED', why: `${first.scenario} ${first.variant} of the mix has no figure here` };
  const saves = cost.range !== null && cost.range[1] < 0;
  const writesMore = costs.some(
    ({ walBytes: [was, is] }) => was !== null && is !== null && is > was * (1 + WAL_NOISE),
  );
  if (!saves && gains.every(({ basis }) => basis === 'same plan and blocks') && (bytes > 0 || writesMore))
    return {
      verdict: 'NOT WORTH IT',
      why: 'no read of the mix is answered in another way, and it costs space or WAL',
    };
  if (!gain.range || !cost.range)
    return { verdict: 'UNRESOLVED', why: 'too few blocks for an interval of gain or cost' };
  const net = [gain.range[0] - cost.range[1], gain.range[1] - cost.range[0]] as const;
  const range = `a net gain of ${signed(net[0])} to ${signed(net[1])} for each unit written and its reads`;
  if (net[0] > 0) return { verdict: 'KEEP', why: range };
  return { verdict: net[1] < 0 ? 'NOT WORTH IT' : 'UNRESOLVED', why: range };
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

/** `4.2 reads per unit written`, with its range. */
export function breakEvenText({ breakEven: even, breakEvenRange }: LedgerRow): string {
  const text = (reads: number | null) => (reads === null ? 'never' : figure(reads));
  const range = breakEvenRange ? ` (${breakEvenRange.map(text).join(' to ')})` : '';
  return `${text(even)}${range}`;
}

function figure(reads: number): string {
  return reads >= 100 ? formatCount(reads) : Number(reads.toPrecision(2)).toString();
}
