import type { View } from '../../bench/core/view.ts';
import type { Outcome } from '../../bench/core/view-pairs.ts';
import { cut } from '../html/markup.ts';
import { oneLine } from './clean.ts';
import { gateLines } from './gate.ts';

/** GitHub shows so many annotations of each level for a step. */
const SHOWN = 10;
/** GitHub's runner cuts messages at 4,096 characters. */
const LETTERS = 1000;
const TITLE_LETTERS = 200;

export interface Annotation {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What an outcome that is an error is called. */
export const TITLES = {
  'answers differ': 'Answers differ',
  failed: 'Failed',
  regressed: 'Regressed',
} satisfies Partial<Record<Outcome, string>>;

type Level = 'error' | 'warning' | 'notice';

/** Workflow commands as GitHub's runner reads them (src/Runner.Common/ActionCommand.cs), a line each. */
export function workflowCommands(annotations: Readonly<Record<Level, readonly Annotation[]>>): string {
  const lines = (['error', 'warning', 'notice'] as const).flatMap((level) =>
    commands(level, annotations[level]),
  );
  return lines.map((line) => `${line}\n`).join('');
}

/** The gate that fails the job, or does not; what changed stands first, since GitHub cuts long messages. */
export function gateAnnotations(view: Pick<View, 'gate' | 'changed'>, isError: boolean): Annotation[] {
  if (!view.gate || (view.gate.exitCode !== 0) !== isError) return [];
  const isChange = (line: string) => line.startsWith('changed: ');
  const lines = gateLines(view).toSorted((a, b) => Number(isChange(b)) - Number(isChange(a)));
  return [
    { title: `Gate ${view.gate.verdict}`, lines: lines.length > 0 ? lines : ['no failure, no warning'] },
  ];
}

/** At most as many as GitHub shows; the last one stands for those that do not fit. */
function commands(level: Level, all: readonly Annotation[]): string[] {
  if (all.length <= SHOWN) return all.map((one) => command(level, one));
  const rest = all.slice(SHOWN - 1);
  const sum = {
    title: `${rest.length} more ${level}s`,
    lines: rest.map(({ title, lines }) => `${title}: ${lines[0]}`),
  };
  return [...all.slice(0, SHOWN - 1), sum].map((one) => command(level, one));
}

function command(level: Level, { title, lines }: Annotation): string {
  const message = cut(lines.map(oneLine).join('\n'), LETTERS);
  return `::${level} title=${property(cut(oneLine(title), TITLE_LETTERS))}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
