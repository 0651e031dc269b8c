import type { Trial } from '../bench/core/selftest.ts';
import { formatPercent } from '../bench/core/units.ts';

/** Upper ends of the classes of scatter: deviations of ln(after ÷ before) between the blocks of a comparison. */
const CLASSES = [0.02, 0.05, 0.1, 0.2, Number.POSITIVE_INFINITY] as const;
const FACTORS = [1.1, 1.2, 1.5] as const;

interface Replay {
  /** `scenario variant`. */
  readonly name: string;
  readonly factor: number;
  readonly spread: number;
  readonly found: boolean;
}

/** Replays that counted. A line tells which were missed; of those that were found the shortest did not count. */
function replaysOf({ judged, replays }: Trial): Replay[] {
  const longest = judged.toSorted((a, b) => (b.beforeMs ?? 0) - (a.beforeMs ?? 0));
  return replays.flatMap(({ factor, missed, found }) => [
    ...longest.filter(({ name }) => missed.includes(name)).map((one) => replayOf(one, factor, false)),
    ...longest
      .filter((one) => one.found.includes(factor))
      .slice(0, found)
      .map((one) => replayOf(one, factor, true)),
  ]);
}

function replayOf({ name, spread }: Trial['judged'][number], factor: number, found: boolean): Replay {
  return { name, factor, spread, found };
}

/** How much of the replayed slowdowns was found, by how much the blocks of the comparison scattered, and in which reads. */
export function spreadsText(trials: readonly Trial[]): string {
  const all = trials.flatMap(replaysOf);
  const rows = CLASSES.map((most, place) => {
    const least = CLASSES[place - 1] ?? 0;
    const own = all.filter(({ spread }) => spread >= least && spread < most);
    const range = Number.isFinite(most)
      ? `${formatPercent(least)} to ${formatPercent(most)}`
      : `${formatPercent(least)} and more`;
    return [range, ...FACTORS.map((factor) => foundText(own.filter((one) => one.factor === factor)))];
  });
  const titles = FACTORS.map((factor) => `+${formatPercent(factor - 1)} found`);
  return `## Replayed slowdowns by the scatter of the blocks

| scatter | ${titles.join(' | ')} |
|---|${FACTORS.map(() => '---|').join('')}
${rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}

Which reads take long enough to count:

${FACTORS.map((factor) => `- +${formatPercent(factor - 1)}: ${namesText(all.filter((one) => one.factor === factor))}`).join('\n')}`;
}

function foundText(replays: readonly Replay[]): string {
  if (replays.length === 0) return '—';
  return `${replays.filter(({ found }) => found).length} of ${replays.length}`;
}

function namesText(replays: readonly Replay[]): string {
  const names = [...new Set(replays.map(({ name }) => name))];
  const times = (name: string) => replays.filter((one) => one.name === name).length;
  return names
    .toSorted((a, b) => times(b) - times(a))
    .map((name) => `\`${name}\` (${times(name)})`)
    .join(', ');
}
