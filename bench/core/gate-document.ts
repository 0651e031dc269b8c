import type { GateResult } from './gate.ts';
import { type GateCase, gateCases } from './gate-cases.ts';
import type { RunFile } from './run-file.ts';
import { formatCount } from './units.ts';

/** All that a report of a gate shows that judged runs which have none in common. */
export interface GateDocument {
  readonly title: string;
  readonly scale: string;
  /** Of the last run, ISO 8601. */
  readonly startedAt: string;
  /** The verdict in one line. */
  readonly headline: string;
  readonly gate: GateResult;
  readonly cases: readonly GateCase[];
  /** Nobody knows which files two runs differ by. */
  readonly changed: readonly string[];
}

/** What a gate of runs says, to be rendered; `runs` has one at least. */
export function gateDocument(gate: GateResult, runs: readonly RunFile[], headline: string): GateDocument {
  const run = runs.at(-1);
  if (!run) throw new Error('a gate judges a run');
  const { suite, load, startedAt } = run;
  const scale = `${formatCount(load.contacts)} ${suite.contactsTitle}`;
  return { title: suite.title, scale, startedAt, headline, gate, cases: gateCases(gate), changed: [] };
}
