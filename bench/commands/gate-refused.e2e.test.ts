import { cp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { until } from '../../test/program.ts';
import { pullRequests } from '../../test/pull-requests.ts';
import { postmasterPid } from '../servers/cluster/cluster.ts';

const INDEX = 'db/phases/01-name-index/up.sql';

const { program, repository, start, gate, gateSince } = await pullRequests();

describe('a base that cannot be had', () => {
  it('is a reference that is not there', async () => {
    const { code, stderr } = await program.run('gate', '--base-ref', 'nobody', '--suite', repository.folder);
    expect(stderr).toMatch(/^error BENCH-GATE-REF: cannot take the base of the gate from nobody: /);
    expect(stderr).toMatch(
      /no commit, branch or tag of that name\nfix: name a branch, tag or commit that this repository has/,
    );
    expect(code).toBe(2);
  });

  it('belongs to another user', async () => {
    // As git's own tests have it: https://github.com/git/git/blob/master/t/t0033-safe-directory.sh
    process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';
    const { code, stderr } = await program.run('gate', '--base-ref', 'main', '--suite', repository.folder);
    delete process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'];
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/fix: the repository belongs to another user: .*safe\.directory/);
  });

  it('is beyond the history of a shallow clone', async () => {
    const clone = path.join(program.folder, 'shallow');
    await repository.git('clone', '-q', '--depth', '1', `file://${repository.folder}`, clone);
    const { code, stderr } = await program.run('gate', '--base-ref', 'main~1', '--suite', clone);
    await rm(clone, { recursive: true });
    expect(stderr).toMatch(/fix: this clone is shallow: fetch its history/);
    expect(code).toBe(2);
  });

  it('is a commit without a suite', async () => {
    const { code, stderr } = await program.run('gate', '--base-ref', 'before', '--suite', repository.folder);
    expect(stderr).toMatch(
      /^error BENCH-GATE-SIDE: the base \(before, [0-9a-f]{10}\) side .*: bench\.config\.ts is missing/,
    );
    expect(code).toBe(4);
  });

  it('has no commit in common with the working tree', async () => {
    const tree = await repository.git('rev-parse', 'before^{tree}');
    const stranger = await repository.git('commit-tree', '-m', 'another history', tree);
    const { code, stderr } = await program.run('gate', '--base-ref', stranger, '--suite', repository.folder);
    expect(stderr).toMatch(/BENCH-GATE-REF: .*no commit in common/);
    expect(code).toBe(2);
  });

  it('is of a suite that git ignores', async () => {
    await cp(
      path.join(repository.folder, 'scenarios'),
      path.join(repository.folder, 'results/own/scenarios'),
      {
        recursive: true,
      },
    );
    const suite = path.join(repository.folder, 'results/own');
    const { code, stderr } = await program.run('gate', '--base-ref', 'main', '--suite', suite);
    await rm(path.join(repository.folder, 'results'), { recursive: true });
    expect(stderr).toMatch(/^error BENCH-GATE-REF: .*git ignores the folder/);
    expect(code).toBe(2);
  });

  it('is a folder outside git', async () => {
    const { code, stderr } = await program.run('gate', '--base-ref', 'main', '--suite', program.folder);
    expect(stderr).toMatch(/^error BENCH-GATE-REF: .*not a git repository/);
    expect(code).toBe(2);
  });
});

describe('a side that cannot be measured', () => {
  it('is named with the file and the line that fail', async () => {
    await repository.write(
      'db/phases/02-broken/up.sql',
      '--! title: Broken\nSELECT 1;\nDROP INDEX nobody;\n',
    );
    const { code, stderr } = await gate();
    expect(stderr).toMatch(
      /^error BENCH-GATE-SIDE: the head \(the working tree\) side .*02-broken\/up\.sql:3/m,
    );
    expect(code).toBe(4);
  });

  it('is named with the table that does not take its rows, and the first of these', async () => {
    await repository.edit('db/schema/01-tables.sql', (sql) =>
      sql.replace('note text', 'note text CHECK (id < 100)'),
    );
    const { code, stderr } = await gate();
    expect(stderr).toMatch(
      /^error BENCH-GATE-SIDE: the head .* table items does not take .* violates check constraint .*line \d+/m,
    );
    expect(code).toBe(4);
  });

  it.each([
    ['scenarios/find.ts', (text: string) => `${text}\n)`, /find\.ts:\d+: Unexpected/],
    ['scenarios/find.ts', (text: string) => `throw new Error('boom');\n${text}`, /find\.ts:\d+: boom/],
    [
      'scenarios/find.ts',
      (text: string) => `${text}\nimport './nope.ts';`,
      /find\.ts:\d+: Cannot find module/,
    ],
    [INDEX, (sql: string) => `${sql}\n\\ir nowhere.sql\n`, /up\.sql:\d+: there is no file .*nowhere\.sql/],
    [INDEX, (sql: string) => `\\ir up.sql\n${sql}`, /up\.sql:1: .*up\.sql includes itself/],
  ])('is the head where %s cannot be loaded, with its line: case %$', async (file, edit, problem) => {
    await repository.edit(file, edit);
    const { code, stderr } = await gate();
    const [error = '', fix, ...more] = stderr.trimEnd().split('\n');
    expect(error).toMatch(/^error BENCH-GATE-SIDE: the head \(the working tree\) side /);
    expect(error).toMatch(problem);
    expect([fix, ...more]).toEqual([expect.stringMatching(/^fix: mend that file/)]);
    expect(code).toBe(4);
  });

  it('has all files of its commit, also those that git leaves out of archives', async () => {
    await repository.write('.gitattributes', 'scenarios/add.ts export-ignore\n');
    await repository.commitOn('with-attributes');
    const { code, stdout, stderr } = await gateSince('with-attributes', '--json');
    expect(code, stderr).toBe(0);
    const { comparisons } = JSON.parse(stdout);
    expect(comparisons).toContainEqual(expect.objectContaining({ scenario: 'add' }));
  });

  it('generates other data than the other', async () => {
    await repository.edit('fixtures/items.ts', (text) => text.replace('note $', 'remark $'));
    const { code, stderr } = await gate();
    expect(stderr).toMatch(/^error BENCH-GATE-DATA: /m);
    expect(code).toBe(2);
  });

  it('changes a role, which both would have', async () => {
    const sql = '--! title: Plans\nALTER ROLE planted_app SET enable_indexscan = off;\n';
    await repository.write('db/phases/02-plans/up.sql', sql);
    const { code, stderr } = await gate();
    expect(stderr).toMatch(
      /^error BENCH-GATE-ROLES: .*: ALTER ROLE planted_app SET enable_indexscan = off$/m,
    );
    expect(code).toBe(2);
  });

  it('is the base, though the working tree mends it, which stays as it is', async () => {
    const file = 'db/phases/02-broken/up.sql';
    await repository.write(file, '--! title: Broken\nSELECT 1;\nDROP INDEX nobody;\n');
    await repository.commitOn('broken');
    await repository.write(file, '--! title: Mended\nSELECT 1;\n');
    const before = await repository.git('status', '--porcelain');
    const { code, stderr } = await gateSince('broken');
    expect(stderr).toMatch(
      /^error BENCH-GATE-SIDE: the base \(broken, [0-9a-f]{10}\) side .*: db\/phases\/02-broken\/up\.sql:3/m,
    );
    expect(stderr).not.toContain('bench-base-');
    expect(code).toBe(4);
    expect(await repository.git('status', '--porcelain')).toBe(before);
  });

  it.each([
    ['fixtures/items.ts', '({ contacts }) => contacts', 'rowCount'],
    ['bench.config.ts', 'async () => undefined', 'openSession'],
  ])('is the head where %s throws, with the place', async (file, own, part) => {
    await repository.edit(file, (text) => text.replace(own, "() => JSON.parse('nothing')"));
    const { code, stdout, stderr } = await gate();
    expect(`${stdout}${stderr}`).toMatch(new RegExp(`${file}: ${part} threw .* \\(${file}:\\d+\\)`));
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(code).toBe(part === 'rowCount' ? 4 : 99);
  });
});

describe('a gate that is interrupted', () => {
  const results = () => readdir(path.join(program.folder, 'results')).catch(() => []);

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s gives no verdict, and ends with %d', async (signal, exitCode) => {
    const before = await results();
    const { child, ended } = start();
    await until(async () => (await results()).length > before.length, ended);
    child.kill(signal);
    const { code, stdout } = await ended;
    expect([code, stdout]).toEqual([exitCode, '']);
    expect(await postmasterPid(path.join(program.cache, 'cluster-embedded/data'))).toBeNull();
  });
});
