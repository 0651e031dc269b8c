import { type JudgedClaim, judgeClaims } from './claims.ts';
import { type Comparison, compareStates } from './comparison.ts';
import type { MachineFacts, ServerFacts } from './environment.ts';
import type { GateResult } from './gate.ts';
import type { GateRecord } from './gate-record.ts';
import { ledger } from './ledger.ts';
import { type JudgedObjective, judgeObjectives } from './objectives.ts';
import type { Mix, RunFile } from './run-file.ts';
import { formatCount } from './units.ts';
import { clientTexts } from './view-client.ts';
import { type Fact, type FactGroup, factGroups } from './view-facts.ts';
import { gateOf, gateSentences } from './view-gate.ts';
import { headline, type KeyFigure, keyFigures, sizeSentence, speedFinding } from './view-headline.ts';
import { type LedgerView, ledgerViews, unmeasuredText } from './view-ledger.ts';
import { METHOD } from './view-method.ts';
import { type OmissionView, omissionViews } from './view-omissions.ts';
import { pairSentence } from './view-pairs.ts';
import { regressions, regressionTitle } from './view-regressions.ts';
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
  /** What each object of an ablation is to every variant; empty for a chain. */
  readonly omissions: readonly OmissionView[];
  /** What became slower from one state to the next, or is slower with an object than without it: a sentence for each. */
  readonly regressionTitle: string;
  readonly regressions: readonly string[];
  /** Which times are the client's, or of a client that was held up, a sentence for each. */
  readonly clientTexts: readonly string[];
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
  /** Which parts of the mix no change was measured by; empty where there are none. */
  readonly unmeasuredText: string;
  /** A chain of states, or one state with and without each of its parts. */
  readonly design: RunFile['design'];
  /** What the gate says, where the states are its two sides. */
  readonly gate: GateResult | null;
  /** Whether the gate's first block decided it, so that its times stand for nothing. */
  readonly decidedEarly: boolean;
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

/** Computes the view of a run, complete or not. The same run always gives the same view. */
export function buildView(run: RunFile): View {
  const comparisons = compareStates(run);
  const claims = judgeClaims(run, comparisons);
  const gate = gateOf(run);
  const scenarios = scenarioViews(run, comparisons, claims, gate);
  const states = stateViews(run);
  const rows = ledger(run, comparisons);
  return {
    title: run.suite.title,
    run: run.id,
    status: run.status,
    startedAt: run.startedAt,
    headline: [...gateSentences(run, gate), ...headline(run, scenarios, comparisons, claims, rows)],
    findings: { speed: speedFinding(run, scenarios, comparisons), size: sizeSentence(run) },
    pairText: pairSentence(scenarios),
    omissions: omissionViews(run, scenarios),
    regressionTitle: regressionTitle(run.design),
    regressions: regressions(run.design, scenarios),
    clientTexts: clientTexts(scenarios),
    keyFigures: keyFigures(run, scenarios, comparisons, claims, rows),
    scale: `${formatCount(run.load.contacts)} ${run.suite.contactsTitle}`,
    states,
    scenarios,
    comparisons,
    claims,
    objectives: judgeObjectives(run),
    ledger: ledgerViews(rows),
    mixText: mixText(run),
    unmeasuredText: unmeasuredText(rows),
    design: run.design,
    gate,
    decidedEarly: run.gate?.decidedEarly ?? false,
    touched: run.gate?.touched ?? [],
    changed: run.gate?.changed.map((line) => line.replace('\t', ' ')) ?? [],
    storage: storageRows(states, STORAGE_ROWS),
    facts: factGroups(run),
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
