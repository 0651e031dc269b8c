import { Refusal } from './refusal.ts';

const TEXT_LENGTH = 1_000;
const TEXTS = 1_000;

/** Why texts of a search or a segment are too much, in the words of the function `long_text_fault`; null when they are not. */
export function longTextFault(texts: readonly string[]): string | null {
  if (texts.length > TEXTS) return 'more than 1,000 texts';
  return texts.some((text) => isLonger(text, TEXT_LENGTH)) ? 'longer than 1,000 characters' : null;
}

/** The term of a search; throws a `Refusal` (22023) when it is too long. */
export function checkedTerm(term: string): string {
  const fault = longTextFault([term]);
  if (fault !== null) throw new Refusal('22023', `p_term: ${fault}`);
  return term;
}

/** Counts characters as PostgreSQL does; JavaScript counts one outside the basic plane twice. */
export function isLonger(text: string, limit: number): boolean {
  return text.length > limit && lengthOf(text) > limit;
}

/** Characters of a text, as PostgreSQL counts them. */
export function lengthOf(text: string): number {
  return [...text].length;
}
