/**
 * The text as the server's `lower()` has it: letter by letter. JavaScript by itself makes another letter of a Σ at the end
 * of a word, and two of İ.
 */
export function lowerCase(text: string): string {
  return text.replaceAll('Σ', 'σ').replaceAll('İ', 'i').toLowerCase();
}
