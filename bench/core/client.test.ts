import { describe, expect, test } from 'vitest';
import { busyRun } from '../../test/altered-runs.ts';
import { sampleRun } from '../../test/sample-run.ts';
import { auditClient } from './client.ts';
import { compareStates } from './comparison.ts';
import type { ClientLoad, Sample } from './run-file.ts';

const QUIET: ClientLoad = { cpuShare: 0.2, loopShare: 0.2, gcShare: 0, delayMs: 0, idleMs: 0.1 };
const sample = (client: ClientLoad | null, ms = 5): Sample => ({
  ...{ block: 0, order: 0, executionsMs: [ms], client, done: 1, total: 1 },
});
const audit = (changes: Partial<ClientLoad>, ms = 5) =>
  auditClient({ samples: [sample({ ...QUIET, ...changes }, ms)] });

describe('the audit of the client', () => {
  test('leaves alone what the server did', () => {
    expect(audit({})).toMatchObject({ bound: 'server-bound', overIdle: 50 });
  });

  test('names a client that was at work all the time', () => {
    expect(audit({ cpuShare: 0.97 })).toMatchObject({
      bound: 'client-bound',
      reason: 'the client itself worked for 97 % of the time',
    });
  });

  test('names a busy client that others left little of the processor', () => {
    expect(audit({ cpuShare: 0.5, loopShare: 0.99 })).toMatchObject({
      bound: 'client-bound',
      reason: 'the client itself worked for 99 % of the time',
    });
  });

  test('names a time that is hardly more than that of a statement that does nothing', () => {
    expect(audit({ idleMs: 4.5 })).toMatchObject({ bound: 'client-bound' });
    expect(audit({ idleMs: 4.5 })?.reason).toBe('it takes 1.11× as long as a statement that does nothing');
  });

  test('names a client that was collecting garbage', () => {
    expect(audit({ gcShare: 0.4, cpuShare: 0.9 })).toMatchObject({ bound: 'tainted' });
  });

  test('judges by the median of the blocks: one bad block is no verdict', () => {
    const samples = [QUIET, { ...QUIET, cpuShare: 1 }, QUIET].map((client) => sample(client));
    expect(auditClient({ samples })?.bound).toBe('server-bound');
  });

  test('knows nothing where nobody watched', () => {
    expect(auditClient({ samples: [sample(null)] })).toBeNull();
  });

  test('is told also where too few blocks have no interval', () => {
    const run = busyRun(({ scenario, state }) => scenario === 'import-100k' && state === 'views');
    const found = compareStates(run).find((c) => c.scenario === 'import-100k' && c.after === 'views');
    expect(found).toMatchObject({ verdict: 'inconclusive', interval: null, blocks: 3 });
    expect(found?.reason).toBe('client-bound in views: the client itself worked for 95 % of the time');
  });

  test('tells the longest hold-up of any block, and medians of the rest', () => {
    const blocks = [0.2, 0.3, 0.9].map((cpuShare, i) => sample({ ...QUIET, cpuShare, delayMs: 5 - i }));
    expect(auditClient({ samples: blocks })).toMatchObject({
      ...{ cpuShare: 0.3, loopShare: 0.2, workShare: 0.3, gcShare: 0, delayMs: 5, idleMs: 0.1 },
    });
  });

  test('hides no regression to a time that is the server’s', () => {
    const run = sampleRun();
    const [first, second] = run.states;
    if (!first || !second) throw new Error('the run has two states');
    const slower = { ...run, states: [second, first] };
    const verdictWith = (busy: string | null) => {
      const arms = slower.arms.map((arm) =>
        arm.scenario === 'lead-list' && arm.state === busy
          ? { ...arm, samples: arm.samples.map((one) => ({ ...one, client: { ...QUIET, cpuShare: 0.99 } })) }
          : arm,
      );
      const found = compareStates({ ...slower, arms, confirmations: [] });
      return found.find((c) => c.scenario === 'lead-list' && c.variant === 'page 1')?.verdict;
    };
    expect([null, second.name, first.name].map(verdictWith)).toEqual([
      'regressed',
      'regressed',
      'inconclusive',
    ]);
  });

  test('keeps a client-bound figure from becoming a verdict', () => {
    const run = sampleRun();
    const arms = run.arms.map((arm) =>
      arm.scenario === 'lead-list' && arm.state === 'views'
        ? { ...arm, samples: arm.samples.map((one) => ({ ...one, client: { ...QUIET, cpuShare: 0.99 } })) }
        : arm,
    );
    const found = compareStates({ ...run, arms }).filter(
      (c) => c.variant === 'page 1' && c.after === 'views',
    );
    expect(found.length).toBe(2);
    for (const comparison of found) {
      expect(comparison).toMatchObject({ verdict: 'inconclusive', bound: 'client-bound' });
      expect(comparison.reason).toMatch(/^client-bound in views: the client itself worked/);
    }
    expect(compareStates(run).find((c) => c.variant === 'page 1')?.bound).toBe('server-bound');
  });
});
