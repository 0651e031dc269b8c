import { describe, expect, test } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import { judgeClaims } from './claims.ts';
import { compareStates } from './comparison.ts';
import type { Arm, RunFile } from './run-file.ts';

const run = sampleRun();

describe('claims', () => {
  const judged = (id: string, of = run) => {
    const found = judgeClaims(of).find((one) => one.id === id);
    if (!found) throw new Error(id);
    return found;
  };

  test('reproduced: promised time, promised change and measurement are said apart', () => {
    const claim = judged('schedule-1m', inBlocks(quick(), 8));
    expect(claim).toMatchObject({ verdict: 'reproduced', unit: 'ms' });
    expect(claim.why).toMatch(
      /^Promised: at most 3 min afterwards and 90 % faster\. Measured: schedule-1m \(first\) 9\.0 s /,
    );
    expect(claim.why).toMatch(
      /s \(95 %: 9\.0 s to 9\.0 s\) afterwards \(kept\), at least 9\d(\.\d)? % faster \(95 %: .*\), projected \(kept\)/,
    );
  });

  test('not reproduced: one promise of two broken is enough', () => {
    const slow = run.claims.map((claim) =>
      claim.id === 'import-100k' ? { ...claim, afterMs: 2000 } : claim,
    );
    const claim = judged('import-100k', inBlocks({ ...run, claims: slow }, 8));
    expect(claim.verdict).toBe('not reproduced');
    expect(claim.why).toMatch(
      /s\) afterwards \(not kept\), at least \d+(\.\d)? % faster .*, projected \(kept\)/,
    );
  });

  test('a change over a projected time is a lower bound and breaks no promise', () => {
    const claim = judged('schedule-1m', inBlocks(run, 8));
    expect(claim.verdict).toBe('left open');
    expect(claim.why).toMatch(/at least 8\d(\.\d)? % faster \(95 %: .*\), projected \(left open\)/);
  });

  test('at another scale it is not measured, and the scale is said', () => {
    const claim = judged('lead-query');
    expect(claim).toMatchObject({ verdict: 'not measured in this run', measured: null });
    expect(claim.why).toContain('for 2,000,000 leads, this run has 100,000');
  });

  test('is about the suite’s first and last state, and not judged on others', () => {
    const chosen = (states: readonly string[]) => ({ ...run, suite: { ...run.suite, states: [...states] } });
    const all = run.states.map(({ name }) => name);
    expect(judged('import-100k', chosen(all)).verdict).toBe(judged('import-100k').verdict);
    expect(judged('import-100k', chosen([...all, 'settings']))).toMatchObject({
      verdict: 'not measured in this run',
      why: expect.stringMatching(/this run lacks settings\.$/),
    });
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
    expect(claim.why).toContain('This run has no rows of these tables.');
  });

  test('of bytes are judged only where every table that they are about is loaded', () => {
    const storage = { relations: '.', kind: 'index' as const, before: 'base', after: 'indexes', less: 0.25 };
    const withTables = (...tables: string[]) => ({
      ...withClaim({ storage }),
      suite: { ...run.suite, tables },
    });
    const loaded = run.load.tables.map(({ name }) => name);
    expect(judged('partition-space', withTables(...loaded)).verdict).toBe('not reproduced');
    expect(judged('partition-space', withTables(...loaded, 'users', 'campaigns'))).toMatchObject({
      verdict: 'not measured in this run',
      measured: null,
      why: 'Promised: 25 % less from base to indexes. This run did not load users, campaigns.',
    });
    const leads = { ...storage, relations: '^leads' };
    const others = { ...withTables(...loaded, 'users'), claims: withClaim({ storage: leads }).claims };
    expect(judged('partition-space', others).verdict).toBe('not reproduced');
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

  test('that no scenario of the suite judges say why', () => {
    const claim = judged('lead-query', {
      ...run,
      claims: run.claims.map((one) => (one.id === 'lead-query' ? { ...one, unjudged: 'too vague' } : one)),
    });
    expect(claim).toMatchObject({ verdict: 'not measurable here', measured: null });
    expect(claim.why).toContain('No scenario of this suite judges it: too vague.');
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

  /** The claim of import-100k with this promise, its last state's blocks being of so many milliseconds. */
  const promised = (promise: object, blocksMs: readonly number[], of = run) =>
    judged('import-100k', {
      ...of,
      claims: of.claims.map((claim) =>
        claim.id === 'import-100k' ? { ...claim, afterMs: null, faster: null, ...promise } : claim,
      ),
      arms: of.arms.map((arm) =>
        isLast(arm)
          ? {
              ...arm,
              samples: blocksMs.flatMap((ms, block) =>
                arm.samples.slice(0, 1).map((one) => ({ ...one, block, executionsMs: [ms] })),
              ),
            }
          : arm,
      ),
    });
  const isLast = ({ scenario, state }: Arm) => scenario === 'import-100k' && state === 'views';

  test.each([
    ['kept, all 3 blocks', 'reproduced', [4000, 4100, 4900]],
    ['not kept, all 3 blocks', 'not reproduced', [5100, 6000, 5500]],
    ['left open: 3 blocks on both sides', 'left open', [4000, 4100, 5100]],
    ['left open: one block alone', 'left open', [4000]],
    ['left open: one block alone', 'left open', [7000]],
    ['left open: 2 blocks alone', 'left open', [4000, 4100]],
    ['not kept, 2 blocks, 1.5 times away or more', 'not reproduced', [7600, 8000]],
    ['kept, one block, 1.5 times away or more', 'reproduced', [3000]],
    ['not kept, one block, 1.5 times away or more', 'not reproduced', [8000]],
    ['left open', 'left open', [4000, 4100, 4200, 4300, 4400, 5100]],
    ['kept', 'reproduced', [4000, 4100, 4200, 4300, 4400, 4900]],
  ] as const)('a promised time is %s: %s', (note, verdict, blocksMs) => {
    const claim = promised({ afterMs: 5000 }, blocksMs);
    expect(claim.verdict).toBe(verdict);
    expect(claim.why).toContain(`afterwards (${note}),`);
  });

  test('a change without an interval is an estimate only', () => {
    const claim = promised({ faster: 0.5 }, [4000, 4100, 4200]);
    expect(claim.verdict).toBe('left open');
    expect(claim.why).toMatch(/, at least 9\d(\.\d)? % faster, projected \(left open: an estimate only\)\.$/);
  });

  test('a busy client’s time keeps a promised time, breaks none, and decides no change', () => {
    const client = { cpuShare: 0.2, loopShare: 0.9, gcShare: 0, delayMs: 0, idleMs: 0.1 };
    const busy = inBlocks(run, 8);
    const arms = busy.arms.map((arm) =>
      isLast(arm) ? { ...arm, samples: arm.samples.map((one) => ({ ...one, client })) } : arm,
    );
    const with8 = (afterMs: number, faster: number | null) => {
      const claims = run.claims.map((claim) => ({ ...claim, afterMs, faster }));
      return judged('import-100k', { ...busy, arms, claims });
    };
    expect(with8(15_000, null).verdict).toBe('reproduced');
    expect(with8(1000, null).verdict).toBe('left open');
    expect(with8(1000, null).why).toContain(
      '(left open: client-bound in views: the client itself worked for 90 %',
    );
    expect(with8(15_000, 0.5).verdict).toBe('left open');
    expect(with8(15_000, 0.5).why).toContain('projected (left open: client-bound in views: ');
  });

  test('nothing is decided beside a control that moved', () => {
    const many = inBlocks(run, 20);
    const control = many.arms.filter(isLast).map((arm) => ({
      ...arm,
      control: true,
      samples: arm.samples.map((one) => ({ ...one, executionsMs: one.executionsMs.map((ms) => ms * 2) })),
    }));
    const claim = judged('import-100k', { ...many, arms: [...many.arms, ...control] });
    expect(claim.verdict).toBe('left open');
    expect(claim.why.match(/left open: environment: the control moved as well/g)).toHaveLength(2);
  });

  /** The run with so many blocks of every arm: those it has, again and again. */
  function inBlocks(of: RunFile, blocks: number): RunFile {
    const arms = of.arms.map((arm) => ({
      ...arm,
      samples: Array.from({ length: blocks }, (_, block) => block).flatMap((block) => {
        const sample = arm.samples[block % arm.samples.length];
        return sample ? [{ ...sample, block }] : [];
      }),
    }));
    return { ...of, arms };
  }

  function quick(): RunFile {
    const arms = run.arms.map((arm) =>
      arm.scenario === 'schedule-1m' && arm.state === 'views'
        ? { ...arm, samples: arm.samples.map((sample) => ({ ...sample, executionsMs: [9000] })) }
        : arm,
    );
    return { ...run, arms };
  }
});
