import { z } from 'zod';
import { armFigures, armGroups } from './arm.ts';
import { BenchError } from './errors.ts';
import { environmentOf } from './fingerprint.ts';
import { countedOf, METRICS } from './metrics.ts';
import type { Arm, RunFile } from './run-file.ts';

/** Version of the lines' shape; a reader refuses others. */
export const HISTORY_VERSION = 1;

/** How every line begins: what a last line is told by when it was cut. */
const HEAD = `{"schemaVersion":${HISTORY_VERSION},`;

/** What a history keeps of a scenario's variant in one run. */
export const HistoryLine = z.object({
  schemaVersion: z.literal(HISTORY_VERSION),
  /** When the run began. */
  time: z.string(),
  run: z.string(),
  /** What was measured, where somebody said so. */
  commit: z.string().nullable(),
  environment: z.object({ key: z.string(), title: z.string() }),
  scenario: z.string(),
  variant: z.string(),
  /** The last state that the run measured it in. */
  state: z.string(),
  role: z.string(),
  /** Median of the blocks; null for an arm without figures. */
  ms: z.number().nonnegative().nullable(),
  /** True when a budget ended the arm, so that `ms` is a lower bound. */
  projected: z.boolean(),
  blocks: z.number().int().nonnegative(),
  /** Figures by metric that were the same in every repetition. */
  counters: z.record(z.string(), z.number()),
  digest: z.string().nullable(),
  /** How many lines the run has in all: fewer of them are a run that was cut. */
  lines: z.number().int().positive(),
});

export type HistoryLine = z.infer<typeof HistoryLine>;

/** The lines of a run, in its own order of scenarios and variants. Errors: BENCH-RUN-UNFINISHED, BENCH-GATE-EARLY. */
export function historyLines(run: RunFile, commit: string | null): HistoryLine[] {
  if (run.status !== 'complete')
    throw new BenchError('BENCH-RUN-UNFINISHED', { run: run.id, status: run.status });
  if (run.gate?.decidedEarly) throw new BenchError('BENCH-GATE-EARLY', { run: run.id });
  const arms = armGroups(run).flatMap(({ arms: of }) => of.at(-1) ?? []);
  const { key, title } = environmentOf(run);
  return arms.map((arm) => ({
    ...{ schemaVersion: HISTORY_VERSION, time: run.startedAt, run: run.id, commit },
    environment: { key, title },
    ...figuresOf(arm),
    lines: arms.length,
  }));
}

function figuresOf(arm: Arm) {
  const { scenario, variant, state, role, answer } = arm;
  const { ms, projected, blocks } = armFigures(arm);
  const counters = METRICS.flatMap((metric) => {
    const counted = countedOf(arm, metric);
    return counted?.isExact ? [[metric.name, counted.value] as const] : [];
  });
  return {
    ...{ scenario, variant, state, role, ms, projected, blocks },
    ...{ counters: Object.fromEntries(counters), digest: answer?.digest ?? null },
  };
}

/** Lines as they stand in the file, each ended by a line break. */
export function historyText(lines: readonly HistoryLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Of `lines`, those that are not in `there`, each once. */
export function newLines(there: readonly HistoryLine[], lines: readonly HistoryLine[]): HistoryLine[] {
  const known = new Set(there.map(keyOf));
  return lines.filter((line) => !known.has(keyOf(line)) && known.add(keyOf(line)));
}

function keyOf({ run, scenario, variant, state, role }: HistoryLine): string {
  return JSON.stringify([run, scenario, variant, state, role]);
}

/**
 * Reads a history's text; lines that two processes added at once count once. `path` is for errors only.
 * Errors: BENCH-HISTORY-INVALID for a line that is none, BENCH-HISTORY-TORN where a crash cut the last line.
 */
export function parseHistory(text: string, path: string): HistoryLine[] {
  const rows = text.split('\n');
  const lines = rows.flatMap((row, i) => {
    if (row.trim() === '') return [];
    const parsed = HistoryLine.safeParse(json(row));
    if (parsed.success) return [parsed.data];
    if (i === rows.length - 1 && isCut(row)) throw torn(path, i + 1);
    const [issue] = parsed.error.issues;
    const shape = `${issue?.path.join('.') || 'the whole'}: ${issue?.message ?? 'wrong shape'}`;
    const problem = `line ${i + 1}: ${json(row) === null ? 'no JSON' : shape}`;
    throw new BenchError('BENCH-HISTORY-INVALID', { path, problem });
  });
  return newLines([], lines);
}

/** Runs of which lines are missing: whoever wrote them was stopped between two lines. */
export function shortRuns(lines: readonly HistoryLine[]): string[] {
  const missing = new Map<string, number>();
  for (const { run, lines: all } of lines) missing.set(run, (missing.get(run) ?? all) - 1);
  return [...missing].flatMap(([run, some]) => (some > 0 ? [run] : []));
}

function torn(path: string, line: number): BenchError {
  return new BenchError('BENCH-HISTORY-TORN', { path, line });
}

/** The beginning of a line of ours without its end, which a line break would have followed. */
function isCut(row: string): boolean {
  return row.startsWith(HEAD) || HEAD.startsWith(row);
}

function json(row: string): unknown {
  try {
    return JSON.parse(row);
  } catch {
    return null;
  }
}
