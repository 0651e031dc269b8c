import { type ArmPair, type Finding, type Judged, joined, NOTHING, open } from './finding.ts';
import {
  estimateError,
  type PlanNode,
  planDifferences,
  planShape,
  type Reads,
  readsOf,
  rowsProcessed,
} from './plan-tree.ts';
import { hasLater, laterSide, mainPlan, type Planned, planChange, sameMainPlan } from './plan-view.ts';
import { hasRisenFar } from './rise.ts';
import { formatCount, formatRatio } from './units.ts';

/** PostgreSQL's page, unless it was built otherwise. */
const PAGE_BYTES = 8192;
/** Smaller tables are read from end to end for good reasons: 64 pages are 512 kB. */
const LEAST_PAGES = 64;
/** A worse estimate of rows is told from this factor of change on, when it is off by `ESTIMATE_ERROR` then. */
const ESTIMATE_WORSE = 2;
const ESTIMATE_ERROR = 10;

/**
 * Judges the plans of an arm: a table that was read through an index and now from end to end fails, another plan or a
 * much worse estimate is told. Where a generic plan replaces the first one, that one is judged as well.
 */
export function judgePlans(pair: ArmPair): Judged {
  const { before, after, name } = pair;
  if (!hasPlans(pair)) return open({ name, why: 'plan: not seen on both sides', isOpen: false });
  const first = findingsOf(pair, before, after, '');
  return joined([{ findings: first, unjudged: [] }, judgeLater(pair, first)]);
}

/** Of the plans from the sixth execution on, what `first` does not name yet. */
function judgeLater(pair: ArmPair, first: readonly Finding[]): Judged {
  const { before, after, name } = pair;
  const unseen = [before, after].filter(({ laterSeen }) => laterSeen === false);
  if (unseen.length === 1 && (before.laterSeen || after.laterSeen || hasLater(before, after)))
    return open({ name, why: 'plan from the sixth execution on: not seen on both sides', isOpen: false });
  if (!hasLater(before, after)) return NOTHING;
  const known = new Set(first.map((finding) => finding.name));
  const later = findingsOf(pair, laterSide(before), laterSide(after), 'from the sixth execution on, ');
  return { findings: later.filter((finding) => !known.has(finding.name)), unjudged: [] };
}

/** Whether plans were seen on both sides. */
export function hasPlans({ before, after }: ArmPair): boolean {
  return before.plans.length > 0 && after.plans.length > 0;
}

function findingsOf(pair: ArmPair, before: Planned, after: Planned, when: string): Finding[] {
  const changes = planChange(before, after) ?? [];
  const finding = (rule: string, kind: Finding['kind'], sentence: string, plan = changes): Finding => {
    return { name: `${pair.name}/${rule}`, rule, kind, sentence: `${when}${sentence}`, plan };
  };
  const scans = scansLost(before, after).flatMap((table) => {
    const pages = pagesOf(table, pair.relations);
    if (pages < LEAST_PAGES) return [];
    const sentence = `${table} (${formatCount(pages)} pages) is read from end to end, it was read through an index`;
    const plan = [...new Set([...readChange(table, before, after), ...changes])];
    return [finding(`scan:${table}`, 'failure', sentence, plan)];
  });
  const worse = worseEstimate(before, after);
  // Of a large write the quickest statements are not told, so it has no sum.
  const rows = pair.before.cache === 'hot' ? moreRows(before, after) : null;
  return [
    ...scans,
    ...(rows === null ? [] : [finding('rows-processed', 'failure', rows)]),
    ...(sameMainPlan(before, after) === false ? [finding('plan', 'warning', 'another plan')] : []),
    ...(worse === null ? [] : [finding('estimate', 'warning', worse)]),
  ];
}

/** How a table is read by all statements of an arm, before and after: the main plan may be another statement's. */
function readChange(table: string, before: Planned, after: Planned): string[] {
  return planDifferences(together(before), together(after)).filter((line) => line.startsWith(`${table}: `));
}

function together({ plans }: Planned): PlanNode {
  const figures = {
    keys: null,
    rowsEstimated: 0,
    rows: 0,
    rowsRemoved: 0,
    loops: 1,
    blocks: 0,
    tempBlocks: 0,
  };
  return { node: 'Append', relation: null, index: null, ...figures, children: plans.map(({ root }) => root) };
}

/** The same plans that take more rows, or more executions, for the same answer; other plans have other nodes to count. */
function moreRows(before: Planned, after: Planned): string | null {
  const [was, is] = [before, after].map(({ plans }) => ({
    shapes: plans.map(({ root }) => planShape(root)).sort(),
    rows: plans.reduce((sum, { root, executions }) => sum + executions * rowsProcessed(root), 0),
  }));
  if (!was || !is || was.shapes.join('\n') !== is.shapes.join('\n')) return null;
  if (!hasRisenFar(was.rows, is.rows, 1)) return null;
  return `the same plans process ${formatCount(was.rows)} → ${formatCount(is.rows)} rows`;
}

const NEVER: Reads = { byIndex: 0, sequential: 0 };

/** Tables that fewer nodes read through an index than before, and more from end to end. */
function scansLost(before: Planned, after: Planned): string[] {
  const [was, is] = [before, after].map(({ plans }) => readsOf(plans.map(({ root }) => root)));
  return [...(is ?? [])].flatMap(([table, { byIndex, sequential }]) => {
    const earlier = was?.get(table) ?? NEVER;
    return byIndex < earlier.byIndex && sequential > earlier.sequential ? [table] : [];
  });
}

/** Pages of a table and what belongs to it, in the later state that lists it: 0 for one that none does, as a temporary one. */
function pagesOf(table: string, [before, after]: ArmPair['relations']): number {
  const found = [...after, ...before].find(({ name, kind }) => name === table && kind !== 'index');
  return Math.floor((found?.bytes ?? 0) / PAGE_BYTES);
}

function worseEstimate(before: Planned, after: Planned): string | null {
  const [was, is] = [mainPlan(before.plans), mainPlan(after.plans)];
  if (!was || !is) return null;
  const [earlier, now] = [estimateError(was.root), estimateError(is.root)];
  if (now < ESTIMATE_ERROR || now < ESTIMATE_WORSE * earlier) return null;
  return `the worst estimate of rows is ${formatRatio(now)} off, it was ${formatRatio(earlier)}`;
}
