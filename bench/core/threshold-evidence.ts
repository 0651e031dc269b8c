import type { GateEvidence } from './gate.ts';
import type { RunFile } from './run-file.ts';
import { judgeThresholds, THRESHOLD_PREFIX, thresholdFindings } from './threshold-gate.ts';
import { parseThresholds, splitLines, type Threshold } from './thresholds.ts';

/** Holds a run against thresholds. */
export function evidenceOfThresholds(run: RunFile, thresholds: readonly Threshold[]): GateEvidence {
  const judged = judgeThresholds(run, thresholds);
  return { ...thresholdFindings(run, judged), comparisons: null, thresholds: judged };
}

/** Holds a gate's head against the lines of a thresholds file. One for a scenario that was not measured is named, and leaves nothing open. */
export function evidenceOfLines(gated: RunFile, text: string): GateEvidence {
  const run = withHeadOnly(gated);
  const { own, others } = splitLines(
    text,
    run.scenarios.map(({ name }) => name),
  );
  const thresholds = own === '' ? [] : parseThresholds(own, 'thresholds', run.scenarios);
  const { unjudged, ...evidence } = evidenceOfThresholds(run, thresholds);
  const unasked = others.map((line) => ({
    name: `${THRESHOLD_PREFIX}${line.split(/\s/)[0]}`,
    why: `its scenario was not measured: ${line}`,
    isOpen: false,
  }));
  return { ...evidence, unjudged: [...unjudged, ...unasked] };
}

/** The run as if it had set out to measure what only the head has: bounds of it are known, and not measured. */
function withHeadOnly(run: RunFile): RunFile {
  const added = (run.gate?.unpaired?.head ?? []).map((name) => name.split('/'));
  const variantsOf = (scenario: string) =>
    added.flatMap(([own, ...rest]) =>
      own === scenario ? [{ name: rest.join('/'), main: false, blocks: null }] : [],
    );
  const isKnown = (name: string) => run.scenarios.some((scenario) => scenario.name === name);
  const others = [...new Set(added.flatMap(([own = '']) => (isKnown(own) ? [] : [own])))];
  return {
    ...run,
    scenarios: [
      ...run.scenarios.map((one) => ({ ...one, variants: [...one.variants, ...variantsOf(one.name)] })),
      ...others.map((name) => ({ ...NO_SCENARIO, name, title: name, variants: variantsOf(name) })),
    ],
  };
}

/** What is known of a scenario that was not measured. */
const NO_SCENARIO = { help: '', claim: null, unit: '', writes: false, states: null };
