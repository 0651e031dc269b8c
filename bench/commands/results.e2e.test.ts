import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program, ROOT } from '../../test/program.ts';

const TOY = path.join(ROOT, 'test/toy-suite');

let program: Program;
let folder: string;

beforeAll(async () => {
  program = await Program.create();
  const { stdout, stderr, code } = await program.run('run', '--suite', TOY, '--profile', 'smoke', '--json');
  expect(code, stderr).toBe(0);
  folder = path.dirname(JSON.parse(stdout).path);
});

afterAll(() => program.remove());

/** A copy of the run's folder with one of its files changed. */
async function altered(name: string, change: (text: string) => string): Promise<string> {
  const copy = path.join(program.folder, 'altered');
  await rm(copy, { recursive: true, force: true });
  await cp(folder, copy, { recursive: true });
  const file = path.join(copy, name);
  await writeFile(file, change(await readFile(file, 'utf8')));
  return copy;
}

/** Never the digit itself: an alteration that changes nothing alters nothing. */
const otherDigit = (digit: string) => String((Number(digit) + 1) % 10);

describe('bench report --verify', () => {
  it('proves the folder that bench run left', async () => {
    const { stdout, code } = await program.run('report', folder, '--verify');
    expect(stdout).toMatch(
      /^verified: 6 samples of \d+ executions, the DDL of 3 states, 2 reports \(report\.html, report\.md\)\n$/,
    );
    expect(code).toBe(0);
  });

  it.each([
    [
      'run.json',
      (text: string) => text.replace(/(?<="executionsMs":\[)\d/, otherDigit),
      /sample \d+ is another/,
    ],
    ['report.md', (text: string) => text.replace(/\d(?= ms)/, otherDigit), /report\.md prints other figures/],
    ['samples.ndjson.gz', () => 'x', /samples\.ndjson\.gz is damaged/],
    ['ddl/index.json', () => '[]\n', /ddl\/index\.json has other statements/],
    [
      'journal.ndjson',
      (text: string) => text.slice(0, text.indexOf('\n') + 1),
      /journal\.ndjson has other samples/,
    ],
  ])('finds an altered %s', async (name, change, problem) => {
    const { stderr, code } = await program.run('report', await altered(name, change), '--verify');
    expect(stderr).toMatch(/^error BENCH-VERIFY-FAILED: /);
    expect(stderr).toMatch(problem);
    expect(code).toBe(2);
  });
});

describe('bench report --verify of a folder without a report', () => {
  it('says that it is missing', async () => {
    const copy = await altered('report.md', (text) => text);
    await rm(path.join(copy, 'report.md'));
    const { stderr, code } = await program.run('report', copy, '--verify');
    expect(stderr).toMatch(/report\.md is missing/);
    expect(code).toBe(2);
  });
});

describe('bench claims', () => {
  it('has in the run file which tables the suite would load', async () => {
    const { suite, load } = JSON.parse(await readFile(path.join(folder, 'run.json'), 'utf8'));
    expect([suite.tables, load.tables.map(({ name }: { name: string }) => name)]).toEqual([
      ['items'],
      ['items'],
    ]);
  });

  it('prints each promise of the newest run with its verdict, server and scale', async () => {
    const { stdout, code } = await program.run('claims');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^run \d{8}-\d{6}-[0-9a-f]{4}: PostgreSQL 1\d.* \(embedded\), 1,000 items\n/);
    expect(stdout).toMatch(
      /\nfind · Finding: (reproduced|not reproduced|left open)\n {2}“50 % faster”\n {2}Promised: 50 % faster\. Measured: find/,
    );
  });

  it('passes over a newer run that no claim is held against', async () => {
    const newer = path.join(path.dirname(folder), '99991231-235959-ffff');
    await cp(folder, newer, { recursive: true });
    const file = path.join(newer, 'run.json');
    const run = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...run, suite: { ...run.suite, claims: [] } }));
    const { stdout, code } = await program.run('claims');
    await rm(newer, { recursive: true });
    expect(code).toBe(0);
    expect(stdout).toContain(`run ${path.basename(folder)}: `);
    expect(stdout).toContain('find · Finding: ');
  });

  it('gives them to a script', async () => {
    const { stdout } = await program.run('claims', folder, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ contacts: 1000, claims: [{ id: 'find', unit: 'ms' }] });
  });

  it('says where it looked when there is no run', async () => {
    const { stderr, code } = await program.run('claims', '--out', 'nowhere');
    expect(stderr).toMatch(/error BENCH-USAGE: there is no run in .*nowhere\nfix: see `bench claims --help`/);
    expect(code).toBe(2);
  });
});

describe('bench compare', () => {
  it('finds nothing between a run and itself but writes that were counted once', async () => {
    const { stdout, code } = await program.run('compare', folder, folder);
    expect(stdout).toMatch(
      /^(add rows=50, \w+\n {2}counted only once in both runs, so nothing is known to repeat\n){3}3 of 6 arms count/,
    );
    expect(code).toBe(0);
  });

  it('names a counter, a time and an answer that differ', async () => {
    const changed = await altered('run.json', (text) => {
      const run = JSON.parse(text);
      const armOf = (name: string) =>
        run.arms.find((arm: { scenario: string; control: boolean }) => arm.scenario === name && !arm.control);
      const find = armOf('find');
      for (const counters of find.counters) counters.sharedBlocks *= 2;
      find.samples[0].executionsMs = find.samples[0].executionsMs.map((ms: number) => ms * 10);
      const add = armOf('add');
      add.answer.digest = 'another';
      return JSON.stringify(run);
    });
    const { stdout, code } = await program.run('compare', folder, changed);
    expect(stdout).toMatch(/\n {2}Blocks: \d+ → \d+\n/);
    expect(stdout).toMatch(/\n {2}slower: .* \(advisory: two jobs differ by themselves[;)]/);
    expect(stdout).toContain('another answer: no figure counts');
    expect(stdout).toMatch(/\n2 of 6 arms count/);
    expect(code).toBe(7);
  });

  it('refuses runs of other environments, with the list of differences', async () => {
    const other = await altered('run.json', (text) => {
      const run = JSON.parse(text);
      run.server.version = '15.1';
      run.server.settings.work_mem = '1GB';
      run.load.digest = 'other';
      return JSON.stringify(run);
    });
    const { stderr, code } = await program.run('compare', folder, other);
    expect(stderr).toMatch(
      /^error BENCH-ENVIRONMENTS-DIFFER: .*PostgreSQL: 18\.\S+ → 15\.1; data: \S+ → other; work_mem: default → 1GB\nfix: /,
    );
    expect(code).toBe(2);
  });
});
