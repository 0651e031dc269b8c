import githubAnnotations from '../../reports/gate/github-annotations.ts';
import githubSummary from '../../reports/gate/github-summary.ts';
import junit from '../../reports/gate/junit.ts';
import type { GateResult } from '../core/gate.ts';
import { type GateDocument, gateDocument } from '../core/gate-document.ts';
import type { RunFile } from '../core/run-file.ts';
import { buildView } from '../core/view.ts';
import { gateHeadline } from './gate-text.ts';
import { reportNamed } from './report.ts';

const RENDERERS = {
  junit,
  'github-annotations': githubAnnotations,
  'github-summary': githubSummary,
} satisfies Record<string, (document: GateDocument) => string>;

/** What CI servers read of a gate, beside its text. */
export type GateFormat = keyof typeof RENDERERS;
export const GATE_FORMATS = Object.keys(RENDERERS) as GateFormat[];

/**
 * A gate for a CI server: the report of the run that measured both sides for it, else what it says of each arm and
 * threshold. A run that an earlier gate measured has the report of that one, so it is as any other here.
 */
export async function gateReport(
  format: GateFormat,
  result: GateResult,
  runs: readonly RunFile[],
  isMeasured: boolean,
): Promise<string> {
  const [run] = runs;
  if (isMeasured && run) return (await reportNamed(format)).render(buildView(run));
  return RENDERERS[format](gateDocument(result, runs, gateHeadline(result)));
}
