import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Acceptance, GateFile, withAcceptance } from './acceptance.ts';
import type { Finding, FindingKind } from './finding.ts';
import { acceptableNames, decideGate, type GateEvidence, joinEvidence } from './gate.ts';

const finding = (rule: string, kind: FindingKind = 'failure'): Finding => ({
  ...{ name: `lead-list/page=1/views/${rule}`, rule, kind, sentence: 'what', plan: [] },
});
const NOTHING: GateEvidence = { findings: [], unjudged: [], comparisons: [], thresholds: null };
const evidence = (...findings: Finding[]): GateEvidence => ({ ...NOTHING, findings });
const open = (isOpen: boolean): GateEvidence => ({
  ...NOTHING,
  unjudged: [{ name: 'x', why: 'y', isOpen }],
});
const COMPARISON: NonNullable<GateEvidence['comparisons']>[number] = {
  ...{ scenario: 'lead-list', variant: 'page=1', before: 'base', after: 'views', beforeMs: 1, afterMs: 1 },
  ...{
    ratio: 1,
    interval: [1, 1],
    blocks: 15,
    verdict: 'unchanged',
    reason: 'the interval',
    smallestDetectable: 0.05,
  },
  ...{ control: null, answersEqual: true, projected: false, bound: null },
};
const accepted = (...rules: string[]): Acceptance[] =>
  rules.map((rule) => ({
    name: rule.includes(':') ? rule : finding(rule).name,
    because: 'wanted',
    at: '2026-11-26',
  }));

describe('a gate', () => {
  it.each<[string, GateEvidence, string, number, number]>([
    ['nothing', NOTHING, 'passed', 0, 0],
    ['a warning', evidence(finding('plan', 'warning')), 'passed', 0, 0],
    ['a report', evidence(finding('blocks', 'report')), 'passed', 0, 0],
    ['a failure', evidence(finding('blocks')), 'failed', 99, 99],
    ['an arm that fails', evidence(finding('error')), 'failed', 99, 99],
    ['another answer', evidence(finding('blocks'), finding('answer')), 'failed', 7, 7],
    ['something open', open(true), 'inconclusive', 0, 5],
    ['something not judged that hides nothing', open(false), 'passed', 0, 0],
    ['a failure and something open', joinEvidence([open(true), evidence(finding('time'))]), 'failed', 99, 99],
  ])('with %s', (_, given, verdict, exit, strictExit) => {
    expect(decideGate(given, [], false)).toMatchObject({ verdict, exitCode: exit });
    expect(decideGate(given, [], true)).toMatchObject({ verdict, exitCode: strictExit });
  });
});

it('what two questions find under one name is found once, and two findings of one question stay', () => {
  const twice = evidence(finding('blocks'), finding('blocks'));
  expect(joinEvidence([twice, evidence(finding('answer'), finding('blocks'))]).findings).toEqual([
    ...[finding('blocks'), finding('blocks')],
    finding('answer'),
  ]);
});

describe('an accepted change', () => {
  it('passes and is seen, with its reason', () => {
    const result = decideGate(evidence(finding('blocks')), accepted('blocks'), false);
    expect(result).toMatchObject({ verdict: 'passed', exitCode: 0, failures: [], stale: [] });
    expect(result.accepted).toEqual([{ ...finding('blocks'), because: 'wanted', at: '2026-11-26' }]);
  });

  it('may be a warning, and another answer', () => {
    const both = evidence(finding('plan', 'warning'), finding('answer'));
    expect(decideGate(both, accepted('plan', 'answer'), false)).toMatchObject({
      exitCode: 0,
      warnings: [],
      accepted: [{ rule: 'plan' }, { rule: 'answer' }],
    });
  });

  it('accepts nothing else', () => {
    const result = decideGate(evidence(finding('blocks'), finding('rows')), accepted('blocks'), false);
    expect(result).toMatchObject({
      exitCode: 99,
      failures: [{ rule: 'rows' }],
      accepted: [{ rule: 'blocks' }],
    });
  });

  const compared = (verdict: 'unchanged' | 'inconclusive') => ({
    ...NOTHING,
    comparisons: [{ ...COMPARISON, verdict }],
  });

  it('is stale when nothing matches it any more', () => {
    const found = joinEvidence([compared('unchanged'), evidence(finding('rows'))]);
    const result = decideGate(found, accepted('rows', 'blocks'), false);
    expect(result).toMatchObject({ verdict: 'passed', stale: accepted('blocks') });
  });

  it('is not stale where its arm was not measured, or its time has no verdict', () => {
    expect(decideGate(NOTHING, accepted('blocks'), false).stale).toEqual([]);
    const both = accepted('blocks', 'time');
    expect(decideGate(compared('unchanged'), both, false).stale).toEqual(both);
    expect(decideGate(compared('inconclusive'), both, false).stale).toEqual(both.slice(0, 1));
    const unjudged = [{ name: 'lead-list/page=1/views', why: 'not counted', isOpen: true }];
    expect(decideGate({ ...compared('unchanged'), unjudged }, both, false).stale).toEqual([]);
  });

  it('is not stale where nobody asked', () => {
    const both = accepted('blocks', 'threshold:lead-list/page=1/p95/5ms');
    expect(decideGate(compared('unchanged'), both, false).stale).toEqual(both.slice(0, 1));
    const bounded = { ...NOTHING, comparisons: null, thresholds: [] };
    expect(decideGate(bounded, both, false).stale).toEqual(both.slice(1));
  });

  it('is not stale where its scenario was left out', () => {
    const given = {
      ...compared('unchanged'),
      unjudged: [{ name: 'lead-list', why: 'out of reach', isOpen: false }],
    };
    expect(decideGate(given, accepted('blocks'), false)).toMatchObject({ stale: [], verdict: 'passed' });
    const other = { ...given, unjudged: [{ name: 'lead', why: 'out of reach', isOpen: false }] };
    expect(decideGate(other, accepted('blocks'), false).stale).toHaveLength(1);
  });

  it('cannot be what has no weight anyway', () => {
    const given = evidence(finding('blocks', 'report'), finding('rows'), finding('rows'));
    expect(acceptableNames(given)).toEqual([finding('rows').name]);
    expect(decideGate(given, accepted('blocks'), false)).toMatchObject({ accepted: [], reports: [{}] });
  });
});

describe('any evidence', () => {
  const rule = fc.constantFrom('answer', 'blocks', 'rows', 'plan', 'time', 'error');
  const kind = fc.constantFrom<FindingKind>('failure', 'warning', 'report');
  const given = fc.record({
    findings: fc.array(fc.tuple(rule, kind).map(([of, what]) => finding(of, what))),
    unjudged: fc.array(fc.record({ name: fc.string(), why: fc.string(), isOpen: fc.boolean() })),
    comparisons: fc.constant([]),
    thresholds: fc.constant(null),
  });

  it('passes only without failures, loses no finding, and is failed by a failure whatever is open', () => {
    fc.assert(
      fc.property(given, fc.uniqueArray(rule), fc.boolean(), (some, rules, isStrict) => {
        const result = decideGate(some, accepted(...rules), isStrict);
        const { failures, warnings, accepted: passed, reports, verdict, exitCode } = result;
        expect(failures.length + warnings.length + passed.length + reports.length).toBe(some.findings.length);
        expect(verdict === 'failed').toBe(failures.length > 0);
        expect(exitCode === 0).toBe(verdict === 'passed' || (verdict === 'inconclusive' && !isStrict));
      }),
    );
  });
});

describe('a gate file', () => {
  const at = '2026-11-26T03:00:00.000Z';
  it('takes an acceptance in order of names, and replaces one', () => {
    const first = withAcceptance({ accepted: [] }, { name: 'b', because: 'x', at });
    const second = withAcceptance(first, { name: 'a', because: 'y', at });
    expect(withAcceptance(second, { name: 'b', because: 'z', at }).accepted).toEqual([
      { name: 'a', because: 'y', at },
      { name: 'b', because: 'z', at },
    ]);
  });

  it.each([
    [{ accepted: [{ name: 'a', because: 'b', at: 'soon' }] }, 'accepted.0.at'],
    [{ accepted: [{ name: 'a', because: '  ', at }] }, 'accepted.0.because'],
    [{ accepted: [{ name: 'a', reason: 'b', at }] }, 'accepted.0.because'],
    [{ accepts: [] }, 'accepted'],
    [[], ''],
  ])('%j is none', (content, place) => {
    const parsed = GateFile.safeParse(content);
    expect(parsed.error?.issues.map(({ path }) => path.join('.'))).toContain(place);
  });
});
