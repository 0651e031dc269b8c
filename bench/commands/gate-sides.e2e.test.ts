import { execFile } from 'node:child_process';
import { cp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, Program, ROOT } from '../../test/program.ts';
import { Repository } from '../../test/repository.ts';

const INDEX = 'db/phases/01-name-index/up.sql';
const APP = 'db/phases/00-base/app.ts';

let program: Program;
let repository: Repository;

beforeAll(async () => {
  program = await Program.create();
  repository = await Repository.create(path.join(program.folder, 'repository'), 'planted-suite');
  // The base of every pull request here: the index that helps, and none of the planted harm.
  for (const phase of ['02-useless', '03-updated-at', '04-dropped']) {
    await rm(path.join(repository.folder, 'db/phases', phase), { recursive: true });
  }
  await repository.commit('without harm');
});

afterEach(() => repository.reset());
afterAll(() => program.remove());

function gateSince(base: string, ...args: readonly string[]): Promise<Ended> {
  const suite = ['--suite', repository.folder, '--contacts', '20k'];
  return program.run('gate', '--base-ref', base, ...suite, '--scenario', 'find', 'add', ...args);
}

const gate = (...args: readonly string[]) => gateSince('main', ...args);

describe('a pull request', () => {
  it('that drops an index fails, with the difference between the plans and the name of the migration', async () => {
    await repository.write('db/phases/02-tidy/up.sql', '--! title: Tidy up\nDROP INDEX items_name;\n');
    const { code, stdout, stderr } = await gate();
    expect(code, stderr).toBe(99);
    expect(stdout).toMatch(/items: .*items_name \(name\) → Seq Scan/);
    expect(stdout).toContain('db/phases/02-tidy/up.sql');
  });

  it('that renames a comment passes', async () => {
    await repository.edit(INDEX, (sql) => `-- The same, in other words.\n${sql}`);
    const { code, stdout, stderr } = await gate('--json');
    expect(code, stderr).toBe(0);
    const { failures, warnings, comparisons } = JSON.parse(stdout);
    expect([failures, warnings]).toEqual([[], []]);
    const find = comparisons.find(({ scenario }: { scenario: string }) => scenario === 'find');
    expect(find).toMatchObject({ before: 'base', after: 'head', answersEqual: true });
    expect(find.smallestDetectable).toBeGreaterThan(0);
  });

  it('that formats SQL in another way passes', async () => {
    const formatted = '\n  ON items\n  /* by /* its */ name */ (\n    name\n  )';
    await repository.edit(
      INDEX,
      (sql) => `/* a /* b */ c */\r\n${sql.replace('ON items (name)', formatted)}`,
    );
    const { code, stdout, stderr } = await gate();
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /^slowdowns that the clock would have seen\n {2}add: from 100 % and 10 ms on\n {2}find: from [\d.]+ % on, by variant$/m,
    );
  });

  it('that changes an answer is refused with an exit code of its own', async () => {
    await repository.edit(APP, (text) => text.replace('WHERE name = $1', 'WHERE name = $1 AND id <> 505'));
    const { code, stdout, stderr } = await gate();
    expect(code, stderr).toBe(7);
    expect(stdout).toMatch(/find\/name\/head\/answer\n\s+another answer/);
  });
});

describe('what the clock was not to judge', () => {
  it('fails where one block is much slower, and further ones on fresh copies are too', async () => {
    const trigger = `--! title: Wait
CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM FROM generate_series(1, 400); RETURN NEW; END $$;
CREATE TRIGGER wait BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION wait();
`;
    await repository.write('db/phases/02-wait/up.sql', trigger);
    const { code, stdout, stderr } = await gate('--json');
    expect(code, stderr).toBe(99);
    const { failures, comparisons } = JSON.parse(stdout);
    expect(failures).toMatchObject([{ name: 'add/rows=5000/head/time', rule: 'time' }]);
    expect(failures[0].sentence).toMatch(/; 1 block before that: /);
    const add = comparisons.find(({ scenario }: { scenario: string }) => scenario === 'add');
    expect(add.blocks).toBeGreaterThanOrEqual(15);
  });
});

describe('a package of the repository itself', () => {
  it('is the commit’s own on its side', async () => {
    await repository.write('packages/shared/package.json', '{ "type": "module", "exports": "./index.ts" }\n');
    await repository.write('packages/shared/index.ts', 'export const ROW = 500;\n');
    const link = path.join(repository.folder, 'node_modules/shared');
    await symlink('../packages/shared', link);
    await repository.edit('scenarios/find.ts', (text) =>
      text.replace('const ROW = 500;', "import { ROW } from 'shared';"),
    );
    await repository.commitOn('with-package');
    await repository.write('packages/shared/index.ts', 'export const ROW = 600;\n');
    const { code, stdout, stderr } = await gateSince('with-package', '--changed');
    await rm(link);
    expect(code, stderr).toBe(7);
    expect(stdout).toMatch(/find\/name\/head\/answer/);
  });
});

describe('code that throws', () => {
  const missing = 'app.gone is not a function';

  it('on one side fails that scenario, and says where', async () => {
    await repository.edit('scenarios/find.ts', (text) => text.replace('await app.find', 'await app.gone'));
    const { code, stdout, stderr } = await gate('--json');
    expect(code, stderr).toBe(99);
    const { failures } = JSON.parse(stdout);
    expect(failures).toMatchObject([{ name: 'find/name/head/error' }]);
    const where = `scenarios/find.ts: run threw TypeError: ${missing} (scenarios/find.ts:`;
    expect(JSON.stringify(failures)).toContain(where);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it('where it prepares or foresees an answer fails that side alone', async () => {
    await repository.edit('scenarios/find.ts', (text) =>
      text.replace('input: async () => null', "input: () => Promise.reject(new Error('no input'))"),
    );
    await repository.edit('scenarios/add.ts', (text) =>
      text.replace('oracle: (rows) =>', "oracle: (rows) => rows > 0 ? JSON.parse('no oracle') :"),
    );
    const { code, stdout, stderr } = await gate('--json');
    expect(code, stderr).toBe(99);
    const { failures } = JSON.parse(stdout);
    expect(failures.map(({ name }: { name: string }) => name)).toEqual([
      'add/rows=5000/head/error',
      'find/name/head/error',
    ]);
  });

  it('before anything is measured ends it, and says where', async () => {
    await repository.edit('scenarios/find.ts', (text) =>
      text.replace('variants: () => [', 'variants: () => [...(null as unknown as []), '),
    );
    const { code, stderr } = await gate();
    expect(code, stderr).toBe(4);
    expect(stderr).toMatch(/BENCH-GATE-SIDE: the head .*scenarios\/find\.ts: variants threw TypeError: /);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('what one side alone has', () => {
  it('is there for its own scenarios to ask for', async () => {
    await repository.write('db/phases/02-nick/up.sql', '--! title: Nick\nALTER TABLE items ADD nick text;\n');
    await repository.edit('scenarios/find.ts', (text) =>
      text.replace(
        'input: async () => null',
        "input: async (_, { owner }) => { await owner.query('SELECT nick FROM items LIMIT 1'); return null; }",
      ),
    );
    const { code, stdout, stderr } = await gate();
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^passed/);
  });

  it('leaves the gate inconclusive where it is gone, and is named where it is new', async () => {
    await repository.edit('scenarios/find.ts', (text) => text.replace("name: 'name'", "name: 'by-name'"));
    const { code, stdout, stderr } = await gate('--strict', '--json');
    expect(code, stderr).toBe(5);
    const { verdict, unjudged } = JSON.parse(stdout);
    expect(verdict).toBe('inconclusive');
    expect(unjudged).toContainEqual(expect.objectContaining({ name: 'find/name', isOpen: true }));
    expect(unjudged).toContainEqual(expect.objectContaining({ name: 'find/by-name', isOpen: false }));
  });
});

describe('a change that is accepted in the call that measures it', () => {
  it('does not end the gate at its counters', async () => {
    await repository.write('db/phases/02-tidy/up.sql', '--! title: Tidy up\nDROP INDEX items_name;\n');
    const because = ['--because', 'the table is small'];
    const { code, stdout, stderr } = await gate('--accept', 'find/name/head/blocks', ...because, '--json');
    expect(code, stderr).toBe(99);
    const { failures, accepted } = JSON.parse(stdout);
    expect(accepted).toMatchObject([{ name: 'find/name/head/blocks' }]);
    expect(failures.map(({ name }: { name: string }) => name)).not.toContain('find/name/head/blocks');
  });
});

describe('with --thresholds', () => {
  const thresholds = async (line: string) => {
    const file = path.join(program.folder, 'thresholds.txt');
    await writeFile(file, `# bounds\n${line}\n`);
    return file;
  };

  it('the head must keep them too, in every report', async () => {
    const file = await thresholds('find name blocks < 1 block');
    const { code, stdout, stderr } = await gate('--thresholds', file, '--json');
    expect(code, stderr).toBe(99);
    const { failures, path: run } = JSON.parse(stdout);
    expect(failures).toMatchObject([{ name: 'threshold:find/name/blocks/1block' }]);
    const { stdout: junit } = await program.run('report', run, '--format', 'junit');
    expect(junit).toMatch(/<failure type="regressed" message="[^"]*find name blocks &lt; 1 block/);
  });

  it('a line that is wrong ends it before anything is measured', async () => {
    const before = await program.left();
    const { code, stdout, stderr } = await gate('--thresholds', await thresholds('find nane p95 < 5ms'));
    expect(stderr).toMatch(/^error BENCH-THRESHOLD-INVALID: .*thresholds\.txt:2: /m);
    expect([code, stdout]).toEqual([2, '']);
    expect((await program.left()).filter((name) => !before.includes(name))).toEqual([]);
  });
});

describe('with --changed', () => {
  const leftOut = (stdout: string) =>
    JSON.parse(stdout).touched.flatMap(
      ({ scenario, through }: { scenario: string; through: string[] | null }) =>
        through === null ? [scenario] : [],
    );

  it('a comment reaches nothing: nothing is measured, and the gate passes', async () => {
    await repository.edit(INDEX, (sql) => `-- The same, in other words.\n${sql}`);
    const { code, stdout, stderr } = await gate('--changed', '--json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'passed', comparisons: [] });
    expect(leftOut(stdout)).toEqual(['add', 'find']);
  });

  it('an index reaches whoever uses its table, and is judged as ever', async () => {
    await repository.write('db/phases/02-tidy/up.sql', '--! title: Tidy up\nDROP INDEX items_name;\n');
    const { code, stdout, stderr } = await gate('--changed');
    expect(code, stderr).toBe(99);
    expect(stdout).toMatch(/^reached by the change\n {2}add: by items\n {2}find: by items$/m);
  });

  it('a module reaches the scenario that imports it', async () => {
    await repository.edit('scenarios/find.ts', (text) => `// In other words.\n${text}`);
    const { code, stdout, stderr } = await gate('--changed', '--json');
    expect(code, stderr).toBe(0);
    expect(leftOut(stdout)).toEqual(['add']);
    const { comparisons } = JSON.parse(stdout);
    expect(new Set(comparisons.map(({ scenario }: { scenario: string }) => scenario))).toEqual(
      new Set(['find']),
    );
  });

  it('a module outside the suite, or named as JavaScript, reaches the scenario that imports it', async () => {
    await repository.write('lib/größe.ts', 'export const SIZE = 1;\n');
    await repository.edit('scenarios/find.ts', (text) => `import '../lib/größe.js';\n${text}`);
    await repository.commitOn('with-library');
    await repository.edit('lib/größe.ts', (text) => `${text}export const MORE = 2;\n`);
    const { stdout, stderr } = await gateSince('with-library', '--changed', '--json');
    expect(leftOut(stdout), stderr).toEqual(['add']);
  });

  it('what may be behind an alias reaches the scenario that imports it', async () => {
    await repository.write('lib/size.ts', 'export const SIZE = 1;\n');
    await repository.edit('package.json', (text) =>
      text.replace('{', '{ "imports": { "#size": "./lib/size.ts" },'),
    );
    await repository.edit('scenarios/find.ts', (text) => `import '#size';\n${text}`);
    await repository.commitOn('with-alias');
    await repository.edit('lib/size.ts', () => 'export const SIZE = 2;\n');
    const { stdout, stderr } = await gateSince('with-alias', '--changed', '--json');
    expect(leftOut(stdout), stderr).toEqual(['add']);
  });

  it('a view reaches who executes it by a name that is put together', async () => {
    const call = `"SELECT list_from('items', $1) AS id"`;
    const view = (where: string) => `--! title: A view
CREATE VIEW v_items AS SELECT id, name FROM items WHERE ${where};
GRANT SELECT ON v_items TO planted_app;
CREATE FUNCTION list_from(kind text, wanted text) RETURNS SETOF integer LANGUAGE plpgsql AS $$
BEGIN RETURN QUERY EXECUTE format('SELECT id FROM %I WHERE name = $1 ORDER BY id', 'v_' || kind) USING wanted; END $$;
`;
    await repository.write('db/phases/02-view/up.sql', view('true'));
    await repository.edit(APP, (text) =>
      text.replace("'SELECT id FROM items WHERE name = $1 ORDER BY id'", () => call),
    );
    await repository.commitOn('with-view');
    await repository.write('db/phases/02-view/up.sql', view('id <> 505'));
    const { code, stdout, stderr } = await gateSince('with-view', '--changed');
    expect(code, stderr).toBe(7);
    expect(stdout).toMatch(/^reached by the change\n {2}find: by v_items$/m);
  });

  it('SQL that the application reads by itself reaches every scenario', async () => {
    await repository.write('db/queries/find.sql', 'SELECT 1');
    const read = (text: string) => `import 'node:fs';\n${text}`;
    await repository.edit(APP, read);
    await repository.commitOn('with-queries');
    await repository.write('db/queries/find.sql', 'SELECT 2');
    const { stdout, stderr } = await gateSince('with-queries', '--changed', '--json');
    expect(leftOut(stdout), stderr).toEqual([]);
  });

  it('a file of data beside the code reaches every scenario', async () => {
    await repository.write('fixtures/names.json', '["ann"]\n');
    const { stdout, stderr } = await gate('--changed', '--json');
    expect(leftOut(stdout), stderr).toEqual([]);
  });

  it('the application reaches every scenario', async () => {
    await repository.edit(APP, (text) => `// In other words.\n${text}`);
    const { code, stdout, stderr } = await gate('--changed', '--json');
    expect(code, stderr).toBe(0);
    expect(leftOut(stdout)).toEqual([]);
  });
});

describe('the script for CI', () => {
  const script = path.join(ROOT, 'scripts/ci-gate/gate.sh');

  it('says where it cannot write', async () => {
    const file = path.join(program.folder, 'a-file');
    await writeFile(file, '');
    const ended = promisify(execFile)(script, ['main', path.join(file, 'out')]);
    await expect(ended).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/fix: name a folder/),
    });
  });

  async function inCi(...args: readonly string[]) {
    const out = path.join(program.folder, 'ci');
    const summary = path.join(program.folder, 'step-summary.md');
    await writeFile(summary, '');
    const environment = {
      ...process.env,
      BENCH_CACHE: program.cache,
      BENCH: `${process.execPath} ${path.join(ROOT, 'bench/bin.js')}`,
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
    };
    const flags = ['--suite', repository.folder, '--contacts', '20k', '--scenario', 'find'];
    const ended = await promisify(execFile)(script, [...args, out, ...flags], { env: environment }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => error,
    );
    const left = await readdir(out);
    const text = (file: string) => readFile(path.join(out, file), 'utf8');
    return { ...ended, left, text, summary: await readFile(summary, 'utf8') };
  }

  it('leaves what CI servers show, and fails as the gate does', async () => {
    await repository.write('db/phases/02-tidy/up.sql', '--! title: Tidy up\nDROP INDEX items_name;\n');
    const { code, stdout, left, text, summary } = await inCi('main');
    expect(code).toBe(99);
    expect(left).toEqual(expect.arrayContaining(['gate.json', 'junit.xml', 'report.html', 'summary.md']));
    expect(stdout).toMatch(/^::error title=Regressed%3A find name.*::.*Blocks%?: \d+ → \d+/m);
    expect(stdout).toMatch(/^::error title=Gate failed::changed: A db\/phases\/02-tidy\/up\.sql%0A/m);
    expect(summary).toContain('1 regressed');
    expect(await text('junit.xml')).toMatch(
      /<failure type="regressed" message="[^"]*items_name \(name\) → Seq Scan/,
    );
    expect(await text('report.html')).toContain('Gate: failed');
    const accepted = JSON.parse(await text('gate.json')).failures.map(({ name }: { name: string }) => name);
    expect(accepted).toContain('find/name/head/blocks');
  });

  it('passes on the exit code of an error, and shows it beside the checks', async () => {
    await rm(path.join(program.folder, 'ci'), { recursive: true, force: true });
    const { code, stdout, left, summary } = await inCi('nobody');
    expect(code).toBe(2);
    expect(left).toEqual(['gate.json', 'summary.md']);
    expect(stdout).toMatch(
      /^::error title=The gate did not run::cannot take .* nobody: .*%0Afix: name a branch/,
    );
    expect(summary).toMatch(/^### The gate did not run\n\n```\ncannot take .*\nfix: name a branch/);
  });
});

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

  it('leaves nothing behind', async () => {
    expect((await repository.git('status', '--porcelain')).trim()).toBe('');
    expect(await repository.git('worktree', 'list')).not.toMatch(/\n/);
  });
});
