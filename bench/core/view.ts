import { type JudgedClaim, judgeClaims } from './claims.ts';
import { type Comparison, compareStates } from './comparison.ts';
import { type JudgedObjective, judgeObjectives } from './objectives.ts';
import type { RunFile, ServerFacts } from './run-file.ts';
import { formatBytes, formatCount, formatMs, formatRate } from './units.ts';
import { headline, type KeyFigure, keyFigures, sizeSentence, speedSentence } from './view-headline.ts';
import { type ScenarioView, scenarioViews } from './view-scenarios.ts';
import { type StateView, type StorageRow, stateViews, storageRows } from './view-states.ts';

/** More tables than this make one row "n smaller tables". */
const STORAGE_ROWS = 14;

/** Everything a report prints, computed once from a run file. Reports lay it out and compute nothing. */
export interface View {
  readonly title: string;
  readonly run: string;
  readonly status: RunFile['status'];
  readonly startedAt: string;
  readonly headline: readonly string[];
  /** The sentences of the headline that belong to a chart. */
  readonly findings: { readonly speed: string; readonly size: string | null };
  readonly keyFigures: readonly KeyFigure[];
  /** `100,000 leads`. */
  readonly scale: string;
  readonly states: readonly StateView[];
  readonly scenarios: readonly ScenarioView[];
  readonly comparisons: readonly Comparison[];
  readonly claims: readonly JudgedClaim[];
  readonly objectives: readonly JudgedObjective[];
  readonly storage: readonly StorageRow[];
  readonly facts: readonly FactGroup[];
  readonly method: readonly Fact[];
  readonly warnings: readonly string[];
  /** Facts of the run file that scripts rely on; see `runJson`. */
  readonly source: {
    readonly schemaVersion: number;
    readonly server: Pick<ServerFacts, 'kind' | 'version' | 'extensions'>;
    readonly fixtures: { readonly contacts: number; readonly seed: number; readonly digest: string };
  };
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** Computes the view of a run, complete or not. The same run always gives the same view. */
export function buildView(run: RunFile): View {
  const comparisons = compareStates(run);
  const claims = judgeClaims(run, comparisons);
  const scenarios = scenarioViews(run, comparisons, claims);
  const states = stateViews(run);
  return {
    title: run.suite.title,
    run: run.id,
    status: run.status,
    startedAt: run.startedAt,
    headline: headline(run, scenarios, comparisons, claims),
    findings: { speed: speedSentence(run, scenarios), size: sizeSentence(run) },
    keyFigures: keyFigures(run, scenarios, comparisons, claims),
    scale: `${formatCount(run.load.contacts)} ${run.suite.contactsTitle}`,
    states,
    scenarios,
    comparisons,
    claims,
    objectives: judgeObjectives(run),
    storage: storageRows(states, STORAGE_ROWS),
    facts: [runFacts(run), loadFacts(run), serverFacts(run), machineFacts(run), settingFacts(run)],
    method: METHOD,
    warnings: warnings(run, comparisons),
    source: {
      schemaVersion: run.schemaVersion,
      server: { kind: run.server.kind, version: run.server.version, extensions: run.server.extensions },
      fixtures: { contacts: run.load.contacts, seed: run.load.seed, digest: run.load.digest },
    },
  };
}

/** What was written down during the run, and what the figures themselves give reason to warn of. */
function warnings(run: RunFile, comparisons: readonly Comparison[]): string[] {
  const differing = comparisons
    .filter(({ answersEqual }) => answersEqual === false)
    .map((c) => `${c.scenario} ${c.variant}, ${c.before} against ${c.after}: ${c.reason}`);
  return [...run.warnings, ...differing];
}

function runFacts(run: RunFile): FactGroup {
  const facts = [
    ['Run', run.id],
    ['Status', run.status],
    ['Profile', run.profile],
    ['Command', run.commandLine.join(' ')],
    ['Started', run.startedAt],
    ['Finished', run.finishedAt ?? 'never'],
    ['Suite', `${run.suite.name} ${run.suite.hash}`],
    ['Order seed', String(run.orderSeed)],
    ['Tool', `${run.tool.name} ${run.tool.version}`],
  ] as const;
  return group('Run', facts);
}

function loadFacts(run: RunFile): FactGroup {
  const { load } = run;
  const rate = load.seconds > 0 ? ` (${formatRate(load.rows / load.seconds, 'rows')})` : '';
  return group('Data', [
    ['Scale', `${formatCount(load.contacts)} ${run.suite.contactsTitle}`],
    ['Rows', `${formatCount(load.rows)}${rate}`],
    ['Bytes', formatBytes(load.bytes)],
    ['Load time', formatMs(load.seconds * 1000)],
    ['Seed', String(load.seed)],
    ['Digest', load.digest],
    ...load.tables.map(
      (table) => [table.name, `${formatCount(table.rows)} rows, ${formatBytes(table.bytes)}`] as const,
    ),
  ]);
}

function serverFacts({ server }: RunFile): FactGroup {
  return group('Server', [
    ['Kind', server.kind],
    ['Version', server.version],
    ['Build', server.build],
    ['Locale', server.locale],
    ['Checksums', server.checksums ? 'on' : 'off'],
    ['Connections', server.connection],
    ['Extensions', server.extensions.present.join(', ') || 'none'],
    ['Not available', server.extensions.absent.join(', ') || 'none'],
  ]);
}

function machineFacts({ machine }: RunFile): FactGroup {
  return group('Machine', [
    ['Platform', machine.platform],
    ['Processor', `${machine.cpu}, ${formatCount(machine.cores)} cores`],
    ['Memory', formatBytes(machine.memoryBytes)],
    ['Node', machine.node],
  ]);
}

function settingFacts({ server }: RunFile): FactGroup {
  const names = Object.keys(server.settings).sort();
  return group(
    'Settings that are not the server’s default',
    names.map((name) => [name, server.settings[name] ?? ''] as const),
  );
}

function group(title: string, facts: readonly (readonly [string, string])[]): FactGroup {
  return { title, facts: facts.map(([name, value]) => ({ name, value })) };
}

const METHOD: readonly Fact[] = [
  {
    name: 'States',
    value:
      'Every state is a database of its own, alive at the same time as the others: the base, and a copy of the state before with one more phase applied.',
  },
  {
    name: 'Blocks',
    value:
      'The unit of replication is the block: every arm once, in random order. A block’s value is the median of its executions; an arm’s time is the median of its blocks.',
  },
  {
    name: 'Ratio',
    value:
      'Time before ÷ time after: 2× is twice as fast, below 1× is slower. It is exp(−d), d the Hodges–Lehmann estimate of ln(after) − ln(before) over the blocks both states share, so it can differ a little from the quotient of the two times shown.',
  },
  {
    name: 'Verdict',
    value:
      'A ratio without an interval proves nothing, so every verdict here reads “inconclusive” with its reason. The number of blocks stands beside each figure.',
  },
  {
    name: 'Answers',
    value:
      'Each arm’s answer has a digest. States that did all the work must give the same one; an arm ended early is held against the answer computed without SQL for as many units as it did. Where answers differ there is no ratio.',
  },
  {
    name: 'Projection',
    value:
      'An arm whose time budget ended it before all its units were done is printed as its time × units asked for ÷ units done with “≥”, and every figure derived from it says “projected”.',
  },
  {
    name: 'Floor',
    value:
      'The least this server could need for the same rows, timed beside the scenario. The ratio to it is time of the state ÷ time of the floor.',
  },
  {
    name: 'Objectives',
    value:
      'A bound that the suite sets for the last state at one scale. A p95 is taken over all single executions of all blocks, twenty at least; a median over blocks.',
  },
  {
    name: 'Claims',
    value:
      'A promised time is judged by the main variant’s time in the last state, a promised change by its ratio from first to last state, both at the promised scale only.',
  },
];
