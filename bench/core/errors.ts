import { CATALOGUE, EXIT, type ExitCode } from './catalogue.ts';

export { EXIT, type ExitCode };

export type Facts = Readonly<Record<string, string | number | readonly string[]>>;

export type ErrorName = keyof typeof CATALOGUE;

/** Expected trouble: says what happened and what to do, carries the exit code, prints no stack. */
export class BenchError extends Error {
  override readonly name: ErrorName;
  readonly facts: Facts;
  readonly fix: string;
  readonly exitCode: ExitCode;

  constructor(name: ErrorName, facts: Facts = {}, options?: ErrorOptions) {
    const entry = CATALOGUE[name];
    super(fill(entry.message, facts), options);
    this.name = name;
    this.facts = facts;
    this.fix = fill(entry.fix, facts);
    this.exitCode = entry.exit;
  }

  /** The error as `--json` prints it. */
  toJSON(): { error: { name: string; message: string; fix: string; facts: Facts } } {
    return { error: { name: this.name, message: this.message, fix: this.fix, facts: this.facts } };
  }
}

function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)\}/g, (_, key: string) => String(facts[key] ?? `{${key}}`));
}

/** An unknown name, with the near ones. */
export function unknownName(kind: string, name: string, known: readonly string[]): BenchError {
  return new BenchError('BENCH-UNKNOWN-NAME', { kind, name, suggestion: nearNames(name, known) });
}

/** What an unknown name may have been meant to be: `did you mean lead-list?`, or all that there are. */
export function nearNames(name: string, known: readonly string[]): string {
  const near = known.filter((candidate) => distance(candidate, name) <= Math.max(2, name.length / 3));
  const choice = (near.length > 0 ? near : known).join(', ');
  return near.length > 0 ? `did you mean ${choice}?` : `known: ${choice}`;
}

/** Levenshtein distance: edits between two words. */
export function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
