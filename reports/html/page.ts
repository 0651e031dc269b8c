import { createHash } from 'node:crypto';
import { html, type Markup, trusted } from './markup.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

export interface Section {
  readonly id: string;
  readonly title: string;
  /** For the list of sections. */
  readonly short: string;
  readonly intro?: string;
  readonly body: Markup;
}

interface Page {
  readonly title: string;
  readonly masthead: Markup;
  readonly sections: readonly Section[];
  readonly footer: string;
}

const SOURCES = `default-src 'none'; style-src '${hash(STYLE)}'; script-src '${hash(SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'`;

/** The whole document: one file, nothing loaded from anywhere, only this script and this style may run. */
export function page({ title, masthead, sections, footer }: Page): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(SOURCES)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the report</a>
<header class="masthead">
${masthead}
</header>
${navigation(sections)}
<main id="content">
${sections.map(section)}
</main>
<footer><p>${footer}</p></footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`.text;
}

function navigation(sections: readonly Section[]): Markup {
  return html`<nav aria-label="Sections"><div><ul>${sections.map(({ id, short }) => html`<li><a href="#${id}">${short}</a></li>`)}</ul>
<div class="controls" hidden><input id="filter" type="search" placeholder="Filter scenarios" aria-label="Filter scenarios and variants">
<button id="zero" type="button" aria-pressed="false">Axes from zero</button><button id="theme" type="button" aria-pressed="false">Dark</button><span id="filter-count" role="status"></span></div></div></nav>`;
}

function section({ id, title, intro, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-h">
<h2 id="${id}-h">${title}</h2>
${intro && html`<p>${intro}</p>`}
${body}
</section>
`;
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
