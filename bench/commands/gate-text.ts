import { oneLine } from '../../reports/text/clean.ts';
import { type Finding, findingLines, type Unjudged } from '../core/finding.ts';
import type { Accepted, GateResult } from '../core/gate.ts';
import type { TimeRule } from '../core/gate-evidence.ts';
import type { GateRecord } from '../core/gate-record.ts';
import type { RunFile } from '../core/run-file.ts';
import { SUSPECT_TEXT } from '../core/suspect.ts';
import { formatAmount, formatCount, formatPercent } from '../core/units.ts';
import { LOOKS } from '../core/verdict.ts';
import { asText } from './text.ts';

/** Names beyond this many are counted; `--json` has them all. */
const NAMES = 8;
/** Changed files beyond this many are counted. */
const FILES = 20;
const COMMIT_DIGITS = 10;

/**
 * The verdict first, then what it rests on, then what was not judged. `runs` are those that were judged, their times by `rule`;
 * null for the one run that measured both sides for it.
 */
export function gateText(result: GateResult, runs: readonly RunFile[], rule: TimeRule | null): string {
  const sections = [
    section('failures', result.failures.flatMap(namedLines)),
    section('warnings', result.warnings.flatMap(namedLines)),
    section('accepted', result.accepted.flatMap(acceptedLines)),
    section('accepted, but found no more: remove them from bench-gate.json', staleLines(result)),
    section('told, without weight', result.reports.flatMap(namedLines)),
    section('not judged, so no verdict', unjudgedLines(result.unjudged.filter(({ isOpen }) => isOpen))),
    section('not judged', unjudgedLines(result.unjudged.filter(({ isOpen }) => !isOpen))),
    section('slowdowns that the clock would have seen', seenLines(result, runs, rule)),
  ];
  return asText([gateHeadline(result), ...runs.flatMap(sourceLines), ...sections.flat(), ''].join('\n'));
}

/** The verdict, and how much it rests on. */
export function gateHeadline({
  verdict,
  failures,
  warnings,
  accepted,
  stale,
  comparisons,
  thresholds,
}: GateResult): string {
  const kept = thresholds.filter(({ verdict: of }) => of === 'kept').length;
  const parts = [
    ...(comparisons.length > 0 ? [`${formatAmount(comparisons.length, 'arm')} compared`] : []),
    ...(thresholds.length > 0
      ? [`${formatCount(kept)} of ${formatAmount(thresholds.length, 'threshold')} kept`]
      : []),
    ...(
      [
        [failures, 'failure'],
        [warnings, 'warning'],
        [accepted, 'accepted change'],
      ] as const
    ).flatMap(([list, word]) => (list.length > 0 ? [formatAmount(list.length, word)] : [])),
    ...(stale.length > 0 ? [`${formatCount(stale.length)} stale`] : []),
  ];
  return `${verdict}: ${parts.join(', ') || 'nothing was judged'}`;
}

function sourceLines({ id, server, load, suite, gate }: RunFile): string[] {
  const run = `run ${id}: PostgreSQL ${server.version} (${server.kind}), ${formatCount(load.contacts)} ${suite.contactsTitle}`;
  if (gate === null) return [run];
  const sides = `the working tree against ${gate.ref} (${gate.commit.slice(0, COMMIT_DIGITS)})`;
  const changed = gate.changed.map((line) => line.replace('\t', ' '));
  return [run, sides, ...section('changed', cutList(changed)), ...touchedLines(gate.touched)];
}

/** What was measured since the change may reach it, and by which names. */
function touchedLines(touched: GateRecord['touched']): readonly string[] {
  if (touched === null) return [];
  const reached = touched.flatMap(({ scenario, through }) =>
    through === null ? [] : [`${scenario}: by ${through.join(' → ')}`],
  );
  return section('reached by the change', reached);
}

function cutList(lines: readonly string[]): string[] {
  const more = lines.length - FILES;
  return [...lines.slice(0, FILES), ...(more > 0 ? [`… and ${formatCount(more)} more`] : [])];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${oneLine(line)}`)];
}

function namedLines({ name, ...found }: Finding): string[] {
  return [name, ...findingLines(found).map((line) => `  ${line}`)];
}

function acceptedLines(finding: Accepted): string[] {
  return [...namedLines(finding), `  because: ${finding.because} (${finding.at})`];
}

function staleLines({ stale }: GateResult): string[] {
  return stale.flatMap(({ name, because, at }) => [name, `  because: ${because} (${at})`]);
}

/** Per scenario, from the variant that shows least to the one that shows most; of the runs of two jobs by the margin alone. */
function seenLines({ comparisons }: GateResult, runs: readonly RunFile[], rule: TimeRule | null): string[] {
  if (rule !== null) return comparisons.length > 0 ? [marginText(rule)] : [];
  if (runs.at(-1)?.gate?.decidedEarly) return ['none: the first block decided, and no clock was asked'];
  const names = [...new Set(comparisons.map(({ scenario }) => scenario))];
  return names.map((name) => `${name}: ${seenText(comparisons.filter(({ scenario }) => scenario === name))}`);
}

function marginText({ margin, decides }: TimeRule): string {
  return decides
    ? `of every scenario from ${formatPercent(margin)} on, where the times of both are known`
    : 'none: times of two jobs are only told; --time-margin lets them decide';
}

function seenText(comparisons: GateResult['comparisons']): string {
  const shares = comparisons.flatMap(({ smallestDetectable }) => smallestDetectable ?? []);
  const others = comparisons.filter(({ smallestDetectable }) => smallestDetectable === null);
  // Blocks enough for a verdict, and none that could be one.
  const none = others.filter(({ blocks }) => blocks >= LOOKS[0]);
  const parts = [
    ...(shares.length > 0 ? [`from ${shareText(shares)} on, by variant`] : []),
    ...(others.length > none.length
      ? [`${shares.length > 0 ? 'of others ' : ''}from ${SUSPECT_TEXT} on`]
      : []),
    ...(none.length > 0 ? [`of ${formatAmount(none.length, 'variant')} none, as is said above`] : []),
  ];
  return parts.join('; ');
}

function shareText(shares: readonly number[]): string {
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => formatPercent(share));
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** The same reason of many arms is said once. */
function unjudgedLines(unjudged: readonly Unjudged[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { name, why } of unjudged) byReason.set(why, [...(byReason.get(why) ?? []), name]);
  return [...byReason].flatMap(([why, names]) => [
    why,
    ...names.slice(0, NAMES).map((name) => `  ${name}`),
    ...(names.length > NAMES ? [`  … and ${formatCount(names.length - NAMES)} more`] : []),
  ]);
}
