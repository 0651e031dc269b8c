import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program, ROOT } from '../../test/program.ts';

const SUITE = ['--suite', path.join(ROOT, 'test/planted-suite'), '--contacts', '2k', '--scenario', 'find'];

let program: Program;

beforeAll(async () => {
  program = await Program.create();
});
afterAll(() => program.remove());

const selftest = (...args: readonly string[]) =>
  program.run('selftest', ...SUITE, '--journal', 'st.ndjson', ...args);
const trials = async () =>
  (await readFile(path.join(program.folder, 'st.ndjson'), 'utf8')).trim().split('\n').length;

describe('the proof of the gate', () => {
  it('finds what is planted, and nothing where nothing is', async () => {
    const { code, stdout, stderr } = await selftest('--aa', '2', '--faults', '1', '--json');
    const { aa, injected } = JSON.parse(stdout);
    expect(aa).toMatchObject({ gates: 2, falseFailures: 0 });
    const faults = injected.filter(({ size }: { size: number | null }) => size === null);
    expect(faults).toMatchObject([
      { kind: 'answer changed', foundBy: 'answer', trials: 1, found: 1 },
      // No read of this choice needs the key: a fault that nothing can see is missed, and said to be.
      { kind: 'key dropped', trials: 1, found: 0 },
    ]);
    expect(code, stderr).toBe(99);
    expect(await trials()).toBe(4);
  });

  it('keeps the run of the trial that was missed, in which the head was built anew', async () => {
    const results = path.join(program.folder, 'results');
    const [kept = '', ...others] = await readdir(results);
    expect(others).toEqual([]);
    const { states } = JSON.parse(await readFile(path.join(results, kept, 'run.json'), 'utf8'));
    expect(states).toMatchObject([
      { name: 'base', cached: true },
      { name: 'head', cached: false },
    ]);
  });

  it('notes what each gate was judged by', async () => {
    const lines = (await readFile(path.join(program.folder, 'st.ndjson'), 'utf8')).trim().split('\n');
    const [aa, , answer] = lines.map((line) => JSON.parse(line));
    expect(aa).toMatchObject({ exitCode: 0, foundBy: null, judged: [{ name: 'find name' }] });
    expect(Date.parse(aa.at)).toBeGreaterThan(Date.parse('2026-01-01'));
    expect(answer).toMatchObject({ exitCode: 7, foundBy: 'answer', found: true, judged: [] });
    expect(answer.failures).toEqual(['find/name/head/answer']);
    expect(answer.orderSeed).toBeGreaterThan(0);
  });

  it('goes on where it ended', async () => {
    await appendFile(path.join(program.folder, 'st.ndjson'), '{"kind":"aa","num');
    const { stdout } = await selftest('--aa', '3', '--faults', '0', '--replay-every', '3');
    expect(stdout).toMatch(/^nothing changed: 0 of 3 gates failed, at most 63\.2 % \(95 %\)$/m);
    expect(await trials()).toBe(6);
  });

  it('tries other numbers for whoever runs beside it, and counts them all afterwards', async () => {
    const { stdout } = await selftest('--aa', '1', '--from', '3', '--faults', '0', '--replay-every', '2');
    expect(stdout).toMatch(/^nothing changed: 0 of 1 gate failed/m);
    // The fourth gate, unlike the first and the third.
    expect(stdout).not.toMatch(/replayed/);
    expect(await trials()).toBe(7);
    expect((await selftest('--aa', '4', '--faults', '0')).stdout).toMatch(/0 of 4 gates failed/);
    expect(await trials()).toBe(7);
  });

  it('plants the faults that are named, and knows which there are', async () => {
    const { stdout } = await selftest('--aa', '0', '--faults', '1', '--fault', 'key dropped', '--json');
    const planted = JSON.parse(stdout).injected.filter(({ size }: { size: number | null }) => size === null);
    expect(planted.map(({ kind }: { kind: string }) => kind)).toEqual(['key dropped']);
    const { code, stderr } = await selftest('--aa', '0', '--fault', 'nothing');
    expect(code).toBe(2);
    expect(stderr).toMatch(/answer changed, key dropped/);
  });

  it('refuses a journal that cannot be written, before any gate', async () => {
    const { code, stderr } = await program.run(
      'selftest',
      ...SUITE,
      '--journal',
      program.folder,
      '--aa',
      '1',
    );
    expect(stderr).toMatch(/^error BENCH-USAGE: --journal: EISDIR/m);
    expect(code).toBe(2);
  });

  it('refuses to try nothing, which would prove nothing', async () => {
    const { code, stderr } = await selftest('--aa', '0', '--faults', '0');
    expect(stderr).toMatch(/^error BENCH-USAGE: no gate to try/m);
    expect(code).toBe(2);
  });

  it.each(['', `foundBy: 'plan'`])('refuses a fault that no failure would find: %s', async (foundBy) => {
    const suite = await program.toySuite('vague');
    const config = path.join(suite, 'bench.config.ts');
    const fault = `faults: [{ name: 'slow', sql: 'SELECT 1', ${foundBy} }],`;
    await writeFile(config, (await readFile(config, 'utf8')).replace('claims:', `${fault} claims:`));
    const { code, stderr } = await program.run('selftest', '--suite', suite, '--aa', '0');
    expect(stderr).toMatch(/^error BENCH-SUITE-INVALID: .*fault "slow": foundBy must be a rule/m);
    expect(code).toBe(2);
  });

  it('says which fault the server refuses', async () => {
    const suite = await program.toySuite('refused');
    const config = path.join(suite, 'bench.config.ts');
    const fault = "faults: [{ name: 'gone', sql: 'DROP INDEX nobody', foundBy: 'scan' }],";
    await writeFile(config, (await readFile(config, 'utf8')).replace('claims:', `${fault} claims:`));
    const { code, stderr } = await program.run('selftest', '--suite', suite, '--aa', '0', '--contacts', '1k');
    expect(stderr).toMatch(
      /^error BENCH-SUITE-INVALID: .*planted: index "nobody" does not exist: DROP INDEX nobody/m,
    );
    expect(code).toBe(2);
  });

  it('refuses a number that is none', async () => {
    const { code, stderr } = await selftest('--aa', 'many');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--aa/);
  });
});
