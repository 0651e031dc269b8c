import type { GateCase } from '../../bench/core/gate-cases.ts';
import type { GateDocument } from '../../bench/core/gate-document.ts';
import { cut } from '../html/markup.ts';
import { markdownText } from '../text/clean.ts';
import { gateLines } from '../text/gate.ts';
import { tableHead, tableRow } from '../text/markdown.ts';

/** Longer texts are cut, and further rows counted: GitHub takes 65,536 characters for a comment. */
const LETTERS = 300;
const ROWS = 60;

/** Markdown for a step summary or a pull request comment: the verdict, what is not as it was, and all that was found. */
export default function githubSummary(document: GateDocument): string {
  const { title, scale, headline, cases } = document;
  const told = cases.filter(({ outcome }) => outcome !== 'unchanged');
  const parts = [
    `**${markdownText(headline)}**`,
    markdownText(cut(`${title} at ${scale}`, LETTERS)),
    shortened(tableHead(['scenario', 'arm', 'verdict', 'why'], 4), told.map(row)),
    shortened(
      [],
      gateLines(document).map((line) => `- ${markdownText(cut(line, 2 * LETTERS))}`),
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function row({ scenario, name, outcome, lines }: GateCase): string {
  return tableRow([scenario, name, outcome, lines.join('; ')].map((cell) => cut(cell, LETTERS)));
}

function shortened(head: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const more = rows.length - ROWS;
  const note = more > 0 ? ['', `_${more} more are in the JSON document of the gate._`] : [];
  return [...head, ...rows.slice(0, ROWS), ...note].join('\n');
}
