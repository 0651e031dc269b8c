import { defineReport } from '../bench/core/report.ts';
import { runJson } from '../bench/core/run-json.ts';

export default defineReport({
  title: 'JSON with stable keys, for scripts',
  extension: '.json',
  render: (view, options = {}) => `${JSON.stringify(runJson(view, options.path ?? null), null, 2)}\n`,
});
