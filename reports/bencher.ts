import { defineReport } from '../bench/core/report.ts';
import { type SeriesView, seriesViews } from '../bench/core/view-series.ts';

/**
 * Bencher Metric Format (https://bencher.dev/docs/reference/bencher-metric-format/), for `--adapter json`: by benchmark,
 * the built-in measure `latency` in nanoseconds. Bounds are optional, and left out where there is no interval.
 */
export default defineReport({
  title: 'Bencher Metric Format: times of the last state',
  extension: '.json',
  render(view) {
    const benchmarks = seriesViews(view).map((series) => [series.name, { latency: latency(series) }]);
    return `${JSON.stringify(Object.fromEntries(benchmarks), null, 2)}\n`;
  },
});

function latency({ ms, cell }: SeriesView) {
  const interval = cell.interval95Ms;
  const bounds = interval
    ? { lower_value: nanoseconds(interval[0]), upper_value: nanoseconds(interval[1]) }
    : {};
  return { value: nanoseconds(ms), ...bounds };
}

function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}
