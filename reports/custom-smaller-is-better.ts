import { defineReport } from '../bench/core/report.ts';
import type { View } from '../bench/core/view.ts';
import { samplesText } from '../bench/core/view-cells.ts';
import { type SeriesView, seriesViews } from '../bench/core/view-series.ts';
import { verdictLine } from './text/pair.ts';

/** The tool `customSmallerIsBetter` of github-action-benchmark: a list of `{name, unit, value, range?, extra?}`. */
export default defineReport({
  title: 'JSON for github-action-benchmark (customSmallerIsBetter): times of the last state',
  extension: '.json',
  render: (view) =>
    `${JSON.stringify(
      seriesViews(view).map((series) => entry(view, series)),
      null,
      2,
    )}\n`,
});

/** Milliseconds, to the nanosecond. */
function entry(view: View, { name, ms, cell, variant }: SeriesView) {
  const interval = cell.interval95Ms;
  return {
    name,
    unit: 'ms',
    value: rounded(ms),
    ...(interval ? { range: `${rounded(interval[0])} to ${rounded(interval[1])}` } : {}),
    extra: [
      `${cell.longText} in ${cell.state}, ${samplesText(cell)}`,
      ...variant.pairs.map((pair) => `${pair.title} ${verdictLine(pair)}`),
      `${view.scale}, PostgreSQL ${view.source.server.version} (${view.source.server.kind}), run ${view.run}`,
    ].join('\n'),
  };
}

function rounded(ms: number): number {
  return Number(ms.toFixed(6));
}
