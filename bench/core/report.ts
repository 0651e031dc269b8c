import type { View } from './view.ts';

/** How to lay out a view; every field has a default that fits a file. */
export interface RenderOptions {
  /** Terminal colours; off unless asked for. */
  readonly colour?: boolean;
  /** Where the run file lies, for reports that name it. */
  readonly path?: string;
}

/** One way to show a run. A file in `reports/` exports one as its default; the file's name is the format's. */
export interface Report {
  readonly title: string;
  /** With the dot: `.html`. */
  readonly extension: string;
  /** The whole document. Pure: the same view always gives the same text. */
  render(view: View, options?: RenderOptions): string;
}

/** Types a report definition. */
export function defineReport(report: Report): Report {
  return report;
}

const WARN_BYTES = 5e6;
const REFUSE_BYTES = 20e6;

/** What to do with a report of this size: browsers stall over large files, and mail and CI drop them. */
export function sizeVerdict(bytes: number): 'ok' | 'warn' | 'refuse' {
  if (bytes > REFUSE_BYTES) return 'refuse';
  return bytes > WARN_BYTES ? 'warn' : 'ok';
}
