import type { InjectedRate, Rates } from '../core/selftest.ts';
import { formatAmount, formatCount, formatPercent } from '../core/units.ts';
import { asText } from './text.ts';

/** The rates, each with its bound. */
export function selftestText({ aa, comparisons, injected, spread }: Rates, journal: string): string {
  const lines = [
    `nothing changed: ${formatCount(aa.falseFailures)} of ${formatAmount(aa.gates, 'gate')} failed, at most ${formatPercent(aa.upper95)} (95 %)`,
    `                 ${formatCount(comparisons.flagged)} of ${formatAmount(comparisons.n, 'comparison')} by the clock, at most ${formatPercent(comparisons.upper95)}; ${formatCount(comparisons.open)} left open`,
    ...leftOpenLines(comparisons),
    `                 blocks scattered by ${formatPercent(spread[0])} to ${formatPercent(spread[1])} (median of each gate)`,
    ...injected.filter(({ trials }) => trials > 0).map(injectedLine),
    `trials: ${journal}`,
    '',
  ];
  return asText(lines.join('\n'));
}

/** Most names that are told of what stayed open. */
const NAMES = 5;

function leftOpenLines({ leftOpen }: Rates['comparisons']): string[] {
  if (leftOpen.length === 0) return [];
  const names = leftOpen.slice(0, NAMES).map(({ name, gates }) => `${name} (${formatAmount(gates, 'gate')})`);
  return [`                 most often open: ${names.join(', ')}`];
}

function injectedLine({ kind, size, trials, found, lower95 }: InjectedRate): string {
  const what = size === null ? kind : `+${formatPercent(size)}, ${kind}`;
  return `${what}: ${formatCount(found)} of ${formatCount(trials)} found, at least ${formatPercent(lower95)} (95 %)`;
}
