import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program, ROOT, until } from '../../test/program.ts';
import { RunFile } from '../core/run-file.ts';
import { withSession } from '../postgres/session.ts';
import { postmasterPid } from '../servers/cluster/cluster.ts';

const TOY = path.join(ROOT, 'test/toy-suite');
const SMALL = ['--suite', TOY, '--profile', 'smoke'];

let program: Program;

beforeAll(async () => {
  program = await Program.create();
});

afterAll(async () => {
  await program.remove();
});

const runningServer = () => postmasterPid(path.join(program.cache, 'cluster-embedded/data'));

describe('bench run', () => {
  it('measures each scenario in each state and proves the answers equal', async () => {
    const { code, stdout, stderr } = await program.run('run', ...SMALL, '--json');
    expect(stderr).not.toMatch(/error|bug/);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.states.map((state: { name: string }) => state.name)).toEqual(['base', 'index', 'batch']);
    expect(result.comparisons).toHaveLength(2 * 3);
    for (const comparison of result.comparisons)
      expect(comparison).toMatchObject({ answersEqual: true, projected: false });
    const run = RunFile.parse(JSON.parse(await readFile(result.path, 'utf8')));
    expect(run.arms.map((arm) => arm.expected?.digest)).toEqual(run.arms.map((arm) => arm.answer?.digest));
    expect(run.floors).toMatchObject([{ scenario: 'add', state: 'batch' }]);
    expect((await readdir(path.dirname(result.path))).sort()).toEqual([
      'ddl',
      'journal.ndjson',
      'report.html',
      'report.md',
      'run.json',
      'samples.ndjson.gz',
    ]);
  });

  it('stops the server at the end and finds its states again', async () => {
    expect(await runningServer()).toBeNull();
    const { stdout } = await program.run('run', ...SMALL, '--json');
    const run = RunFile.parse(JSON.parse(await readFile(JSON.parse(stdout).path, 'utf8')));
    expect(run.states.map((state) => state.cached)).toEqual([true, true, true]);
  });

  it('encrypts every connection with --tls, and says so', async () => {
    const { code, stdout, stderr } = await program.run(
      'run',
      ...SMALL,
      '--scenario',
      'find',
      '--tls',
      '--json',
    );
    expect(code, stderr).toBe(0);
    const run = RunFile.parse(JSON.parse(await readFile(JSON.parse(stdout).path, 'utf8')));
    expect(run.server.connection).toMatch(/^TLSv1\.3 TLS_/);
  });

  it('prints progress to stderr and the tables to stdout', async () => {
    const { stdout, stderr } = await program.run(
      'run',
      ...SMALL,
      '--scenario',
      'find',
      '--state',
      'base..index',
    );
    expect(stderr.split('\n')[0]).toMatch(
      /^find in states base → index, 1,000 items, on the embedded server; about/,
    );
    expect(stdout).toMatch(/find/);
    expect(stdout).not.toMatch(/^batch /m);
    expect(stdout).toContain('this run lacks batch');
  });

  it('exits 7 when a phase changes the answer, and gives no ratio', async () => {
    const suite = await program.toySuite('answer');
    await appendFile(
      path.join(suite, 'db/phases/01-index/up.sql'),
      "UPDATE items SET name = 'name-50' WHERE id = 3;\n",
    );
    const { code, stdout, stderr } = await program.run(
      'run',
      '--suite',
      suite,
      '--profile',
      'smoke',
      '--json',
    );
    await rm(suite, { recursive: true });
    expect(code).toBe(7);
    expect(stderr).toMatch(/^error BENCH-ANSWERS-DIFFER: .* find row=500/m);
    const document = JSON.parse(stdout);
    expect(document.error).toMatchObject({ name: 'BENCH-ANSWERS-DIFFER' });
    const found = document.comparisons.find(
      (c: { scenario: string; before: string }) => c.scenario === 'find' && c.before === 'base',
    );
    expect(found).toMatchObject({ answersEqual: false, ratio: null });
  });

  it('keeps the other figures when an arm fails, and exits 1', async () => {
    const suite = await program.toySuite('arm');
    await appendFile(path.join(suite, 'db/phases/01-index/up.sql'), 'REVOKE SELECT ON items FROM toy_app;\n');
    const { code, stderr } = await program.run('run', '--suite', suite, '--profile', 'smoke');
    await rm(suite, { recursive: true });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /BENCH-ARM-FAILED: 2 arms failed; the first: find row=500 in .*permission denied.*42501/,
    );
    const run = await newestRun();
    expect(run.status).toBe('complete');
    expect(run.arms.filter((arm) => arm.error === null && arm.samples.length === 1)).toHaveLength(4);
  });

  it('counts nothing of what comes before the timed part', async () => {
    const suite = await program.toySuite('before');
    const file = path.join(suite, 'scenarios/add.ts');
    const before = `before: async ({ db }) => {
      await db.query("INSERT INTO items SELECT 900000 + n, 'earlier' FROM generate_series(1, 300) AS n");
    },`;
    const scenario = await readFile(file, 'utf8');
    await writeFile(file, scenario.replace('run: async', `${before}\n  run: async`));
    const { code, stderr } = await program.run('run', '--suite', suite, '--profile', 'smoke');
    await rm(suite, { recursive: true });
    expect(code, stderr).toBe(0);
    const counters = (await newestRun()).arms
      .filter((arm) => arm.scenario === 'add' && !arm.control)
      .map((arm) => arm.counters[0]);
    expect(counters.map((one) => one?.tables?.inserted)).toEqual([50, 50, 50]);
    expect(Math.max(...counters.map((one) => one?.rows ?? 0))).toBe(50);
  });

  it('shows file, line and caret of a statement that fails', async () => {
    const suite = await program.toySuite('sql');
    await writeFile(
      path.join(suite, 'db/phases/01-index/up.sql'),
      '--! title: x\nSELECT 1;\nSELECT\n  nothing FROM items;\n',
    );
    const { code, stderr } = await program.run('run', '--suite', suite, '--profile', 'smoke');
    await rm(suite, { recursive: true });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /BENCH-SQL: db\/phases\/01-index\/up.sql:4: column "nothing" does not exist \(SQLSTATE 42703\)/,
    );
    expect(stderr).toMatch(/ 4 \| {3}nothing FROM items\n {11}\^/);
  });

  it('projects an arm that its budget ended, and checks what it did against the oracle', async () => {
    const suite = await program.toySuite('slow');
    const app = path.join(suite, 'db/phases/00-base/app.ts');
    const source = await readFile(app, 'utf8');
    await writeFile(app, source.replace('budget.spent()', 'budget.spent() || done === 20'));
    const { stdout } = await program.run(
      'run',
      '--suite',
      suite,
      '--profile',
      'smoke',
      '--scenario',
      'add',
      '--json',
    );
    await rm(suite, { recursive: true });
    const [first] = JSON.parse(stdout).comparisons.filter((c: { after: string }) => c.after === 'batch');
    expect(first).toMatchObject({ projected: true, answersEqual: true });
  });
});

describe('a server that is to be kept', () => {
  it('is not, when the work fails', async () => {
    const suite = await program.toySuite('kept');
    await writeFile(path.join(suite, 'db/phases/01-index/up.sql'), 'SELECT nothing;\n');
    const { code } = await program.run('up', '--suite', suite, '--profile', 'smoke');
    await rm(suite, { recursive: true });
    expect(code).toBe(2);
    expect(await runningServer()).toBeNull();
  });

  it('gives states that are read-only unless asked, refuses another port, and is stopped by down', async () => {
    const { stdout } = await program.run('up', ...SMALL, '--json');
    const { port, passwordFile, states } = JSON.parse(stdout);
    const password = (await readFile(passwordFile, 'utf8')).trim();
    const database = new URL(states[0].url).pathname.slice(1);
    const endpoint = { host: '127.0.0.1', port, user: 'bench', password };
    await withSession(endpoint, { database, applicationName: 'test' }, async (session) => {
      await expect(session.query(`UPDATE items SET name = 'x'`)).rejects.toMatchObject({ code: '25006' });
      const copied = await program.run('run', ...SMALL, '--scenario', 'add');
      expect(copied.stderr).toMatch(/error BENCH-STATE-IN-USE: somebody is connected to bench_state_/);
      expect(copied.code).toBe(3);
    });
    const other = await program.run('run', ...SMALL, '--port', '1');
    expect(other.stderr).toMatch(`BENCH-SERVER-PORT: the server that is up listens on port ${port}`);
    expect((await program.run('down')).code).toBe(0);
    expect(await runningServer()).toBeNull();
  });
});

describe('a run that is interrupted', () => {
  it('exits 130, marks the run file as aborted and stops the server', async () => {
    await program.run('clean');
    const { child, ended } = program.start('run', '--suite', TOY, '--contacts', '300k', '--profile', 'full');
    await until(journalBegun, ended);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/error BENCH-INTERRUPTED/);
    expect(code).toBe(130);
    expect(await runningServer()).toBeNull();
    expect((await newestRun()).status).toBe('aborted');
  });

  it('leaves nothing behind when it is interrupted before it measures', async () => {
    const before = await newestFolder();
    const { child, ended } = program.start('run', '--suite', TOY, '--contacts', '400k');
    await until(async () => (await runningServer()) !== null, ended);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(stderr).toMatch(/error BENCH-INTERRUPTED: interrupted\nfix: /);
    expect(code).toBe(130);
    expect(await newestFolder()).toBe(before);
  });

  it('leaves no server behind when it is killed, and the next run starts', async () => {
    const { child, ended } = program.start('run', '--suite', TOY, '--contacts', '300k', '--profile', 'full');
    await until(async () => (await runningServer()) !== null, ended);
    child.kill('SIGKILL');
    await ended;
    await until(async () => (await runningServer()) === null, sleep(60_000));
    const { code } = await program.run('run', ...SMALL, '--scenario', 'find');
    expect(code).toBe(0);
  });
});

async function newestFolder(): Promise<string> {
  const results = path.join(program.folder, 'results');
  const newest = (await readdir(results).catch(() => [])).sort().at(-1) ?? '';
  return path.join(results, newest);
}

async function newestRun(): Promise<RunFile> {
  return RunFile.parse(JSON.parse(await readFile(path.join(await newestFolder(), 'run.json'), 'utf8')));
}

/** A run of this size is measuring: it has written its first samples. */
async function journalBegun(): Promise<boolean> {
  const folder = await newestFolder();
  const run = await readFile(path.join(folder, 'run.json'), 'utf8').catch(() => '');
  const journal = await readFile(path.join(folder, 'journal.ndjson'), 'utf8').catch(() => '');
  return run.includes('"contacts":300000') && journal !== '';
}
