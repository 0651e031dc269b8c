import { type Finding, findingLines } from '../../bench/core/finding.ts';
import type { View } from '../../bench/core/view.ts';

/** Files beyond this many are counted. */
const FILES = 20;

/** What a gate found, by the names that accept it, what was accepted and why, and which files changed; nothing without a gate. */
export function gateLines({ gate, changed }: Pick<View, 'gate' | 'changed'>): string[] {
  if (!gate) return [];
  const found = (word: string, list: readonly Finding[]) =>
    list.map((finding) => `${word}: ${finding.name}: ${findingLines(finding).join('; ')}`);
  const more = changed.length - FILES;
  return [
    ...found('failure', gate.failures),
    ...found('warning', gate.warnings),
    ...gate.unjudged.flatMap(({ name, why, isOpen }) => (isOpen ? [`not judged: ${name}: ${why}`] : [])),
    ...gate.accepted.map(({ name, because }) => `accepted: ${name}, because: ${because}`),
    ...gate.stale.map(({ name }) => `accepted, but found no more: ${name}`),
    ...changed.slice(0, FILES).map((file) => `changed: ${file}`),
    ...(more > 0 ? [`changed: ${more} files more`] : []),
  ];
}
