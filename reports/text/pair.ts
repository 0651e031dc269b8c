import { formatAmount } from '../../bench/core/units.ts';
import type { NamedPair, PairView } from '../../bench/core/view-pairs.ts';

/** `lead-list page=1`, and which states where there are several pairs of them. */
export function pairName({ scenario, variant, pair }: NamedPair): string {
  const states = variant.pairs.length > 1 ? `, ${pair.title}` : '';
  return `${scenario.name} ${variant.label}${states}`;
}

/** `regressed: the interval is slower +8 % to slower +14 %`. */
export function verdictLine({ outcome, why }: PairView): string {
  return why.startsWith(`${outcome}:`) ? why : `${outcome}: ${why}`;
}

/** All that is known of a pair, a line for each thing: verdict, times, change, what would have been found, control, plans. */
export function pairLines(pair: PairView): string[] {
  const { before, after, change } = pair;
  const times = before === after ? [] : [before, after];
  return [
    verdictLine(pair),
    times.map(({ state, longText }) => `${state} ${longText}`).join(', '),
    change?.ratioText ? changeLine(change) : '',
    change?.detectableText ? `smallest slowdown that would have been found: ${change.detectableText}` : '',
    change?.controlText ? `control: ${change.controlText}` : '',
    change?.planText ? `plans: ${change.planText}` : '',
  ].filter((line) => line !== '');
}

function changeLine({
  text,
  ratioText,
  intervalText,
  interval95Text,
  comparison,
}: NonNullable<PairView['change']>): string {
  const interval = intervalText ? ` ${intervalText}` : '';
  const plain = interval95Text ? `, 95 % interval ${interval95Text}` : '';
  return `${text}: ratio ${ratioText}${interval}${plain}, ${formatAmount(comparison.blocks, 'block')}`;
}
