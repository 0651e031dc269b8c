import { defineReport } from '../bench/core/report.ts';
import type { View } from '../bench/core/view.ts';
import type { CellView } from '../bench/core/view-cells.ts';
import type { VariantView } from '../bench/core/view-scenarios.ts';
import { answersDiffer } from '../bench/core/view-series.ts';
import { oneLine } from './text/clean.ts';

/**
 * Go's benchmark format (https://go.dev/design/14313-benchmark-format) with unit lines (https://go.dev/issue/43744): the
 * block values of every arm, by state. Only what two runs must share to be compared is configuration; the run's name is
 * a line that readers skip.
 */
export default defineReport({
  title: 'Go benchmark format, for benchstat: every block of every state',
  extension: '.txt',
  render(view) {
    const all = benchmarks(view);
    const some = view.decidedEarly ? [] : all.filter(({ variant }) => !answersDiffer(variant));
    const lines = [
      `# ${oneLine(`${view.title} at ${view.scale}, run ${view.run}, ${view.status}`)}`,
      ...all
        .filter(({ variant }) => answersDiffer(variant))
        .map(({ name }) => `# ${name} is left out: answers differ`),
      ...(view.decidedEarly ? ['# no times: the first block of the gate decided it'] : []),
      ...configuration(view),
      ...UNITS.map((unit) => `Unit ${unit} better=lower`),
      ...view.states.flatMap(({ name }) => stateLines(name, some)),
    ];
    return `${lines.join('\n')}\n`;
  },
});

interface Benchmark {
  readonly name: string;
  readonly variant: VariantView;
}

/** A projection is a bound: under a unit of its own nothing compares it with a measurement. */
const UNITS = ['ns/op', 'projected-ns/op'] as const;

function configuration({ title, source }: View): string[] {
  return [
    ['suite', title],
    ['contacts', String(source.fixtures.contacts)],
    ['fixtures', source.fixtures.digest],
    ['server', source.server.kind],
    ['server-version', source.server.version],
    ['platform', source.machine.platform],
    ['cpu', source.machine.cpu],
  ].map(([key, value]) => `${key}: ${oneLine(value ?? '')}`);
}

function stateLines(state: string, all: readonly Benchmark[]): string[] {
  const lines = all.flatMap(({ name, variant }) => {
    const cell = variant.cells.find((one) => one.state === state);
    return cell ? blockLines(name, cell) : [];
  });
  return lines.length === 0 ? [] : ['', `state: ${oneLine(state)}`, ...lines];
}

function blockLines(name: string, { samples, projected }: CellView): string[] {
  const unit = projected ? UNITS[1] : UNITS[0];
  return samples.map(({ ms }) => `${name} 1 ${Math.round(ms * 1e6)} ${unit}`);
}

/** Every variant under a name of its own: a second one that would be called the same gets `#01`, as in Go. */
function benchmarks({ scenarios }: View): Benchmark[] {
  const all = scenarios.flatMap(({ name, variants }) =>
    variants.map((variant) => ({ name: benchmarkName(name, variant.label), variant })),
  );
  return all.map(({ name, variant }, i) => {
    const earlier = all.slice(0, i).filter((one) => one.name === name).length;
    return { name: earlier === 0 ? name : `${name}#${String(earlier).padStart(2, '0')}`, variant };
  });
}

/** `lead-list`, `page=1` is `BenchmarkLeadList/page=1`. A `-8` at the end would be read as a number of processors. */
function benchmarkName(scenario: string, label: string): string {
  const words = oneLine(scenario).split(/[^\p{L}\p{N}]+/u);
  const camel = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const part = oneLine(label).replace(/[\s\p{Z}/#]+/gu, '_');
  return `Benchmark${camel}${part === '' ? '' : `/${part}`}`.replace(/-(\d+)$/, '_$1');
}
