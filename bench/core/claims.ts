import {
  type ClaimEvidence,
  evidenceFrom,
  evidenceText,
  type Kept,
  keptChange,
  keptTime,
} from './claim-evidence.ts';
import { type Comparison, compareStates } from './comparison.ts';
import type { ClaimRecord, RunFile, ScenarioRecord } from './run-file.ts';
import type { StateRecord } from './state-record.ts';
import { formatBytes, formatCount, formatMs, formatPercent } from './units.ts';

export type ClaimVerdict =
  | 'reproduced'
  | 'not reproduced'
  | 'left open'
  | 'not measurable here'
  | 'not measured in this run';

/** A claim with the figure this run has for it. */
export interface JudgedClaim {
  readonly id: string;
  readonly title: string;
  /** As the source words it. */
  readonly promised: string;
  /** Time in the last state; the slowest where several scenarios serve the claim. */
  readonly measured: number | null;
  /** Of `measured`: a share of bytes for promises about storage. */
  readonly unit: 'ms' | 'share';
  readonly verdict: ClaimVerdict;
  /** Promised time, promised change and what was measured, each said apart. */
  readonly why: string;
  readonly evidence: readonly ClaimEvidence[];
}

/** Holds each claim of the run against the main variants of the scenarios that name it. */
export function judgeClaims(run: RunFile, comparisons = compareStates(run)): JudgedClaim[] {
  return run.claims.map((claim) => judge(run, claim, comparisons));
}

function judge(run: RunFile, claim: ClaimRecord, comparisons: readonly Comparison[]): JudgedClaim {
  const evidence = run.scenarios
    .filter((scenario) => scenario.claim === claim.id)
    .flatMap((scenario) => mainVariants(scenario).map((variant) => ({ scenario: scenario.name, variant })))
    .flatMap(({ scenario, variant }) => evidenceFrom(run, scenario, variant, comparisons));
  const head = { id: claim.id, title: claim.title, promised: claim.promised, unit: 'ms' as const, evidence };
  if (claim.storage) return { ...head, ...judgeStorage(run, claim, claim.storage) };
  const promise = `Promised: ${promiseText(claim)}.`;
  const unmeasured = notMeasured(run, claim, evidence);
  if (unmeasured) return { ...head, measured: null, ...unmeasured, why: `${promise} ${unmeasured.why}` };
  return {
    ...head,
    measured: slowest(evidence),
    verdict: verdictOf(evidence.flatMap((part) => [keptTime(claim, part), keptChange(claim, part)])),
    why: `${promise} Measured: ${evidence.map((part) => evidenceText(claim, part)).join('; ')}.`,
  };
}

/** Null where an answer differs: there is nothing to hold against the promise then. */
function slowest(evidence: readonly ClaimEvidence[]): number | null {
  if (evidence.some((part) => part.answersEqual === false)) return null;
  return Math.max(...evidence.map(({ afterMs }) => afterMs ?? 0));
}

function mainVariants(scenario: ScenarioRecord): string[] {
  const main = scenario.variants.filter((variant) => variant.main);
  return (main.length > 0 ? main : scenario.variants.slice(0, 1)).map(({ name }) => name);
}

function notMeasured(
  run: RunFile,
  claim: ClaimRecord,
  evidence: readonly ClaimEvidence[],
): { verdict: ClaimVerdict; why: string } | null {
  const verdict = 'not measured in this run';
  if (claim.shownBy !== null) return { verdict: 'not measurable here', why: `No run can: ${claim.shownBy}.` };
  if (claim.unjudged !== null)
    return { verdict: 'not measurable here', why: `No scenario of this suite judges it: ${claim.unjudged}.` };
  if (claim.afterMs === null && claim.faster === null)
    return {
      verdict,
      why: evidence.length > 0 ? figureless(claim, evidence) : absentText(run, claim),
    };
  if (evidence.length === 0) return { verdict, why: absentText(run, claim) };
  const missing = missingEnds(run);
  if (missing.length > 0)
    return {
      verdict,
      why: `It is about the suite's first and last state; this run lacks ${missing.join(' and ')}.`,
    };
  if (claim.contacts !== null && claim.contacts !== run.load.contacts)
    return { verdict, why: scaleText(run, claim, evidence) };
  const failed = evidence.find((part) => part.afterMs === null);
  if (failed) return { verdict: 'not measurable here', why: `${failed.scenario}: ${failed.reason}.` };
  return null;
}

/** The suite's first and last state, where the run has chosen others. */
function missingEnds({ suite, states }: RunFile): string[] {
  const ends = [suite.states?.[0], suite.states?.at(-1)].flatMap((name) => name ?? []);
  return ends.filter((name) => !states.some((state) => state.name === name));
}

function figureless(claim: ClaimRecord, evidence: readonly ClaimEvidence[]): string {
  return `It promises no figure; measured: ${evidence.map((part) => evidenceText(claim, part)).join('; ')}.`;
}

function absentText(run: RunFile, claim: ClaimRecord): string {
  const names = run.scenarios.filter((scenario) => scenario.claim === claim.id).map(({ name }) => name);
  if (names.length === 0) return 'No scenario of this run judges it.';
  return `This run has no time of ${names.join(', ')} in both the first and the last state.`;
}

function scaleText(run: RunFile, claim: ClaimRecord, evidence: readonly ClaimEvidence[]): string {
  const scale = `The promise is for ${formatCount(claim.contacts ?? 0)} ${run.suite.contactsTitle}, this run has ${formatCount(run.load.contacts)}`;
  return `${scale}; there: ${evidence.map((part) => evidenceText(claim, part)).join('; ')}.`;
}

function verdictOf(parts: readonly Kept[]): ClaimVerdict {
  if (parts.includes(false)) return 'not reproduced';
  return parts.includes(null) ? 'left open' : 'reproduced';
}

function promiseText(claim: ClaimRecord): string {
  const parts = [
    claim.afterMs === null ? null : `at most ${formatMs(claim.afterMs)} afterwards`,
    claim.faster === null ? null : `${formatPercent(claim.faster)} faster`,
  ].filter((part) => part !== null);
  return parts.length > 0 ? parts.join(' and ') : claim.promised;
}

/** True for a claim on which neither scenarios nor states of the run have anything to say. */
export function isSilent({ evidence, verdict }: JudgedClaim): boolean {
  return evidence.length === 0 && verdict.startsWith('not meas');
}

type StoragePromise = NonNullable<ClaimRecord['storage']>;

/** A promise about bytes: no noise, so the figure itself decides. */
function judgeStorage(
  run: RunFile,
  { contacts }: ClaimRecord,
  promise: StoragePromise,
): Pick<JudgedClaim, 'measured' | 'unit' | 'verdict' | 'why'> {
  const [before, after] = [promise.before, promise.after].map((name) =>
    run.states.find((one) => one.name === name),
  );
  const text = `Promised: ${formatPercent(promise.less)} less from ${promise.before} to ${promise.after}.`;
  const missing = missingTables(run, promise);
  const was = before && missing === null ? bytesOf(before, promise) : 0;
  if (!before || !after || was === 0)
    return {
      measured: null,
      unit: 'share',
      verdict: 'not measured in this run',
      why: `${text} ${missing ?? 'This run lacks a state, or relations of these names'}.`,
    };
  const is = bytesOf(after, promise);
  const saved = 1 - is / was;
  const change = `${formatPercent(Math.abs(saved))} ${saved < 0 ? 'more' : 'less'}`;
  const isAtScale = contacts === null || contacts === run.load.contacts;
  const kept = saved >= promise.less ? 'reproduced' : 'not reproduced';
  const scale = isAtScale ? '' : ` The promise is for ${formatCount(contacts)} ${run.suite.contactsTitle}.`;
  return {
    measured: isAtScale ? saved : null,
    unit: 'share',
    verdict: isAtScale ? kept : 'not measured in this run',
    why: `${text} Measured: ${formatBytes(was)} → ${formatBytes(is)}, ${change}.${scale}`,
  };
}

/** What a promise about tables lacks: one without rows has pages too. Null where every one is loaded. */
function missingTables({ suite, load }: RunFile, { relations }: StoragePromise): string | null {
  const pattern = new RegExp(relations);
  const loaded = load.tables.filter(({ name }) => pattern.test(name));
  const missing = (suite.tables ?? []).filter(
    (name) => pattern.test(name) && !loaded.some((table) => table.name === name),
  );
  if (missing.length > 0) return `This run did not load ${missing.join(', ')}`;
  return loaded.some(({ rows }) => rows > 0) ? null : 'This run has no rows of these tables';
}

function bytesOf({ relations }: StateRecord, { relations: names, kind }: StoragePromise): number {
  const pattern = new RegExp(names);
  return relations
    .filter((relation) => pattern.test(relation.table) && (kind === 'all' || relation.kind === 'index'))
    .reduce((sum, { bytes }) => sum + bytes, 0);
}
