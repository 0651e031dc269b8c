import { describe, expect, it } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import { decideGate } from './gate.ts';
import type { RunFile } from './run-file.ts';
import { evidenceOfLines, evidenceOfThresholds } from './threshold-evidence.ts';
import { parseThresholds } from './thresholds.ts';

const run = sampleRun();

it('a run and thresholds say what is kept beside what is found', () => {
  const text = 'lead-list page 1 median < 2.1ms\nlead-list page 100 median < 2.1ms';
  const evidence = evidenceOfThresholds(run, parseThresholds(text, 'f', run.scenarios));
  expect(evidence.thresholds?.map(({ verdict }) => verdict)).toEqual(['kept', 'missed']);
  expect(evidence.comparisons).toBeNull();
  expect(decideGate(evidence, [], false)).toMatchObject({ verdict: 'failed', exitCode: 99 });
});

describe('the lines of a gate', () => {
  const addedBy = (...head: string[]): RunFile => ({
    ...run,
    gate: {
      ...{ ref: 'main', commit: '1a2b3c4d5e', changed: [], accepted: [], touched: null, thresholds: '' },
      unpaired: { base: [], head },
    },
  });

  it.each([['lead-list/page 7'], ['lead-tags/a/b']])('leave open what only the head has: %s', (name) => {
    const [scenario = '', ...rest] = name.split('/');
    const line = `${scenario} ${rest.join('/')} p95 < 5ms`;
    const evidence = evidenceOfLines(addedBy(name), `\n${line}\n`);
    expect(evidence.thresholds).toMatchObject([{ verdict: 'not measured', text: line, line: 2 }]);
    expect(decideGate(evidence, [], true)).toMatchObject({ verdict: 'inconclusive', exitCode: 5 });
  });

  it('hold a new variant beside those that both sides have', () => {
    const { thresholds } = evidenceOfLines(addedBy('lead-list/page 7'), 'lead-list page* median < 2.1ms');
    expect(thresholds?.map(({ variant, verdict }) => `${variant} ${verdict}`)).toEqual([
      'page 1 kept',
      'page 100 missed',
      'page 10,000 missed',
      'page 7 not measured',
    ]);
  });

  it('name what is of a scenario that was not measured, and leave nothing open for it', () => {
    const text = 'lead-list page 1 median < 2.1ms\nlead-none p95 < 1ms # soon\n';
    const evidence = evidenceOfLines(addedBy(), text);
    expect(evidence.unjudged).toEqual([
      {
        name: 'threshold:lead-none',
        why: 'its scenario was not measured: lead-none p95 < 1ms',
        isOpen: false,
      },
    ]);
    const accepted = [{ name: 'threshold:lead-none/x/p95/1ms', because: 'wanted', at: '' }];
    expect(decideGate(evidence, accepted, true)).toMatchObject({ verdict: 'passed', exitCode: 0, stale: [] });
    expect(evidenceOfLines(addedBy(), 'lead-none p95 < 1ms')).toMatchObject({
      findings: [],
      thresholds: [],
    });
  });
});
