import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countedArm, repetitions } from '../../test/counted-arm.ts';
import { sampleRun } from '../../test/sample-run.ts';
import type { Arm, RunFile } from '../core/run-file.ts';
import compare from './compare.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'compare-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** A run of these arms, each of the same page unless it says otherwise. */
function runOf(...arms: Partial<Arm>[]): RunFile {
  const run = sampleRun();
  const scenarios = run.scenarios.map((scenario) => ({
    ...scenario,
    variants: ['page=1', 'page=2'].map((name) => ({ name, main: true, blocks: null })),
  }));
  return { ...run, scenarios, arms: arms.map(countedArm) };
}

/** What the command prints of two runs. */
async function compared(before: RunFile, after: RunFile, flags = {}) {
  await writeFile(path.join(folder, 'before.json'), JSON.stringify(before));
  await writeFile(path.join(folder, 'after.json'), JSON.stringify(after));
  let stdout = '';
  const terminal = { write: (text: string) => (stdout += text) };
  const world = {
    ...{ argv: [], cwd: folder, env: {}, stdout: terminal, stderr: terminal },
    signal: new AbortController().signal,
  };
  const code = await compare.run(world, flags, ['before.json', 'after.json']);
  return { stdout, code };
}

const ALL_SAME = 'arms count, plan and answer the same and take about as long';
const timed = (ms: number, changes: Partial<Arm['samples'][number]> = {}) => ({
  samples: [{ block: 0, order: 0, executionsMs: [ms], client: null, done: 1, total: 1, ...changes }],
});

describe('bench compare', () => {
  it('finds nothing where all was compared and is the same', async () => {
    expect(await compared(runOf({}), runOf({}))).toEqual({ stdout: `1 of 1 ${ALL_SAME}\n`, code: 0 });
  });

  it('says of a run that did not end that it lacks something', async () => {
    const aborted = { ...runOf({}), status: 'aborted' as const };
    const { stdout, code } = await compared(aborted, runOf({}));
    expect(stdout).toBe(`run ${aborted.id} is aborted: not all was measured\n1 of 1 ${ALL_SAME}\n`);
    expect(code).toBe(0);
  });

  it.each<[string, Partial<Arm>]>([
    [
      'failed in the second run: permission denied',
      { error: 'permission denied', answer: null, counters: [] },
    ],
    ['no answer in the second run', { answer: null }],
    ['not counted in the second run', { counters: [] }],
    [
      'counted only once in the second run, so nothing is known to repeat',
      { counters: repetitions().slice(0, 1) },
    ],
    ['counters that do not repeat: Blocks', { counters: repetitions({}, { sharedBlocks: 101 }) }],
    ['not timed in the second run', { samples: [] }],
    ['no plan in the second run', { plans: [] }],
  ])('tells of an arm: %s', async (what, changes) => {
    const { stdout, code } = await compared(
      runOf({}, { variant: 'page=2' }),
      runOf(changes, { variant: 'page=2' }),
    );
    expect(stdout).toBe(`lead-list page=1, views\n  ${what}\n1 of 2 ${ALL_SAME}\n`);
    expect(code).toBe(0);
  });

  it('tells arms that only one run has', async () => {
    const { stdout, code } = await compared(runOf({}, { state: 'base' }), runOf({}, { variant: 'page=2' }));
    expect(stdout).toBe(
      `lead-list page=1, base: only in the first run\nlead-list page=2, views: only in the second run\n1 of 3 ${ALL_SAME}\n`,
    );
    expect(code).toBe(0);
  });

  it('marks projected times and those of a client', async () => {
    const client = { cpuShare: 0.9, loopShare: 0.9, gcShare: 0, delayMs: 0, idleMs: 0.1 };
    const { stdout } = await compared(
      runOf(timed(2820, { done: 1, total: 100 })),
      runOf(timed(500_000, { client })),
    );
    expect(stdout).toContain(
      '  slower: ≥ 282 s → 8 min 20 s (advisory: two jobs differ by themselves; client-bound in the second run: the client itself worked for 90 % of the time)\n',
    );
  });

  it('says in one line that the suites differ', async () => {
    const other = runOf({});
    other.suite.hash = 'other';
    const { stdout, code } = await compared(runOf({}), other);
    expect(stdout).toBe(`the runs are of two suites: their files differ\n1 of 1 ${ALL_SAME}\n`);
    expect(code).toBe(0);
  });

  it('gives all of it to a script', async () => {
    const { stdout } = await compared(runOf({}, { state: 'base' }), runOf({ error: 'x' }), { json: true });
    expect(JSON.parse(stdout)).toMatchObject({
      sameSuite: true,
      arms: [
        { state: 'views', unknown: ['failed in the second run: x'], time: null, beforeProjected: false },
      ],
      onlyBefore: [{ scenario: 'lead-list', variant: 'page=1', state: 'base' }],
      onlyAfter: [],
    });
  });

  it('refuses runs that have no arm in common', async () => {
    await expect(compared(runOf({}), runOf({ scenario: 'lead-search' }))).rejects.toMatchObject({
      name: 'BENCH-NOTHING-IN-COMMON',
      exitCode: 2,
    });
  });

  it('lets no name out of a database steer a terminal', async () => {
    const { stdout } = await compared(runOf({}), runOf({ error: '\u001b[31mred' }));
    expect(stdout).toContain('failed in the second run: ·[31mred');
  });

  it('ends with 7 where an answer differs', async () => {
    const { stdout, code } = await compared(runOf({}), runOf({ answer: { digest: 'x', rows: 1 } }));
    expect(stdout).toBe(`lead-list page=1, views\n  another answer: no figure counts\n0 of 1 ${ALL_SAME}\n`);
    expect(code).toBe(7);
  });
});
