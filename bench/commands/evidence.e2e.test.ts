import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program, ROOT } from '../../test/program.ts';
import type { Comparison } from '../core/comparison.ts';
import { RunFile } from '../core/run-file.ts';
import { buildView } from '../core/view.ts';
import type { LedgerView } from '../core/view-ledger.ts';

const SUITE = path.join(ROOT, 'test/planted-suite');

let program: Program;
let comparisons: readonly Comparison[];
let ledger: readonly LedgerView[];
let run: RunFile;

beforeAll(async () => {
  program = await Program.create();
  const { stdout, stderr, code } = await program.run('run', '--suite', SUITE, '--contacts', '20k', '--json');
  expect(code, stderr).toBe(0);
  run = RunFile.parse(JSON.parse(await readFile(JSON.parse(stdout).path, 'utf8')));
  ({ comparisons, ledger } = buildView(run));
});

afterAll(() => program.remove());

const compared = (scenario: string, after: string) => {
  const found = comparisons.find((c) => c.scenario === scenario && c.after === after);
  if (!found) throw new Error(`no comparison of ${scenario} after ${after}`);
  return found;
};
const rowOf = (change: string) => {
  const found = ledger.find((row) => row.change === change);
  if (!found) throw new Error(`no ledger row ${change}`);
  return found;
};

describe('a planted suite', () => {
  it('shows an index that helps as improved, and worth its cost', () => {
    expect(compared('find', 'name-index')).toMatchObject({ verdict: 'improved', answersEqual: true });
    expect(rowOf('name-index')).toMatchObject({ verdict: 'KEEP', flags: [] });
  });

  it('shows a useless index as not worth its cost, with rate, WAL and bytes', () => {
    const row = rowOf('useless');
    expect(row.verdict, row.why).toBe('NOT WORTH IT');
    expect(row.bytesText).toMatch(/^\+\d/);
    expect(row.writes[0]?.walText).toMatch(/^\d.* B → \d.* B$/);
    expect(row.writes[0]?.rateText).toMatch(/^[\d,]+ → [\d,]+$/);
    const [before, after] = walOf('add', ['name-index', 'useless']);
    expect(after).toBeGreaterThan((before ?? 0) * 1.1);
  });

  it('tells of the HOT updates that an index on updated_at ends', () => {
    const row = rowOf('updated-at');
    expect(row.verdict, row.why).toBe('NOT WORTH IT');
    expect(row.flags).toEqual([
      expect.stringMatching(/^HOT updates of touch rows=4000 fall from \d\d(\.\d)? % to 0 %$/),
    ]);
  });

  it('shows a dropped index as regressed, with the difference between the plans', () => {
    expect(compared('find', 'dropped')).toMatchObject({ verdict: 'regressed', answersEqual: true });
    const { scenarios } = buildView(run);
    const step = scenarios
      .find(({ name }) => name === 'find')
      ?.variants[0]?.steps.find(({ comparison }) => comparison.after === 'dropped');
    expect(step?.planText).toMatch(/^items: .*items_name \(name\) → Seq Scan/);
  });

  it('measures what regressed once more, on fresh copies after a restart', () => {
    const found = run.confirmations.find(({ after }) => after === 'dropped');
    expect(new Set(found?.arms.map(({ scenario }) => scenario))).toEqual(new Set(['find']));
    expect(found?.arms.map(({ state, control }) => (control ? 'control' : state)).sort()).toEqual(
      ['control', 'dropped', found?.before].sort(),
    );
    for (const { samples } of found?.arms ?? []) expect(samples).toHaveLength(15);
    expect(compared('find', 'dropped')).toMatchObject({ confirmation: { verdict: 'regressed' } });
  });

  it('has restarted the server before reads are timed, then before what regressed, and before the reads of that', async () => {
    const log = await readFile(path.join(program.cache, 'cluster-embedded/postgres.log'), 'utf8');
    expect(log.match(/database system is ready to accept connections/g)).toHaveLength(1 + 3);
  });

  it('measures the last state’s second copy beside whatever gets more than one block', () => {
    const controls = run.arms.filter(({ control }) => control);
    expect(controls.map(({ scenario, state }) => `${scenario} ${state}`).sort()).toEqual([
      'add dropped',
      'find dropped',
      'spin dropped',
      'touch dropped',
    ]);
    const { blocks, control } = compared('find', 'dropped');
    expect(control).toMatchObject({ state: 'dropped', interval: [expect.any(Number), expect.any(Number)] });
    expect(controls.find(({ scenario }) => scenario === 'find')?.samples).toHaveLength(blocks);
  });

  it('makes no verdict of what a slow client took', () => {
    const spinning = comparisons.filter(({ scenario }) => scenario === 'spin');
    expect(spinning.length).toBeGreaterThan(3);
    for (const comparison of spinning) {
      expect(comparison).toMatchObject({ bound: 'client-bound', verdict: 'inconclusive' });
    }
  });

  it('leaves out one index after the other, and weighs each', async () => {
    const { stdout, stderr, code } = await program.run(
      ...[
        'run',
        '--suite',
        SUITE,
        '--contacts',
        '20k',
        '--state',
        'base..updated-at',
        '--ablate',
        'indexes',
        '--json',
      ],
    );
    expect(code, stderr).toBe(0);
    const rows: readonly LedgerView[] = JSON.parse(stdout).ledger;
    expect(rows.map(({ change, verdict }) => [change, verdict]).sort()).toEqual([
      ['items_name', 'KEEP'],
      ['items_note', 'NOT WORTH IT'],
      ['items_updated_at', 'NOT WORTH IT'],
    ]);
    expect(JSON.parse(stdout).claims).toEqual([]);
    // Counters tell which index no read misses: the clock is asked about the other one only.
    const finds: readonly { before: string; blocks: number }[] = JSON.parse(stdout).comparisons.filter(
      ({ scenario }: { scenario: string }) => scenario === 'find',
    );
    expect(finds.map(({ before, blocks }) => [before, blocks >= 15 ? 'timed' : blocks]).sort()).toEqual([
      ['without items_name', 'timed'],
      ['without items_note', 1],
      ['without items_updated_at', 1],
    ]);
  });

  it.each([
    ['nothing', /BENCH-UNKNOWN-NAME: unknown ablation "nothing"/],
    ['views', /BENCH-USAGE: state dropped has no views that could be left out/],
  ])('refuses --ablate %s', async (kind, message) => {
    const { stderr, code } = await program.run(
      'run',
      '--suite',
      SUITE,
      '--contacts',
      '20k',
      '--ablate',
      kind,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});

/** WAL of each unit that a scenario writes, in these states. */
function walOf(scenario: string, states: readonly string[]): number[] {
  return states.map((state) => {
    const arm = run.arms.find((one) => one.scenario === scenario && one.state === state && !one.control);
    const [counters] = arm?.counters ?? [];
    return counters ? counters.walBytes / counters.done : 0;
  });
}
