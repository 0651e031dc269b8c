import { type Frequency, fallsShort, type InjectedRate, type Rates } from '../core/selftest-rates.ts';
import { formatAmount, formatCount, formatPercent } from '../core/units.ts';
import { LIMITS } from '../core/verdict.ts';
import { asText } from './text.ts';

/** The rates, each with its bound. */
export function selftestText(rates: Rates, journal: string): string {
  const tried = rates.injected.filter(({ trials }) => trials > 0);
  const lines = [...equalLines(rates), ...tried.flatMap(injectedLines), `trials: ${journal}`, ''];
  return asText(lines.join('\n'));
}

/** Of gates over equal sides; none where only faults were planted. */
function equalLines({ aa, comparisons, spread }: Rates): string[] {
  if (aa.gates === 0) return [];
  return [
    `nothing changed: ${formatCount(aa.falseFailures)} of ${formatAmount(aa.gates, 'gate')} failed, at most ${formatPercent(aa.upper95)} (95 %)${aa.inconclusive > 0 ? `; ${formatCount(aa.inconclusive)} inconclusive` : ''}`,
    `                 ${formatCount(comparisons.flagged)} of ${formatAmount(comparisons.n, 'comparison')} by the clock, at most ${formatPercent(comparisons.upper95)}; ${formatCount(comparisons.open)} left open`,
    ...(comparisons.short > 0
      ? [
          `                 ${formatCount(comparisons.short)} of them too short for a change of ${formatPercent(LIMITS.mustCatch)} to be called one`,
        ]
      : []),
    ...leftOpenLines(comparisons),
    `                 blocks scattered by ${formatPercent(spread[0])} to ${formatPercent(spread[1])} (median of each gate)`,
    '                 bounds of comparisons and replays take them as independent; those of one gate share its minutes',
  ];
}

/** Most names that are told of what stayed open or was missed. */
const NAMES = 5;

function leftOpenLines({ leftOpen }: Rates['comparisons']): string[] {
  return leftOpen.length === 0 ? [] : [`                 most often open: ${namesText(leftOpen)}`];
}

function injectedLines(rate: InjectedRate): string[] {
  const { kind, foundBy, size, trials, found, lower95, wanted, leftOut, missed } = rate;
  const what = size === null ? `${kind}, by ${foundBy}` : `+${formatPercent(size)}, ${kind}`;
  const line = `${what}: ${formatCount(found)} of ${formatCount(trials)} found, at least ${formatPercent(lower95)} (95 %)${leftOut > 0 ? `; ${formatCount(leftOut)} too short to count, or bound by the client` : ''}`;
  const short = fallsShort(rate)
    ? [`                 less than the ${formatPercent(wanted ?? 0)} that it is to find`]
    : [];
  return missed.length === 0
    ? [line, ...short]
    : [line, ...short, `                 most often missed: ${namesText(missed)}`];
}

function namesText(names: readonly Frequency[]): string {
  const most = names.slice(0, NAMES).map(({ name, gates }) => `${name} (${formatAmount(gates, 'gate')})`);
  return most.join(', ');
}
