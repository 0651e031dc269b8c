import { describe, expect, it } from 'vitest';
import { countedArm, countedRun, repetitions } from '../../test/counted-arm.ts';
import { sampleRun } from '../../test/sample-run.ts';
import { parseXml } from '../../test/xml.ts';
import { decideGate, joinEvidence } from '../core/gate.ts';
import { ADVISORY, evidenceOfRuns } from '../core/gate-evidence.ts';
import type { Arm, RunFile } from '../core/run-file.ts';
import { evidenceOfThresholds } from '../core/threshold-evidence.ts';
import { parseThresholds } from '../core/thresholds.ts';
import { GATE_FORMATS, type GateFormat, gateReport } from './gate-report.ts';

const NAME = 'lead-list/page=1/views/blocks';

function runOf(...arms: Partial<Arm>[]): RunFile {
  return { ...sampleRun(), arms: arms.map(countedArm) };
}

const MORE = { counters: repetitions({ sharedBlocks: 412 }) };

function report(format: GateFormat, after: RunFile, { accepts = false, isStrict = false, bound = '' } = {}) {
  const accepted = accepts ? [{ name: NAME, because: 'it is <wanted>', at: '2026-11-28T00:00:00Z' }] : [];
  const bounds =
    bound === '' ? [] : [evidenceOfThresholds(after, parseThresholds(bound, 'f', after.scenarios))];
  const evidence = joinEvidence([evidenceOfRuns(runOf({}), after, ADVISORY), ...bounds]);
  const result = decideGate(evidence, accepted, isStrict);
  return gateReport(format, result, [runOf({}), after], false);
}

describe('two runs, for a CI server', () => {
  it.each(GATE_FORMATS)('%s passes what is the same', async (format) => {
    const text = await report(format, runOf({}));
    expect(text).not.toMatch(/<failure|<error|::error|regressed/);
    if (format === 'junit') expect(text).toContain('tests="2" failures="0" errors="0"');
  });

  it.each([
    ['junit', /<failure type="regressed" message="regressed: Blocks/],
    ['github-annotations', /^::error title=Regressed%3A lead-list page=1%2C views::Blocks/m],
    ['github-summary', /^\| lead-list \| page=1, views \| regressed \| Blocks/m],
  ] as const)('%s fails what reads more, by the name that accepts it', async (format, shown) => {
    const text = await report(format, runOf(MORE));
    expect(text.replaceAll('\\', '')).toMatch(shown);
    expect(text.replaceAll('\\', '')).toContain(NAME);
  });

  it.each(GATE_FORMATS)('%s fails nothing that is accepted, and says why', async (format) => {
    const text = await report(format, runOf(MORE), { accepts: true });
    expect(text).not.toMatch(/<failure|<error|::error|regressed/);
    expect(text).toMatch(/it is (&lt;|<)wanted/);
  });

  it.each([
    ['junit', /<error type="answers differ"/],
    ['github-annotations', /^::error title=Answers differ%3A lead-list/m],
    ['github-summary', /\| answers differ \|/],
  ] as const)('%s has another answer as an error of its own', async (format, shown) => {
    expect(await report(format, runOf({ answer: { digest: 'other', rows: 1 } }))).toMatch(shown);
  });

  it.each([
    [
      'junit',
      /name="verdict">\s*<failure type="inconclusive"/,
      /name="verdict">\s*<skipped type="inconclusive"/,
    ],
    ['github-annotations', /^::error title=Gate inconclusive/m, /^::notice title=Gate inconclusive/m],
  ] as const)('%s shows no verdict as an error only where it is strict', async (format, strict, lenient) => {
    const open = runOf({ counters: [], plans: [] });
    const text = (isStrict: boolean) => report(format, open, { isStrict, bound: 'lead-list page* p99 < 1s' });
    expect(await text(true)).toMatch(strict);
    expect(await text(false)).toMatch(lenient);
  });
});

describe('thresholds, for a CI server', () => {
  it('are a test case each', async () => {
    const text = await report('junit', countedRun(sampleRun()), { bound: 'lead-list page* median < 2.1ms' });
    expect(text).toMatch(/name="page 1 median &lt; 2\.1ms">\s*<system-out>kept: /);
    expect(text).toMatch(
      /name="page 100 median &lt; 2\.1ms">\s*<failure type="regressed" message="regressed: missed: /,
    );
    expect(
      parseXml(text.slice(text.indexOf('<testsuites'))).children.map(({ attributes }) => attributes['name']),
    ).toEqual(['gate', 'lead-list']);
  });
});
