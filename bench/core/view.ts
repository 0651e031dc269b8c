import { type JudgedClaim, judgeClaims } from './claims.ts';
import { type Comparison, compareStates } from './comparison.ts';
import type { MachineFacts, ServerFacts } from './environment.ts';
import type { GateResult } from './gate.ts';
import type { GateRecord } from './gate-record.ts';
import { ledger } from './ledger.ts';
import { type JudgedObjective, judgeObjectives } from './objectives.ts';
import type { Mix, RunFile } from './run-file.ts';
import { median } from './statistics.ts';
import { formatBytes, formatCount, formatMs, formatRate, formatRatio } from './units.ts';
import { gateOf, gateSentences } from './view-gate.ts';
import { headline, type KeyFigure, keyFigures, sizeSentence, speedSentence } from './view-headline.ts';
import { type LedgerView, ledgerView } from './view-ledger.ts';
import { pairSentence } from './view-pairs.ts';
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
  /** What became of the pairs that a gate looks at, in a sentence. */
  readonly pairText: string;
  readonly keyFigures: readonly KeyFigure[];
  /** `100,000 leads`. */
  readonly scale: string;
  readonly states: readonly StateView[];
  readonly scenarios: readonly ScenarioView[];
  readonly comparisons: readonly Comparison[];
  readonly claims: readonly JudgedClaim[];
  readonly objectives: readonly JudgedObjective[];
  readonly ledger: readonly LedgerView[];
  /** What the ledger weighs with; empty without a mix. */
  readonly mixText: string;
  /** A chain of states, or one state with and without each of its parts. */
  readonly design: RunFile['design'];
  /** What the gate says, where the states are its two sides. */
  readonly gate: GateResult | null;
  /** Files that differ between the sides of a gate, `M`, `A` or `D` before each. */
  readonly changed: readonly string[];
  /** Which scenarios the change may reach, where a gate asked; empty where it measured all. */
  readonly touched: NonNullable<GateRecord['touched']>;
  readonly storage: readonly StorageRow[];
  readonly facts: readonly FactGroup[];
  readonly method: readonly Fact[];
  readonly warnings: readonly string[];
  /** The warnings that were written down during the run, without those that the figures give reason for. */
  readonly recorded: readonly string[];
  /** Facts of the run file that scripts rely on; see `runJson`. */
  readonly source: {
    readonly schemaVersion: number;
    readonly server: Pick<ServerFacts, 'kind' | 'version' | 'extensions'>;
    readonly machine: Pick<MachineFacts, 'platform' | 'cpu'>;
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
  const gate = gateOf(run);
  const scenarios = scenarioViews(run, comparisons, claims, gate?.failures ?? []);
  const states = stateViews(run);
  const rows = ledger(run, comparisons);
  return {
    title: run.suite.title,
    run: run.id,
    status: run.status,
    startedAt: run.startedAt,
    headline: [...gateSentences(run, gate), ...headline(run, scenarios, comparisons, claims, rows)],
    findings: { speed: speedSentence(scenarios), size: sizeSentence(run) },
    pairText: pairSentence(scenarios),
    keyFigures: keyFigures(run, scenarios, comparisons, claims, rows),
    scale: `${formatCount(run.load.contacts)} ${run.suite.contactsTitle}`,
    states,
    scenarios,
    comparisons,
    claims,
    objectives: judgeObjectives(run),
    ledger: rows.map(ledgerView),
    mixText: mixText(run),
    design: run.design,
    gate,
    touched: run.gate?.touched ?? [],
    changed: run.gate?.changed.map((line) => line.replace('\t', ' ')) ?? [],
    storage: storageRows(states, STORAGE_ROWS),
    facts: [
      ...[runFacts(run), loadFacts(run), serverFacts(run), machineFacts(run)],
      ...clientFacts(run),
      settingFacts(run),
    ],
    method: METHOD,
    warnings: warnings(run, comparisons),
    recorded: run.warnings,
    source: {
      schemaVersion: run.schemaVersion,
      server: { kind: run.server.kind, version: run.server.version, extensions: run.server.extensions },
      machine: { platform: run.machine.platform, cpu: run.machine.cpu },
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

function mixText({ mix, scenarios }: RunFile): string {
  if (!mix) return '';
  const unit = scenarios.find(({ name }) => name === mix.writes[0]?.scenario)?.unit ?? 'units';
  const times = (n: number, { scenario, variant }: Mix['reads' | 'writes'][number]) =>
    `${n} × ${scenario} ${variant}`;
  const writes = mix.writes.map((write) => times(write.units, write));
  const reads = mix.reads.map((read) => times(read.perWrite, read));
  return `For each of the ${unit} the application writes ${writes.join(', ')}, and reads ${reads.join(', ')}. Break-even is the number of reads, in these proportions, at which gain and cost are even.`;
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

/** What this program's client adds to a statement, where another client was there to compare with. */
function clientFacts({ references }: RunFile): FactGroup[] {
  if (references.length === 0) return [];
  const facts = references.map(({ scenario, variant, oursMs, pgbenchMs }) => {
    const [ours, theirs] = [median(oursMs), median(pgbenchMs)];
    const times = `${formatMs(ours)} through this program, ${formatMs(theirs)} prepared through pgbench`;
    return [`${scenario} ${variant}`, `${times}: ${formatRatio(ours / theirs)}`] as const;
  });
  return [group('What the client adds', facts)];
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
      'The unit of replication is the block: every arm once, in random order, on a fresh connection. A block’s value is the median of its executions; an arm’s time is the median of its blocks.',
  },
  {
    name: 'Ratio',
    value:
      'Time before ÷ time after: 2× is twice as fast, below 1× is slower. It is exp(−d), d the Hodges–Lehmann estimate of ln(after) − ln(before) over the blocks both states share, so it can differ a little from the quotient of the two times shown.',
  },
  {
    name: 'Interval',
    value:
      'Exact, from the Wilcoxon signed-rank distribution over the blocks’ differences: no assumption about the noise but that arms in random order make it symmetric, and no random resampling, so the same file always says the same.',
  },
  {
    name: 'Verdict',
    value:
      'Regressed: the whole interval is beyond +3 %. Improved: beyond −3 %. Unchanged: inside ±10 %, or less than 0.2 ms apart. Else inconclusive. A whole run calls a change where there is none in 1 % of runs at most for each direction: each comparison’s level is 1 % ÷ (comparisons × 3 looks), the looks being at 15, 30 and 60 blocks, fixed in advance.',
  },
  {
    name: 'Control',
    value:
      'Every block also measures a second copy of the last state. Where it differs from the first, the environment moved and no change is called; the tolerated change grows to three times the spread of all controls where that is more than 3 %.',
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
      'The least this server could need for the same rows. Of a write it is timed beside the scenario; the ratio is time of the state ÷ time of the floor. Of a read it is the pages that the rows of the answer lie on; the ratio is blocks asked for ÷ pages.',
  },
  {
    name: 'Ledger',
    value:
      'Gain: milliseconds that the reads of one unit written save. A read whose plan is the same and whose blocks are exactly the same gains nothing, whatever the clock says. Cost: milliseconds that the unit itself takes longer. KEEP when the gain’s least exceeds the cost’s most, NOT WORTH IT when the gain’s most is below the cost’s least, or when nothing gains and something costs. Ranges are the verdicts’ intervals, added end to end; of a few long samples, the range they lie in.',
  },
  {
    name: 'Counters',
    value:
      'Counted by the server in executions of their own, never the timed ones of a read: by pg_stat_statements, pg_stat_io and the tables’ statistics. Three repetitions must agree to the last digit for a figure to count as exact; others carry ≈. Plans come from auto_explain, inside functions too.',
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
