import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countedArm, countedRun, planOf, repetitions, seqScan } from '../../test/counted-arm.ts';
import { Program } from '../../test/program.ts';
import { sampleRun } from '../../test/sample-run.ts';
import type { Arm, RunFile } from '../core/run-file.ts';

let program: Program;

beforeAll(async () => {
  program = await Program.create();
});

beforeEach(async () => {
  await rm(path.join(program.folder, 'suite'), { recursive: true, force: true });
  await mkdir(path.join(program.folder, 'suite'));
  await save('base', runOf());
  await save('twin', { ...runOf(), id: '20261123-190000-twin' });
});

afterAll(() => program.remove());

/** The sample run, counted and with plans, and one arm more. */
function runOf(changes: Partial<Arm> = {}): RunFile {
  const run = countedRun(sampleRun());
  return {
    ...run,
    arms: [...run.arms, countedArm({ scenario: 'lead-lookup', variant: 'exact', role: 'owner', ...changes })],
  };
}

const save = (name: string, run: unknown) =>
  writeFile(path.join(program.folder, `${name}.json`), JSON.stringify(run));
const write = (name: string, content: string) => writeFile(path.join(program.folder, name), content);

/** `bench gate` with the suite of this test. */
const gate = (...args: string[]) => program.run('gate', ...args, '--suite', 'suite');

async function gated(changes: Partial<Arm>, ...flags: string[]) {
  await save('head', { ...runOf(changes), id: '20261124-190000-head' });
  return gate('base.json', 'head.json', ...flags);
}

const DROPPED: Partial<Arm> = {
  counters: repetitions({ sharedBlocks: 412 }),
  plans: [planOf(seqScan('leads'))],
};
const SLOWER: Partial<Arm> = {
  samples: [{ block: 0, order: 0, executionsMs: [50], client: null, done: 1, total: 1 }],
};

describe('bench gate BASE HEAD', () => {
  it('passes a run held against its like', async () => {
    const { stdout, stderr, code } = await gate('base.json', 'twin.json');
    expect(stdout, stderr).toMatch(/^passed: 76 arms compared\nrun 20261123-183000-micro: PostgreSQL 18\.4/);
    expect(code).toBe(0);
  });

  it('fails with 99 on more blocks and on an index that is used no more, with figures and plan', async () => {
    const { stdout, code } = await gated(DROPPED);
    expect(stdout).toMatch(/^failed: 76 arms compared, 2 failures, 1 warning\n/);
    expect(stdout).toContain(
      [
        'failures',
        '  lead-lookup/exact/views/blocks',
        '    Blocks: 100 → 412 (+312 %); tolerated: +2 % or +8 blocks an execution',
        '    plan: leads: Index Scan on leads_key → Seq Scan',
        '  lead-lookup/exact/views/scan:leads',
        '    leads (5,004 pages) is read from end to end, it was read through an index',
        '    plan: leads: Index Scan on leads_key → Seq Scan',
        '',
        'warnings',
        '  lead-lookup/exact/views/plan',
        '    another plan',
      ].join('\n'),
    );
    expect(code).toBe(99);
  });

  it('fails with 7 on another answer', async () => {
    const { stdout, code } = await gated({ ...DROPPED, answer: { digest: 'ordered:50:cd', rows: 50 } });
    expect(stdout).toContain('    another answer: ordered:50:ab → ordered:50:cd\n');
    expect(code).toBe(7);
  });

  it('tells of slower times, and fails on them when asked to', async () => {
    const advisory = await gated(SLOWER);
    expect(advisory.stdout).toMatch(
      /\ntold, without weight\n {2}lead-lookup\/exact\/views\/time\n {4}slower \+900 %: 5\.0 ms → 50 ms; advisory/,
    );
    expect(advisory.code).toBe(0);
    const deciding = await gated(SLOWER, '--time-margin', '25');
    expect(deciding.stdout).toMatch(/\nfailures\n.*time\n {4}slower \+900 %.*the margin is 25 %\n/);
    expect(deciding.code).toBe(99);
    expect((await gated(SLOWER, '--time-margin', '1000%')).code).toBe(0);
  });

  it('is inconclusive, and with --strict exits with 5, when an arm is gone', async () => {
    await save('head', countedRun(sampleRun()));
    const { stdout, code } = await gate('base.json', 'head.json');
    expect(stdout).toMatch(/^inconclusive: 75 arms compared\n/);
    expect(stdout).toMatch(
      /\nnot judged, so no verdict\n {2}only the base has it: what became of it\?\n {4}lead-lookup\/exact\/views\n/,
    );
    expect(code).toBe(0);
    expect((await gate('base.json', 'head.json', '--strict')).code).toBe(5);
  });

  it('is a report for a CI server', async () => {
    const junit = await gated(DROPPED, '--format', 'junit');
    expect(junit.stdout).toMatch(/^<\?xml .*<failure type="regressed" message="regressed: Blocks/s);
    expect(junit.code).toBe(99);
    const summary = await gate('base.json', 'twin.json', '--format', 'github-summary');
    expect(summary.stdout).toMatch(/^\*\*passed: 76 arms compared\*\*\n/);
    expect(summary.code).toBe(0);
  });

  it('judges runs that earlier gates measured as any others, in every form', async () => {
    const gate = { ref: 'main', commit: '1a2b', changed: ['M\ta.sql'], accepted: [], touched: null };
    const run = (changes: Partial<Arm>) => ({ ...runOf(changes), gate: { ...gate, thresholds: '' } });
    const twin = { ...run({}), id: '20261123-190000-twin' };
    await save('base', run({}));
    await save('twin', twin);
    await save('head', { ...run(DROPPED), id: '20261124-190000-head' });
    const of = (head: string, ...flags: string[]) =>
      program.run('gate', 'base.json', head, '--suite', 'suite', ...flags);
    const annotations = await of('head.json', '--format', 'github-annotations');
    expect(annotations.stdout).toMatch(
      /^::error title=Gate failed::failure: lead-lookup\/exact\/views\/blocks/,
    );
    expect(annotations.stdout).not.toContain('passed');
    expect((await of('head.json', '--format', 'junit')).stdout).toMatch(/<failure type="regressed"/);
    const passed = await of('twin.json', '--format', 'github-annotations');
    expect(passed.stdout).toBe('::notice title=Gate passed::no failure, no warning\n');
    expect((await of('twin.json')).stdout).toMatch(/\n {2}none: times of two jobs are only told;/);
    expect(JSON.parse((await of('twin.json', '--json')).stdout)).toMatchObject({ changed: null });
    await save('twin', { ...twin, gate: { ...twin.gate, decidedEarly: true } });
    expect((await of('twin.json')).code).toBe(0);
    const { stderr, code } = await of('twin.json', '--time-margin', '25');
    expect(stderr).toMatch(/^error BENCH-GATE-EARLY: run 20261123-190000-twin is a gate/);
    expect(code).toBe(2);
  });

  it('gives it all to a script', async () => {
    const { stdout, code } = await gated(DROPPED, '--json');
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      ...{ verdict: 'failed', exitCode: 99, accepted: [], stale: [], thresholds: [] },
      failures: [{ rule: 'blocks' }, { rule: 'scan:leads' }],
      warnings: [{ rule: 'plan', plan: ['leads: Index Scan on leads_key → Seq Scan'] }],
    });
    expect(code).toBe(99);
    expect(document.comparisons).toHaveLength(76);
    expect(Object.keys(document.comparisons[0])).toEqual(
      expect.arrayContaining([
        ...['scenario', 'variant', 'before', 'after', 'beforeMs', 'afterMs', 'ratio', 'interval', 'blocks'],
        ...['verdict', 'answersEqual', 'projected', 'bound', 'smallestDetectable', 'control'],
      ]),
    );
  });

  it('refuses runs of other environments, with the list of differences', async () => {
    const run = runOf();
    await save('head', {
      ...run,
      server: { ...run.server, version: '15.1' },
      load: { ...run.load, digest: 'x' },
    });
    const { stderr, stdout, code } = await gate('base.json', 'head.json');
    expect(stderr).toMatch(
      /^error BENCH-ENVIRONMENTS-DIFFER: .*PostgreSQL: 18\.4 → 15\.1; data: \S+ → x\nfix: /,
    );
    expect([stdout, code]).toEqual(['', 2]);
  });

  it('says that other scenarios load other data', async () => {
    const run = runOf();
    const scenarios = run.scenarios.filter(({ name }) => name === 'lead-list');
    const arms = run.arms.filter(({ scenario }) => scenario === 'lead-list');
    await save('head', { ...run, scenarios, arms, load: { ...run.load, digest: 'x' } });
    const { stderr, code } = await gate('base.json', 'head.json');
    expect(stderr).toMatch(/; scenarios, which tell what is loaded: lead-list, .* → lead-list\nfix: /);
    expect(code).toBe(2);
  });

  it('refuses runs that have no arm in common', async () => {
    await save('head', { ...runOf(), arms: [] });
    const { stderr, stdout, code } = await gate('base.json', 'head.json');
    expect(stderr).toMatch(/^error BENCH-NOTHING-IN-COMMON: /);
    expect([stdout, code]).toEqual(['', 2]);
  });

  it('refuses a run that did not come to its end', async () => {
    await save('head', { ...runOf(), status: 'aborted' });
    const { stderr, code } = await gate('base.json', 'head.json');
    expect(stderr).toMatch(/^error BENCH-RUN-UNFINISHED: run head\.json is aborted.*\nfix: let `bench run`/);
    expect(code).toBe(2);
  });
});

describe('bench gate --thresholds', () => {
  const bounded = async (text: string, ...flags: string[]) => {
    await write('thresholds.txt', text);
    return gate('--thresholds', 'thresholds.txt', 'base.json', ...flags);
  };

  it('passes what is kept', async () => {
    const { stdout, code } = await bounded(
      '# pages\nlead-list page 1* median < 300ms\nlead-lookup median < 1s\n',
    );
    expect(stdout).toMatch(/^passed: 4 of 4 thresholds kept\n/);
    expect(code).toBe(0);
  });

  it('fails with 99 on what is missed, with the figure', async () => {
    const { stdout, code } = await bounded('lead-list median < 2.1ms\n');
    expect(stdout).toMatch(/^failed: 1 of 3 thresholds kept, 2 failures\n/);
    expect(stdout).toMatch(
      /\n {2}threshold:lead-list\/page 100\/median\/2\.1ms\n {4}lead-list page 100 median < 2\.1ms: median 2\.\d ms \(2\.\d ms to 2\.\d ms\) of 15 blocks, below 2\.1 ms, 1\.\d\d× the bound\n/,
    );
    expect(code).toBe(99);
  });

  it('is inconclusive, and with --strict exits with 5, on what was not measured', async () => {
    const { stdout, code } = await bounded('schedule-1m first p99 < 9000s\n');
    expect(stdout).toMatch(/^inconclusive: 0 of 1 threshold kept\n/);
    expect(stdout).toContain(
      '3 executions are too few for a p99\n    threshold:schedule-1m/first/p99/9000s\n',
    );
    expect(code).toBe(0);
    const strict = await bounded('schedule-1m first p99 < 9000s\n', '--strict', '--json');
    expect(JSON.parse(strict.stdout)).toMatchObject({
      ...{ verdict: 'inconclusive', exitCode: 5, comparisons: [] },
      thresholds: [{ verdict: 'not measured', line: 1, state: 'views' }],
    });
    expect(strict.code).toBe(5);
  });

  it('exits with 7 for an arm whose answer is wrong, however quick it is', async () => {
    await save('base', sampleRun());
    const { stdout, code } = await bounded('segmentation or of five median < 9s\n');
    expect(stdout).toMatch(/segmentation\/or of five\/views\/answer\n {4}a wrong answer: /);
    expect(code).toBe(7);
  });

  it('holds the second of two runs against them, beside the first', async () => {
    await save('head', runOf(DROPPED));
    await write('thresholds.txt', 'lead-lookup blocks < 400 blocks\n');
    const { stdout, code } = await gate('base.json', 'head.json', '--thresholds', 'thresholds.txt');
    expect(stdout).toMatch(/^failed: 76 arms compared, 0 of 1 threshold kept, 3 failures, 1 warning\n/);
    expect(stdout).toContain(
      'Blocks: 412 blocks at most in 3 executions, below 400 blocks, 1.03× the bound\n',
    );
    expect(code).toBe(99);
  });

  it.each([
    ['lead-lst p95 < 5ms', 'unknown scenario "lead-lst"', '^', 'did you mean lead-list?'],
    ['lead-list p95 < 5', '5 has no unit', '                 ^', 'write it like 5ms, 1.5s or 800us'],
    [
      'lead-list page 2 p95 < 5ms',
      'unknown variant of lead-list "page 2"',
      '          ^',
      'did you mean page 1',
    ],
    ['lead-list p95 > 5ms', 'there is no < or <=', '              ^', 'write it like'],
  ])('refuses %s, with file, line, caret and fix', async (line, problem, caret, fix) => {
    const { stdout, stderr, code } = await bounded(`lead-list median < 9s\n${line}\n`);
    const [first, excerpt, place, last] = stderr.split('\n');
    expect(first).toBe(`error BENCH-THRESHOLD-INVALID: thresholds.txt:2: ${problem}`);
    expect([excerpt, place]).toEqual([line, caret]);
    expect(last).toContain(`fix: ${fix}`);
    expect([stdout, code]).toEqual(['', 2]);
  });

  it.each([
    ['empty.txt', '# none yet\n', 'it has no line with one'],
    ['nowhere.txt', null, 'it cannot be read'],
  ])('refuses %s', async (name, content, problem) => {
    if (content !== null) await write(name, content);
    const { stderr, code } = await gate('--thresholds', name, 'base.json');
    expect(stderr).toMatch(
      new RegExp(`^error BENCH-THRESHOLDS-UNUSABLE: no thresholds in ${name}: ${problem}\nfix: `),
    );
    expect(code).toBe(2);
  });
});

describe('a wanted change', () => {
  const file = () => path.join(program.folder, 'suite/bench-gate.json');
  const accept = (rule: string, ...more: string[]) =>
    gated(DROPPED, '--accept', `lead-lookup/exact/views/${rule}`, ...more);

  it('is accepted by name, recorded, used from then on, and stale when it is found no more', async () => {
    const first = await accept('blocks', '--because', 'the table is small');
    expect(first.stdout).toMatch(/^failed: 76 arms compared, 1 failure, 1 warning, 1 accepted change\n/);
    expect(first.code).toBe(99);
    const second = await accept('scan:leads', '--because', 'the table is small');
    expect(second.stdout).toMatch(/\naccepted\n {2}lead-lookup\/exact\/views\/blocks\n {4}Blocks: 100 → 412/);
    expect(second.stdout).toMatch(/\n {4}because: the table is small \(20\d\d-\d\d-\d\dT.*Z\)\n/);
    expect(second.code).toBe(0);
    expect(JSON.parse(await readFile(file(), 'utf8')).accepted).toMatchObject([
      { name: 'lead-lookup/exact/views/blocks', because: 'the table is small' },
      { name: 'lead-lookup/exact/views/scan:leads', because: 'the table is small' },
    ]);
    const again = await gated(DROPPED, '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ verdict: 'passed', accepted: [{}, {}], failures: [] });
    const merged = await gated({});
    expect(merged.stdout).toMatch(/^passed: 76 arms compared, 2 stale\n/);
    expect(merged.stdout).toMatch(
      /\naccepted, but found no more: remove them from bench-gate\.json\n {2}lead-lookup\/exact\/views\/blocks\n/,
    );
    expect(merged.code).toBe(0);
  });

  it('may be recorded ahead of the runs that have it', async () => {
    const { stdout, code } = await gate(
      '--accept',
      'lead-lookup/exact/views/scan:leads',
      '--because',
      'soon',
    );
    expect(stdout).toBe(`accepted lead-lookup/exact/views/scan:leads in ${file()}\n`);
    expect(code).toBe(0);
    expect((await gated(DROPPED)).stdout).toMatch(/^failed: .*, 1 failure, 1 warning, 1 accepted change\n/);
  });

  it('may be several for one reason', async () => {
    const names = ['blocks', 'scan:leads'].map((rule) => `lead-lookup/exact/views/${rule}`);
    const flags = [...names.flatMap((name) => ['--accept', name]), '--because', 'the table is small'];
    const { stdout, code } = await gated(DROPPED, ...flags);
    expect(stdout).toMatch(/^passed: 76 arms compared, 1 warning, 2 accepted changes\n/);
    expect(code).toBe(0);
    const ahead = await gate(...flags, '--json');
    expect(JSON.parse(ahead.stdout)).toEqual({ accepted: names, path: file() });
    const { accepted } = JSON.parse(await readFile(file(), 'utf8'));
    expect(accepted.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it('may be a threshold that is missed', async () => {
    await write('thresholds.txt', 'lead-list page 100 median < 2.1ms\n');
    const name = 'threshold:lead-list/page 100/median/2.1ms';
    const args = ['--thresholds', 'thresholds.txt', 'base.json', '--accept', name, '--because', 'issue 12'];
    expect((await gate(...args)).code).toBe(0);
  });

  it.each([
    [['--accept', 'x'], 'BENCH-USAGE: --accept wants --because TEXT'],
    [['--accept', 'x', '--because', ' '], 'BENCH-USAGE: --accept wants --because TEXT'],
    [['--accept', '', '--because', 'y'], 'BENCH-USAGE: --accept names nothing'],
    [['--accept', 'x', '--accept', '', '--because', 'y'], 'BENCH-USAGE: --accept names nothing'],
    [
      ['--accept', 'lead-lookup/exact/views/blocks', '--accept', 'x', '--because', 'y'],
      'BENCH-UNKNOWN-NAME: unknown finding "x"',
    ],
    [['--because', 'y'], 'BENCH-USAGE: --because says why of --accept NAME'],
    [
      ['--accept', 'lead-lookup/exact/views/block', '--because', 'y'],
      'BENCH-UNKNOWN-NAME: unknown finding "lead-lookup/exact/views/block"\nfix: did you mean lead-lookup/exact/views/blocks',
    ],
  ])('is refused with %j, and nothing is recorded', async (flags, problem) => {
    const { stderr, stdout, code } = await gated(DROPPED, ...flags);
    expect(stderr).toContain(`error ${problem}`);
    expect([stdout, code]).toEqual(['', 2]);
    await expect(readFile(file())).rejects.toThrow();
  });

  it('cannot be accepted where nothing was found', async () => {
    const { stderr, code } = await gate('base.json', 'twin.json', '--accept', 'x', '--because', 'y');
    expect(stderr).toContain('fix: these runs have no finding, so there is nothing to accept\n');
    expect(code).toBe(2);
  });

  it.each([
    ['{"accepted": [', 'it is no JSON'],
    ['{"accepted": [{"name": "a", "at": "2026-11-26"}]}', 'accepted.0.because: '],
    ['{"accepted": [{"name": "a", "because": "b", "at": "soon"}]}', 'accepted.0.at: no date'],
  ])('is looked up in no broken file: %s', async (content, problem) => {
    await writeFile(file(), content);
    const { stderr, code } = await gate('base.json', 'twin.json');
    expect(stderr).toMatch(/^error BENCH-GATE-FILE-INVALID: .*bench-gate\.json holds no accepted changes: /);
    expect(stderr).toContain(problem);
    expect(code).toBe(2);
  });
});

describe('bad calls get one error with a fix', () => {
  it.each([
    [[], 'name --base-ref REF, or BASE and HEAD, to judge'],
    [['base.json'], 'one run alone is gated by --thresholds FILE'],
    [['--thresholds', 'thresholds.txt'], 'name the run to judge'],
    [['base.json', '--thresholds', 't', '--time-margin', '5'], '--time-margin is for two runs'],
    [['base.json', 'twin.json', '--order-seed', '3'], '--order-seed is for --base-ref REF, which is missing'],
    [['base.json', 'twin.json', '--server', 'system'], '--server is for --base-ref REF, which is missing'],
    [['base.json', 'twin.json', '--tls'], '--tls is for --base-ref REF, which is missing'],
    [
      ['base.json', 'twin.json', '--time-margin', '0'],
      '--time-margin wants percent above 0, like 25, got "0"',
    ],
    [['base.json', 'twin.json', '--time-margin', 'much'], 'got "much"'],
    [
      ['base.json', 'base.json'],
      'BASE and HEAD are the same run, 20261123-183000-micro: name the run of each',
    ],
    [['--base-ref', ''], '--base-ref names nothing'],
    [['base.json', 'twin.json', 'base.json'], 'too many arguments'],
    [['nowhere.json', 'base.json'], 'it cannot be read'],
    [['base.json', 'twin.json', '--format', 'xml'], 'unknown format "xml"'],
  ])('%j', async (args, problem) => {
    const { stderr, stdout, code } = await gate(...args);
    expect(stderr).toMatch(/^error BENCH-[A-Z-]+: .*\nfix: .*\n$/);
    expect(stderr).toContain(problem);
    expect([stdout, code]).toEqual(['', 2]);
  });

  it('and so do two formats', async () => {
    const { stderr, stdout, code } = await gate('base.json', 'twin.json', '--format', 'junit', '--json');
    expect(stderr).toMatch(/^error BENCH-USAGE: --json is a format of its own\nfix: /);
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'BENCH-USAGE' } });
    expect(code).toBe(2);
  });

  it.each([
    [['--base-ref', 'main']],
    [['base.json', 'twin.json', '--accept', 'find/name/head/plan', '--because', 'wanted']],
  ])('and so does a folder without a suite: %j', async (args) => {
    const { stderr, stdout, code } = await program.run('gate', ...args);
    expect(stderr).toMatch(/^error BENCH-USAGE: there is no bench\.config\.ts here: .*--suite\nfix: .*\n$/);
    expect([stdout, code]).toEqual(['', 2]);
  });

  it('and so does a suite that is not there', async () => {
    const { stderr, code } = await program.run('gate', 'base.json', 'twin.json', '--suite', 'nowhere');
    expect(stderr).toMatch(/^error BENCH-SUITE-INVALID: .*nowhere: there is no such folder\n/);
    expect(code).toBe(2);
  });
});
