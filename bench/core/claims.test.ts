import { describe, expect, test } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import { judgeClaims } from './claims.ts';
import { compareStates } from './comparison.ts';
import type { RunFile } from './run-file.ts';

const run = sampleRun();

describe('claims', () => {
  const judged = (id: string, of = run) => {
    const found = judgeClaims(of).find((one) => one.id === id);
    if (!found) throw new Error(id);
    return found;
  };

  test('reproduced: promised time, promised change and measurement are said apart', () => {
    const claim = judged('schedule-1m', quick());
    expect(claim).toMatchObject({ verdict: 'reproduced', unit: 'ms' });
    expect(claim.why).toMatch(
      /^Promised: at most 3 min afterwards and 90 % faster\. Measured: schedule-1m \(first\) /,
    );
    expect(claim.why).toMatch(/\d s afterwards \(kept\), 9\d(\.\d)? % faster, projected \(kept\)/);
  });

  test('not reproduced: one promise of two broken is enough', () => {
    const slow = run.claims.map((claim) =>
      claim.id === 'import-100k' ? { ...claim, afterMs: 2000 } : claim,
    );
    const claim = judged('import-100k', { ...run, claims: slow });
    expect(claim.verdict).toBe('not reproduced');
    expect(claim.why).toMatch(/s afterwards \(not kept\), \d+(\.\d)? % faster, projected \(kept\)/);
  });

  test('a change over a projected time is a lower bound and breaks no promise', () => {
    const claim = judged('schedule-1m');
    expect(claim.verdict).toBe('left open');
    expect(claim.why).toContain('% faster, projected (left open)');
  });

  test('at another scale it is not measured, and the scale is said', () => {
    const claim = judged('lead-query');
    expect(claim).toMatchObject({ verdict: 'not measured in this run', measured: null });
    expect(claim.why).toContain('for 2,000,000 leads, this run has 100,000');
  });

  test('several scenarios may serve one claim', () => {
    expect(judged('lead-query').evidence.map(({ scenario }) => scenario)).toEqual([
      'lead-list',
      'lead-search',
    ]);
  });

  test('nothing promised in numbers, nothing judged', () => {
    expect(judged('partition-space')).toMatchObject({ verdict: 'not measured in this run', measured: null });
  });

  const withClaim = (changes: object) => ({
    ...run,
    claims: run.claims.map((claim) => (claim.id === 'partition-space' ? { ...claim, ...changes } : claim)),
  });

  test('of bytes are judged by the states’ relations', () => {
    const storage = {
      relations: '^leads',
      kind: 'index' as const,
      before: 'base',
      after: 'indexes',
      less: 0.25,
    };
    const claim = judged('partition-space', withClaim({ storage }));
    expect(claim).toMatchObject({ verdict: 'not reproduced', unit: 'share' });
    expect(claim.why).toMatch(
      /^Promised: 25 % less from base to indexes\. Measured: .* → .*, [\d.]+ % more\.$/,
    );
    expect(judged('partition-space', withClaim({ storage: { ...storage, less: -99 } })).verdict).toBe(
      'reproduced',
    );
    expect(
      judged('partition-space', withClaim({ storage: { ...storage, before: 'x' } })).measured,
    ).toBeNull();
  });

  test('of bytes are not judged by tables that have no rows', () => {
    const storage = { relations: '^leads', kind: 'all' as const, before: 'base', after: 'indexes', less: 0 };
    const tables = run.load.tables.map((table) => ({
      ...table,
      rows: table.name === 'leads' ? 0 : table.rows,
    }));
    const claim = judged('partition-space', { ...withClaim({ storage }), load: { ...run.load, tables } });
    expect(claim).toMatchObject({ verdict: 'not measured in this run', measured: null });
    expect(claim.why).toContain('lacks a state, or the rows of these tables');
  });

  test('of bytes are judged at the scale they were made for', () => {
    const storage = { relations: '^leads', kind: 'all' as const, before: 'base', after: 'indexes', less: 0 };
    const claim = judged('partition-space', withClaim({ storage, contacts: 2_000_000 }));
    expect(claim).toMatchObject({ verdict: 'not measured in this run', measured: null });
    expect(claim.why).toContain('The promise is for 2,000,000 leads.');
  });

  test('that no run can show say where they are shown', () => {
    const claim = judged('partition-space', withClaim({ shownBy: 'a test shows it' }));
    expect(claim).toMatchObject({ verdict: 'not measurable here', measured: null });
    expect(claim.why).toContain('No run can: a test shows it.');
  });

  test('whose promise lies inside the interval are left open', () => {
    const { ratio, interval95 } = compareStates(run).find(
      (c) => c.variant === 'page 1' && c.before === 'base' && c.after === 'views',
    ) ?? { ratio: null, interval95: null };
    expect(interval95?.[0]).toBeLessThan(ratio ?? 0);
    const faster = 1 - 1 / (ratio ?? 1);
    const claims = run.claims.map((claim) =>
      claim.id === 'lead-query' ? { ...claim, faster, afterMs: null, contacts: null } : claim,
    );
    const scenarios = run.scenarios.map((one) =>
      one.name === 'lead-search' ? { ...one, claim: null } : one,
    );
    const claim = judged('lead-query', { ...run, claims, scenarios });
    expect(claim.verdict).toBe('left open');
    expect(claim.why).toMatch(/\(95 %: 96\.\d+ % to 96\.\d+ %\) \(left open\)/);
  });

  test('an answer that differs reproduces nothing', () => {
    const arms = run.arms.map((arm) =>
      arm.scenario === 'import-100k' && arm.state === 'views'
        ? { ...arm, answer: { digest: 'other', rows: 1 } }
        : arm,
    );
    expect(judged('import-100k', { ...run, arms })).toMatchObject({
      verdict: 'not reproduced',
      measured: null,
    });
  });

  test('an arm that cannot run here makes the claim not measurable here', () => {
    const arms = run.arms.map((arm) =>
      arm.scenario === 'import-100k' && arm.state === 'views' ? { ...arm, error: 'no such extension' } : arm,
    );
    const claim = judged('import-100k', { ...run, arms });
    expect(claim).toMatchObject({ verdict: 'not measurable here', measured: null });
    expect(claim.why).toContain('no such extension');
  });

  function quick(): RunFile {
    const arms = run.arms.map((arm) =>
      arm.scenario === 'schedule-1m' && arm.state === 'views'
        ? { ...arm, samples: arm.samples.map((sample) => ({ ...sample, executionsMs: [9000] })) }
        : arm,
    );
    return { ...run, arms };
  }
});
