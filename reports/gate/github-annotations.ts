import type { GateDocument } from '../../bench/core/gate-document.ts';
import { gateAnnotations, TITLES, workflowCommands } from '../text/annotations.ts';

/** An error for the gate that fails, and one for each arm that does; a notice for what it does not fail. */
export default function githubAnnotations(document: GateDocument): string {
  const failed = (['answers differ', 'failed', 'regressed'] as const).flatMap((outcome) =>
    document.cases
      .filter((one) => one.outcome === outcome)
      .map(({ scenario, name, lines }) => ({ title: `${TITLES[outcome]}: ${scenario} ${name}`, lines })),
  );
  return workflowCommands({
    error: [...gateAnnotations(document, true), ...failed],
    warning: [],
    notice: gateAnnotations(document, false),
  });
}
