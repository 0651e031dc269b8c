import { isSilent } from '../../bench/core/claims.ts';
import type { View } from '../../bench/core/view.ts';
import { buildChart } from './charts/build.ts';
import { ladderChart } from './charts/ladder.ts';
import { sizesChart } from './charts/sizes.ts';
import { figure, table } from './figure.ts';
import { cut, html, type Markup } from './markup.ts';
import type { Section } from './page.ts';

/** SQL longer than this is cut, visibly. */
const STATEMENT_LETTERS = 300;
const RELATIONS_SHOWN = 40;

export function masthead(view: View): Markup {
  const [first, ...rest] = view.headline;
  return html`<p class="eyebrow">MailGenius Bench · run ${view.run} · ${view.startedAt.slice(0, 10)}</p>
<h1>${view.title} <span>at ${view.scale}</span></h1>
${view.status !== 'complete' && html`<p class="status">✗ ${view.status}: this report shows what there is</p>`}
<p class="lede">${first}</p>
<dl class="keys">${view.keyFigures.map(({ value, label }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
<ul class="findings">${rest.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
}

export function verdictSection(view: View): Section {
  const ladder = ladderChart(view);
  return {
    id: 'verdict',
    title: 'Before and after',
    short: 'Overview',
    intro:
      'Every state is a live database of its own; each scenario was measured in all of them, interleaved block by block.',
    body: ladder ? figure(ladder) : html`<p>Nothing was measured: the run is ${view.status}.</p>`,
  };
}

export function warningSection(view: View): Section | null {
  if (view.warnings.length === 0) return null;
  return {
    id: 'warnings',
    title: 'Warnings',
    short: 'Warnings',
    body: html`<ul class="warnings">${view.warnings.map((text) => html`<li>${cut(text, 2000)}</li>`)}</ul>`,
  };
}

export function phaseSection(view: View): Section {
  const chart = buildChart(view);
  const steps = view.states.filter(({ ddl }) => ddl.length > 0);
  return {
    id: 'phases',
    title: 'What changed',
    short: 'Phases',
    intro: 'Each state is the one before it with one more phase applied. Building it is measured too.',
    body: html`${stateTable(view)}${chart && figure(chart)}
${steps.map(
  (state) =>
    html`<details><summary>${state.name}: ${state.ddl.length} DDL steps</summary>${table({
      caption: `DDL of ${state.name}`,
      columns: ['Place', 'Statement', '#Time', '#WAL'],
      rows: state.ddl.map((step) => [
        ...[
          step.place,
          { text: html`<code>${cut(step.statement, STATEMENT_LETTERS)}</code>` },
          step.msText,
          step.walText,
        ],
      ]),
    })}${lockList(state)}</details>`,
)}`,
  };
}

function lockList({ name, locks }: View['states'][number]): Markup | false {
  if (locks.length === 0) return false;
  return html`<p>Locks that ${name} was seen to hold, and whom they stop:</p><ul>${locks.map((text) => html`<li>${cut(text, 200)}</li>`)}</ul>`;
}

function stateTable(view: View): Markup {
  return table({
    caption: 'States in order',
    columns: ['State', 'What it is', 'Phases applied', '#Build', '#WAL', '#Size', '#Growth'],
    rows: view.states.map((state, i) => [
      { text: html`${i} ${state.name}` },
      ...[state.title, state.phases.join(', ') || 'none'],
      {
        text: html`${state.buildText}${state.cached && html` <small>first build; from the cache now</small>`}`,
      },
      ...[state.walText, state.bytesText, state.growthText ?? '—'],
    ]),
  });
}

export function claimSection(view: View): Section | null {
  if (view.claims.length === 0) return null;
  const told = view.claims.filter((claim) => !isSilent(claim));
  const silent = view.claims.filter(isSilent);
  return {
    id: 'claims',
    title: 'Claims',
    short: 'Claims',
    intro: 'Figures promised by the document this project was asked to make real, held against this run.',
    body: html`${told.length > 0 && claimTable(told)}
${silent.length > 0 && html`<p>No scenario of this run judges the others:</p><ul>${silent.map(({ title, id, why }) => html`<li>${title} <small>(${id})</small>: ${why}</li>`)}</ul>`}`,
  };
}

function claimTable(claims: View['claims']): Markup {
  const tones = { reproduced: 'kept', 'not reproduced': 'broken' } as const;
  const marks = { kept: '✓ ', broken: '✗ ', open: '○ ' } as const;
  return table({
    caption: 'Promised and measured',
    columns: ['Claim', 'Promised', 'Verdict', 'Why'],
    rows: claims.map(({ id, title, promised, verdict, why }) => {
      const tone = verdict === 'reproduced' || verdict === 'not reproduced' ? tones[verdict] : 'open';
      return [
        { text: html`${title} <small>${id}</small>` },
        { text: promised, tone: 'mid' },
        { text: html`<span class="verdict ${tone}">${marks[tone]}${verdict}</span>` },
        { text: why, tone: 'why' },
      ];
    }),
  });
}

export function objectiveSection(view: View): Section | null {
  if (view.objectives.length === 0) return null;
  const marks = { kept: '✓ ', missed: '✗ ', 'not measured': '○ ' } as const;
  const tones = { kept: 'kept', missed: 'broken', 'not measured': 'open' } as const;
  return {
    id: 'objectives',
    title: 'Objectives',
    short: 'Objectives',
    intro: 'Bounds that the suite sets for the last state that each scenario is measured in.',
    body: table({
      caption: 'Bounds and what was measured',
      columns: ['Scenario', 'Variant', 'Verdict', 'Why'],
      rows: view.objectives.map(({ scenario, variant, verdict, why }) => [
        ...[scenario, variant],
        { text: html`<span class="verdict ${tones[verdict]}">${marks[verdict]}${verdict}</span>` },
        { text: why, tone: 'why' as const },
      ]),
    }),
  };
}

export function storageSection(view: View): Section | null {
  const chart = sizesChart(view);
  if (!chart) return null;
  const last = view.states.at(-1);
  return {
    id: 'storage',
    title: 'Storage',
    short: 'Storage',
    body: html`${figure(chart)}
<h3>By table</h3>
${table({
  caption: 'Each table with its indexes, in each state',
  columns: ['Table', ...view.states.map(({ name }) => `#${name}`)],
  sortable: true,
  rows: view.storage.map(({ table: name, byState }) => [
    cut(name, 80),
    ...byState.map((cell) => ({ text: cell?.text ?? '—', sort: cell?.bytes ?? null })),
  ]),
})}
${last && relationTable(last)}`,
  };
}

function relationTable(state: View['states'][number]): Markup {
  const hidden = Math.max(0, state.relations.length - RELATIONS_SHOWN);
  return html`<details><summary>Tables and indexes of ${state.name}, largest first</summary>${table({
    caption: `Relations of ${state.name}${hidden > 0 ? `; ${hidden} smaller ones are not shown` : ''}`,
    columns: ['Relation', 'Kind', 'Table', '#Size'],
    rows: state.relations
      .slice(0, RELATIONS_SHOWN)
      .map(({ name, kind, table: of, text }) => [...[cut(name, 80), kind, cut(of, 80), text]]),
  })}</details>`;
}

export function methodSection(view: View): Section {
  return {
    id: 'method',
    title: 'Method and formulas',
    short: 'Method',
    body: html`<dl class="terms">${view.method.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`,
  };
}

export function factSection(view: View): Section {
  return {
    id: 'server',
    title: 'Server, machine, data',
    short: 'Server',
    body: html`<div class="facts">${view.facts.map(
      ({ title, facts }) =>
        html`<div><h3>${title}</h3><dl class="pairs">${facts.map(({ name, value }) => html`<div><dt>${name}</dt><dd>${cut(value, 500)}</dd></div>`)}</dl></div>`,
    )}</div>`,
  };
}
