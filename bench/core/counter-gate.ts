import { answerFacts, isWrong } from './answers.ts';
import { type ArmPair, type FindingKind, found, type Judged, joined, NOTHING, open } from './finding.ts';
import { type Counted, countedOf, type Metric, metricNamed } from './metrics.ts';
import { judgePlans } from './plan-gate.ts';
import { planChange } from './plan-view.ts';
import { hasRisen, hasRisenFar, isMore, TOLERATED } from './rise.ts';
import { sameAnswer } from './run-comparison.ts';
import { formatPercent } from './units.ts';

/** A rise of so many blocks, over all that one execution does, is tolerated whatever its share. */
const TOLERATED_BLOCKS = 8;

interface Rule {
  readonly metric: Metric;
  /** `units` is what one execution does: figures are for each unit. */
  readonly isBroken: (before: number, after: number, units: number) => boolean;
  readonly tolerates: string;
}

const SHARE = formatPercent(TOLERATED);

const RULES: readonly Rule[] = [
  {
    metric: metricNamed('blocks'),
    isBroken: (before, after, units) =>
      hasRisen(before, after) && isMore((after - before) * units, TOLERATED_BLOCKS),
    tolerates: `+${SHARE} or +${TOLERATED_BLOCKS} blocks an execution`,
  },
  {
    metric: metricNamed('temp-blocks'),
    isBroken: (before, after) => before === 0 && after > 0,
    tolerates: 'none where there was none',
  },
  { metric: metricNamed('rows'), isBroken: hasRisen, tolerates: `+${SHARE}` },
  { metric: metricNamed('wal-records'), isBroken: hasRisen, tolerates: `+${SHARE}` },
];

/**
 * Judges what does not depend on the clock: whether an arm still works, its answer, counters and plans. An answer that
 * changed hides nothing else: every rule is asked.
 */
export function judgeCounters(pair: ArmPair): Judged {
  const { before, after } = pair;
  if (after.error !== null || before.error !== null) return judgeErrors(pair, before.error, after.error);
  return joined([judgeAnswer(pair), ...judgeRules(pair), judgePlans(pair)]);
}

/** An arm that fails now and did not before is the worst of regressions. */
function judgeErrors({ name }: ArmPair, was: string | null, is: string | null): Judged {
  if (was === null && is !== null) {
    const sentence = `it fails, as it did not before: ${is}`;
    return found({ name: `${name}/error`, rule: 'error', kind: 'failure', sentence, plan: [] });
  }
  const why = is === null ? `it failed before: ${was}` : `it fails before and after: ${is}`;
  return open({ name, why, isOpen: true });
}

/** A wrong answer is no better for having been wrong before. */
function judgeAnswer({ name, before, after }: ArmPair): Judged {
  const isSame = sameAnswer(before, after);
  const answer = answerFacts(after);
  const since = isWrong(answerFacts(before)) ? ' before and after' : '';
  if (isSame === false)
    return otherAnswer(name, `another answer: ${before.answer?.digest} → ${answer.digest}`);
  if (isWrong(answer))
    return otherAnswer(name, `a wrong answer${since}: ${answer.digest}, expected ${answer.expected}`);
  return isSame ? NOTHING : open({ name, why: 'answer: not known on both sides', isOpen: true });
}

function otherAnswer(name: string, sentence: string): Judged {
  return found({ name: `${name}/answer`, rule: 'answer', kind: 'failure', sentence, plan: [] });
}

/** Whether a counter that has a rule repeated exactly on both sides. */
export function isCounted({ before, after }: ArmPair): boolean {
  return RULES.some(({ metric }) => countedOf(before, metric)?.isExact && countedOf(after, metric)?.isExact);
}

function judgeRules(pair: ArmPair): Judged[] {
  const { name, before, after } = pair;
  const judged = RULES.map((rule) => ({
    rule,
    was: countedOf(before, rule.metric),
    is: countedOf(after, rule.metric),
  }));
  const missing = judged.filter(({ was, is }) => was === null || is === null);
  const vague = judged.filter(({ was, is }) => was && is && !(was.isExact && is.isExact));
  return [
    ...judged.map(({ rule, was, is }) => (was && is ? judgeRule(pair, rule, was, is) : NOTHING)),
    listed(name, 'not counted on both sides', missing),
    listed(name, 'not the same in at least two repetitions', vague),
  ];
}

function listed(name: string, why: string, rules: readonly { rule: Rule }[]): Judged {
  if (rules.length === 0) return NOTHING;
  const metrics = rules.map(({ rule }) => rule.metric.name).join(', ');
  return open({ name, why: `${metrics}: ${why}`, isOpen: false });
}

/** What repeated exactly fails a gate; what did not must have risen by far, in every repetition, or is only shown. */
function judgeRule(pair: ArmPair, rule: Rule, was: Counted, is: Counted): Judged {
  const units = pair.after.counters[0]?.total ?? 1;
  if (!rule.isBroken(was.value, is.value, units)) return NOTHING;
  const isSure = (was.isExact && is.isExact) || hasRisenFar(was.most, is.least, units);
  const kind: FindingKind = isSure ? 'failure' : 'report';
  const doubt = isSure ? '' : '; not the same in all repetitions, so it decides nothing';
  return found({
    name: `${pair.name}/${rule.metric.name}`,
    rule: rule.metric.name,
    kind,
    sentence: `${riseText(rule.metric, was.value, is.value, units)}; tolerated: ${rule.tolerates}${doubt}`,
    plan: planChange(pair.before, pair.after) ?? [],
  });
}

function riseText({ title, format }: Metric, before: number, after: number, units: number): string {
  const share = before > 0 ? ` (+${formatPercent(after / before - 1)})` : '';
  return `${title}: ${format(before)} → ${format(after)}${units > 1 ? ' for each unit of work' : ''}${share}`;
}
