import { isAsExpected, type Trial } from '../bench/core/selftest.ts';
import { median } from '../bench/core/statistics.ts';
import { formatCount } from '../bench/core/units.ts';

/** The trials of one kind that the same modules measured and judged. */
export function seriesOf(trials: readonly Trial[]): readonly (readonly Trial[])[] {
  const series = new Map<string, Trial[]>();
  for (const trial of trials) {
    const name = JSON.stringify([trial.kind, trial.key]);
    series.set(name, [...(series.get(name) ?? []), trial]);
  }
  return [...series.values()];
}

/** A row for each series: how many, when, how long a gate took, and what was found. */
export function seriesText(trials: readonly Trial[]): string {
  const rows = seriesOf(trials).map((series) => `| ${cells(series).join(' | ')} |`);
  return `## Of which code

The key is of the suite, the server, the machine and the modules that measure and judge: trials of one key are of the same.

| trials | numbers | days | time of a gate, median | as it should be | +10 % found | +20 % found | key |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}`;
}

function cells(series: readonly Trial[]): string[] {
  const [kind, key] = [series[0]?.kind ?? '', series[0]?.key ?? ''];
  const numbers = series.map(({ number }) => number);
  const days = series.map(({ at }) => at.slice(0, 10)).sort();
  return [
    kind === 'aa' ? 'nothing changed' : kind,
    between(Math.min(...numbers), Math.max(...numbers)),
    between(days[0], days.at(-1)),
    `${Math.round(median(series.map(({ seconds }) => seconds)))} s`,
    `${formatCount(series.filter(isAsExpected).length)} of ${formatCount(series.length)}`,
    found(series, 1.1),
    found(series, 1.2),
    `\`${key}\``,
  ];
}

function between<T>(first: T, last: T): string {
  return first === last ? `${first}` : `${first} to ${last}`;
}

function found(series: readonly Trial[], factor: number): string {
  const replays = series.flatMap((trial) => trial.replays).filter((replay) => replay.factor === factor);
  const sum = (what: 'found' | 'trials') => replays.reduce((total, replay) => total + replay[what], 0);
  return sum('trials') === 0 ? '—' : `${sum('found')} of ${sum('trials')}`;
}
