import { execFile } from 'node:child_process';
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../test/program.ts';
import { pullRequests } from '../../test/pull-requests.ts';

const INDEX = 'db/phases/01-name-index/up.sql';
const APP = 'db/phases/00-base/app.ts';

const { program, repository, gate, gateSince } = await pullRequests();

describe('a pull request', () => {
  it('that drops an index fails, with the difference between the plans and the name of the migration', async () => {
    await repository.write('db/phases/02-tidy/up.sql', '--! title: Tidy up\nDROP INDEX items_name;\n');
    const { code, stdout, stderr } = await gate();
    expect(code, stderr).toBe(99);
    expect(stdout).toMatch(/items: .*items_name \(name\) → Seq Scan/);
    expect(stdout).toContain('db/phases/02-tidy/up.sql');
  });

  it('that renames a comment passes', async () => {
    await repository.edit(INDEX, (sql) => `-- For the page of names.\n${sql}`);
    await repository.commitOn('with-comment');
    await repository.edit(INDEX, (sql) => sql.replace('the page of names', 'whoever looks for a name'));
    const { code, stdout, stderr } = await gateSince('with-comment', '--json');
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
    const { code, stdout, stderr } = await gate('--format', 'junit');
    expect(code, stderr).toBe(7);
    expect(stdout).toContain('<error type="answers differ"');
    expect(stdout).toMatch(/failure: find\/name\/head\/answer: another answer/);
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

  it('is set up for its own sessions alone', async () => {
    const open = (name: string) =>
      `async (db) => { await db.query("SELECT set_config('app.${name}', '505', false)"); }`;
    await repository.edit('bench.config.ts', (text) => text.replace('async () => undefined', open('old')));
    const asks = (name: string) => (text: string) =>
      text.replace('WHERE name = $1', () => `WHERE name = $1 AND current_setting($$app.${name}$$) = $$505$$`);
    await repository.edit(APP, asks('old'));
    await repository.commitOn('old-setting');
    await repository.edit('bench.config.ts', (text) => text.replace('app.old', 'app.new'));
    await repository.edit(APP, (text) => text.replace('app.old', 'app.new'));
    const { code, stdout, stderr } = await gateSince('old-setting');
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

  it('a percentile is kept, and what cannot be held is said', async () => {
    await repository.edit('scenarios/find.ts', (text) =>
      text.replace("{ name: 'name'", "{ name: 'by-name', parameters: null }, { name: 'name'"),
    );
    const lines = ['find name p95 < 10s', 'find by-name p95 < 10s', 'spin p95 < 10s'];
    const { code, stdout, stderr } = await gate('--thresholds', await thresholds(lines.join('\n')), '--json');
    expect(code, stderr).toBe(0);
    const { thresholds: held, unjudged, path: run } = JSON.parse(stdout);
    expect(held).toMatchObject([
      { variant: 'name', verdict: 'kept' },
      { variant: 'by-name', verdict: 'not measured' },
    ]);
    expect(unjudged).toContainEqual(expect.objectContaining({ name: 'threshold:spin', isOpen: false }));
    const { stdout: again } = await program.run('report', run, '--format', 'github-summary');
    expect(again).toMatch(/^- The gate is inconclusive with 1 open question/m);
  });

  it('a line that is wrong ends it before anything is measured', async () => {
    const before = await program.left();
    const { code, stdout, stderr } = await gate('--thresholds', await thresholds('find nane p95 < 5ms'));
    expect(stderr).toMatch(/^error BENCH-THRESHOLD-INVALID: .*thresholds\.txt:2: /m);
    expect([code, stdout]).toEqual([2, '']);
    expect((await program.left()).filter((name) => !before.includes(name))).toEqual([]);
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
