import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Program } from '../../test/program.ts';
import { sampleHistory, sampleLine } from '../../test/sample-history.ts';
import { abortedRun, HOSTILE, sampleRun } from '../../test/sample-run.ts';
import { isWellFormed } from '../../test/xml.ts';
import { historyText } from '../core/history.ts';
import type { RunFile } from '../core/run-file.ts';

const COMMIT = 'c0ffee1234';

let program: Program;
let history: string;

beforeAll(async () => {
  program = await Program.create();
  history = path.join(program.folder, 'bench-history.ndjson');
  await save('run.json', sampleRun());
});

beforeEach(() => rm(history, { force: true }));

afterAll(() => program.remove());

function save(name: string, run: RunFile): Promise<void> {
  return writeFile(path.join(program.folder, name), JSON.stringify(run));
}

/** A run that ends with this error, its fix, and nothing on stdout. */
async function refused(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await program.run('history', ...args);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^error BENCH-[A-Z-]+: .+\nfix: .+\n$/);
  expect(code).toBe(2);
  return stderr;
}

describe('bench history add', () => {
  it('appends a line for each variant, and says so', async () => {
    const { code, stdout } = await program.run('history', 'add', 'run.json', '--commit', COMMIT);
    expect(stdout).toBe(`added 15 lines of run 20261123-183000-micro, commit ${COMMIT}, to ${history}\n`);
    expect(code).toBe(0);
    const lines = (await readFile(history, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(15);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ schemaVersion: 1, state: 'views', commit: COMMIT });
  });

  it('adds nothing when the run is there, and never guesses a commit', async () => {
    const first = await program.run('history', 'add', 'run.json', 'run.json');
    expect(first.stdout).toMatch(/^added 15 lines of run \S+, commit not known, to /);
    const before = await readFile(history, 'utf8');
    const again = await program.run('history', 'add', 'run.json', '--commit', COMMIT);
    expect(again.stdout).toBe(`run 20261123-183000-micro is in ${history} already: nothing added\n`);
    expect(again.code).toBe(0);
    expect(await readFile(history, 'utf8')).toBe(before);
  });

  it('loses nothing when several add at once', async () => {
    const names = ['a', 'b', 'c'].map((id) => `${id}.json`);
    for (const name of names) await save(name, { ...sampleRun(), id: name });
    await Promise.all([...names, 'a.json'].map((name) => program.run('history', 'add', name)));
    const { stdout } = await program.run('history', 'show', '--json');
    const { series } = JSON.parse(stdout);
    expect(series).toHaveLength(15);
    expect(new Set(series.map(({ runs }: { runs: number }) => runs))).toEqual(new Set([3]));
  });

  it('notices a last line that a crash cut, and completes the run once that line is gone', async () => {
    await program.run('history', 'add', 'run.json');
    const whole = await readFile(history, 'utf8');
    await writeFile(history, whole.slice(0, -100));
    for (const args of [['add', 'run.json'], ['show'], ['plot']]) {
      const stderr = await refused(...args);
      expect(stderr).toMatch(/BENCH-HISTORY-TORN: .* in the middle of line 15/);
      expect(stderr).toMatch(/fix: delete line 15, then add its run again/);
    }
    const kept = whole.split('\n').slice(0, 14).join('\n');
    await writeFile(history, kept);
    const short = await program.run('history', 'show');
    expect(short.stderr).toBe(
      'warning: lines of run 20261123-183000-micro are missing; add it again, and they come\n',
    );
    const { stdout } = await program.run('history', 'add', 'run.json');
    expect(stdout).toMatch(/^added the missing 1 of 15 lines of run /);
    expect(await readFile(history, 'utf8')).toBe(whole);
  });

  it('refuses a run that is not complete, before it writes anything', async () => {
    await save('aborted.json', abortedRun());
    const stderr = await refused('add', 'run.json', 'aborted.json');
    expect(stderr).toMatch(/BENCH-RUN-UNFINISHED: run 20261123-183000-micro is aborted/);
    expect(stderr).toMatch(/fix: let `bench run` come to its end/);
    await expect(readFile(history)).rejects.toThrow('ENOENT');
  });

  it.each([
    [['add'], /BENCH-USAGE: missing required argument 'run'/],
    [['add', 'run.json', '--commit', 'HEAD'], /BENCH-USAGE: --commit wants a hash of .* got "HEAD"/],
    [
      ['add', 'run.json', '--file', 'no/folder/h'],
      /BENCH-HISTORY-UNUSABLE: cannot append to .*\/no\/folder\/h: ENOENT/,
    ],
    [['add', 'nowhere'], /BENCH-RUN-FILE-INVALID: .* it cannot be read/],
    [['ad'], /BENCH-USAGE: unknown command 'ad'.*\nfix: see `bench history --help`/],
    [[], /BENCH-USAGE: bench history does several things: say which\nfix: see `bench history --help`/],
  ])('%j is bad input', async (args, problem) => {
    expect(await refused(...args)).toMatch(problem);
  });

  it('appends to no file of another program', async () => {
    await writeFile(history, 'time,ms\n1,2\n');
    expect(await refused('add', 'run.json')).toMatch(
      /BENCH-HISTORY-INVALID: .*bench-history\.ndjson is not a history of this program: line 1: /,
    );
    expect(await readFile(history, 'utf8')).toBe('time,ms\n1,2\n');
  });
});

describe('bench history show', () => {
  it('says where which figure changed, from what to what', async () => {
    const lines = sampleHistory(60, 40, 12).map((line, i) =>
      i < 50 ? line : { ...line, counters: { ...line.counters, blocks: 14 } },
    );
    await writeFile(history, historyText(lines));
    const { code, stdout } = await program.run('history', 'show');
    expect(stdout).toMatch(
      new RegExp(
        [
          '^lead-list page 1, state views',
          '  PostgreSQL 18\\.4 \\(embedded\\), a processor, 2 cores, 100k leads \\[00112233aabbccdd\\]',
          '  60 runs, last 12 ms, 2 changes',
          '  ▲ slower \\+\\d+(\\.\\d)? % by the clock: 10 ms → 12 ms, ratio 0\\.8\\d× \\[0\\.8\\d×, 0\\.8\\d×\\]',
          '      from run 20260210-000000-0028 \\(commit c+28, 2026-02-10 00:00\\)',
          '      the last before is 20260209-000000-0027 \\(commit c+27, 2026-02-09 00:00\\)',
          '  ▲ Blocks: more \\+16\\.7 % by a counter: 12 → 14, ratio 0\\.86× exactly',
          '      from run 20260220-000000-0032 ',
        ].join('\n'),
      ),
    );
    expect(code).toBe(0);
  });

  it('gives a script the same, and only the scenario asked for', async () => {
    const others = [1, 2].map((i) => sampleLine(i, { scenario: 'segmentation' }));
    await writeFile(history, historyText([...sampleHistory(60, 40, 12), ...others]));
    const { stdout } = await program.run('history', 'show', '--scenario', 'lead-list', '--json');
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      series: [
        {
          ...{ scenario: 'lead-list', variant: 'page 1', state: 'views', role: 'mailgenius_app', runs: 60 },
          environment: { key: '00112233aabbccdd', title: expect.any(String) },
          last: {
            ...{ run: '20260301-000000-003b', commit: expect.any(String), time: '2026-03-01T00:00:00.000Z' },
            ...{ ms: expect.closeTo(12, 0), projected: false, blocks: 15 },
          },
          levels: [
            { from: '20260101-000000-0000', to: '20260209-000000-0027', ms: expect.closeTo(10, 0) },
            { from: '20260210-000000-0028', to: '20260301-000000-003b', ms: expect.closeTo(12, 0) },
          ],
          changes: [
            {
              ...{
                by: 'clock',
                at: 40,
                text: expect.stringMatching(/^slower \+/),
                ratio: expect.closeTo(0.83, 1),
              },
              ...{ before: expect.closeTo(10, 0), after: expect.closeTo(12, 0) },
              interval: [expect.any(Number), expect.any(Number)],
              last: { run: '20260209-000000-0027', commit: expect.any(String), time: expect.any(String) },
              first: { run: '20260210-000000-0028', commit: expect.any(String), time: expect.any(String) },
            },
          ],
        },
      ],
    });
  });

  it('names the near scenarios for one it does not know', async () => {
    await writeFile(history, historyText(sampleHistory(2)));
    expect(await refused('show', '--scenario', 'lead-lst')).toMatch(
      /BENCH-UNKNOWN-NAME: unknown scenario "lead-lst"\nfix: did you mean lead-list\?/,
    );
    expect(await refused('show', '--scenario', '')).toMatch(
      /BENCH-USAGE: --scenario names nothing\nfix: see `bench history show --help`/,
    );
  });

  it('says what begins a history where there is none', async () => {
    expect(await refused('show', '--file', 'none')).toMatch(
      /\/none is not a history of this program: there is no such file\nfix: .*`bench history add RUN` begins one/,
    );
    await writeFile(history, '');
    expect((await program.run('history', 'show')).stdout).toBe('no runs yet\n');
  });

  it('lets no name steer the terminal', async () => {
    await writeFile(history, historyText([sampleLine(1, { variant: HOSTILE.terminal })]));
    expect((await program.run('history', 'show')).stdout).toContain('lead-list ·[31mred·[0m, state views');
  });
});

describe('bench history plot', () => {
  it('writes well-formed SVG, with every name escaped', async () => {
    await program.run('history', 'add', 'run.json');
    await appendFile(history, historyText(sampleHistory(40)));
    const { code, stdout } = await program.run('history', 'plot');
    expect(code).toBe(0);
    expect(isWellFormed(stdout)).toBe(true);
    expect(stdout).toContain('&lt;/script&gt;&lt;b&gt;bold&lt;/b&gt;');
    expect(stdout).not.toContain('<b>');
    const written = await program.run('history', 'plot', '--out', 'history.svg');
    expect(written).toMatchObject({ code: 0, stdout: '' });
    expect(await readFile(path.join(program.folder, 'history.svg'), 'utf8')).toBe(stdout);
  });

  it('says when the picture cannot be written', async () => {
    await writeFile(history, historyText(sampleHistory(2)));
    expect(await refused('plot', '--out', 'no/folder/h.svg')).toMatch(/BENCH-OUT-UNUSABLE: .*h\.svg: ENOENT/);
  });
});
