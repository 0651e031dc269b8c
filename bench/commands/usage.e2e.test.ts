import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import { execPath } from 'node:process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program, ROOT } from '../../test/program.ts';

const TOY = ['--suite', path.join(ROOT, 'test/toy-suite')];

let program: Program;

beforeAll(async () => {
  program = await Program.create();
});

afterAll(async () => {
  await program.remove();
});

describe('bad input gets one error with a fix, before any work', () => {
  it.each([
    [['run', '--scenario', 'import-100'], 'unknown scenario "import-100"', 'did you mean import-100k?'],
    [['run', ...TOY, '--state', 'indx'], 'unknown state "indx"', 'did you mean index?'],
    [['run', ...TOY, '--state', 'batch..base'], '--state batch..base runs backwards', 'bench run --help'],
    [['run', ...TOY, '--state', 'base..index..batch'], '--state wants a name, A..B', 'bench run --help'],
    [['run', ...TOY, '--state', ''], '--state wants a name, A..B', 'bench run --help'],
    [['run', ...TOY, '--scenario', ''], '--scenario names nothing', 'see `bench run --help`'],
    [['selftest', ...TOY, '--aa', '-1'], '--aa wants a whole number', 'see `bench selftest --help`'],
    [['down'], 'no server is up', 'bench up'],
    [['run', ...TOY, '--profile', 'quick'], 'unknown profile "quick"', 'known: smoke, micro, default, full'],
    [['run', ...TOY, '--server', 'oracle'], 'unknown server "oracle"', 'known: embedded'],
    [['run', ...TOY, '--fast'], "unknown option '--fast'", 'bench run --help'],
    [['run', ...TOY, '--contacts', '2X'], '--contacts wants a whole number of at least 100, got "2X"', '2M'],
    [['run', ...TOY, '--contacts', '-5'], '--contacts wants a whole number of at least 100, got "-5"', '2M'],
    [['run', ...TOY, '--contacts', '0'], '--contacts wants a whole number of at least 100, got "0"', '2M'],
    [['run', ...TOY, '--port', '99999'], '--port wants a whole number from 1 to 65535', '--help'],
    [['runn'], "unknown command 'runn'", 'bench'],
    [['report', 'nowhere'], 'it cannot be read', 'run.json'],
    [['seed', ...TOY, '--tables', 'thing'], 'unknown table "thing"', 'known: items'],
  ])('%j', async (args, problem, fix) => {
    const { code, stdout, stderr } = await program.run(...args);
    const [first, second, ...rest] = stderr.trimEnd().split('\n');
    expect(first).toMatch(/^error BENCH-[A-Z-]+: /);
    expect(first).toContain(problem);
    expect(second).toMatch(/^fix: /);
    expect(second).toContain(fix);
    expect(rest).toEqual([]);
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(await program.left()).toEqual([]);
  });

  it('gives the same facts as JSON', async () => {
    const { code, stdout } = await program.run('run', ...TOY, '--contacts', '2X', '--json');
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        name: 'BENCH-BAD-COUNT',
        message: '--contacts wants a whole number of at least 100, got "2X"',
        fix: 'write it like 5000, 100k or 2M',
        facts: { flag: '--contacts', value: '2X', least: 100 },
      },
    });
  });

  it('refuses a suite without phases', async () => {
    const suite = await program.toySuite('phases');
    await rm(path.join(suite, 'db/phases'), { recursive: true });
    await mkdir(path.join(suite, 'db/phases'));
    const { code, stderr } = await program.run('run', '--suite', suite);
    await rm(suite, { recursive: true });
    expect(stderr).toMatch(/BENCH-SUITE-INVALID: .*db\/phases has no phase/);
    expect(code).toBe(2);
  });

  it.each([
    ['bench.config.ts', 'export default {};\n', /bench\.config\.ts: name: /],
    ['scenarios/find.ts', 'export default {};\n', /scenarios\/find\.ts: title: /],
    ['fixtures/items.ts', 'export default { name: "items" };\n', /fixtures\/items\.ts: columns: /],
    [
      'db/phases/01-index/up.sql',
      '\\ir nope.sql\n',
      /01-index\/up\.sql:1: there is no file db\/phases\/01-index\/nope\.sql/,
    ],
    ['db/phases/03-index/up.sql', 'SELECT 1;\n', /has the name index twice/],
    [
      'db/phases/03-pool/up.sql',
      '--! measured-by: fnid\n',
      /03-pool\/up\.sql:1: "measured-by" names no scenario: fnid/,
    ],
    [
      'db/phases/03-pool/up.sql',
      '--! title: Pool\n--! measured-by: find\nSELECT 1;\n',
      /03-pool\/up\.sql:2: "measured-by" is for a phase without statements/,
    ],
    ['db/phases/03-pool/up.sql', '--! titel: Pool\n', /03-pool\/up\.sql:1: no header has the word "titel"/],
  ])('refuses a suite whose %s is not whole', async (file, content, problem) => {
    const suite = await program.toySuite('whole');
    await mkdir(path.dirname(path.join(suite, file)), { recursive: true });
    await writeFile(path.join(suite, file), content);
    const { code, stderr } = await program.run('run', '--suite', suite, '--profile', 'smoke');
    await rm(suite, { recursive: true });
    expect(stderr).toMatch(/^error BENCH-SUITE-INVALID: /);
    expect(stderr).toMatch(problem);
    expect(code).toBe(2);
    expect(await program.left()).toEqual([]);
  });

  it('shows what there is when no command is named', async () => {
    const { code, stdout } = await program.run();
    expect(stdout).toMatch(/^Usage: bench/);
    expect(code).toBe(2);
  });

  it('refuses an --out that is a file', async () => {
    await writeFile(path.join(program.folder, 'file'), 'mine');
    const { code, stderr } = await program.run('run', ...TOY, '--out', 'file');
    await rm(path.join(program.folder, 'file'));
    expect(stderr).toMatch(/BENCH-OUT-UNUSABLE: .*it is a file, or below one/);
    expect(code).toBe(2);
    expect(await program.left()).toEqual([]);
  });

  it('refuses an --out below a file that is in the way', async () => {
    await writeFile(path.join(program.folder, 'file'), 'mine');
    await chmod(path.join(program.folder, 'file'), 0o400);
    const { code, stderr } = await program.run('run', ...TOY, '--out', 'file/results');
    await rm(path.join(program.folder, 'file'));
    expect(stderr).toMatch(/BENCH-OUT-UNUSABLE: .*it is a file, or below one/);
    expect(code).toBe(2);
  });

  it('refuses a run that the disk cannot hold', async () => {
    const { code, stderr } = await program.run('run', ...TOY, '--contacts', '9000M');
    expect(stderr).toMatch(/BENCH-DISK-SPACE: .* free, this run needs about/);
    expect(code).toBe(6);
  });

  it('refuses a port that is taken', async () => {
    const holder = createServer();
    const port = await new Promise<number>((resolve) => {
      holder.listen(0, '127.0.0.1', () => {
        const address = holder.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    const { code, stderr } = await program.run('run', ...TOY, '--profile', 'smoke', '--port', String(port));
    holder.close();
    expect(stderr).toMatch(new RegExp(`BENCH-PORT-TAKEN: port ${port} is taken`));
    expect(code).toBe(4);
  });

  it('says so when the account that runs PostgreSQL cannot reach the cache', async () => {
    const other = await Program.create();
    await chmod(other.folder, 0o700);
    const { code, stderr } = await other.run('run', ...TOY, '--profile', 'smoke');
    await rm(other.folder, { recursive: true });
    // An ordinary user runs PostgreSQL itself, so nothing is closed to it.
    expect(code).toBe(userInfo().uid === 0 ? 4 : 0);
    expect(stderr.includes('BENCH-SERVER-NOT-PROVISIONED')).toBe(userInfo().uid === 0);
  });

  it.each([
    ['no JSON', 'half a fi', 'it is no JSON'],
    ['foreign', '{"schemaVersion": 1, "name": "k6"}', 'Invalid input'],
    ['newer', '{"schemaVersion": 999}', 'schemaVersion'],
  ])('refuses a run file that is %s', async (_, content, problem) => {
    await writeFile(path.join(program.folder, 'run.json'), content);
    const { code, stderr } = await program.run('report', 'run.json');
    await rm(path.join(program.folder, 'run.json'));
    expect(stderr).toMatch(/^error BENCH-RUN-FILE-INVALID: /);
    expect(stderr).toContain(problem);
    expect(code).toBe(2);
  });
});

describe('standard output', () => {
  const bench = `'${execPath}' '${path.join(ROOT, 'bench/bin.js')}'`;
  const codeOf = async (line: string) => {
    const shell = spawn('bash', ['-c', line], { stdio: ['ignore', 'ignore', 'pipe'] });
    const stderr = text(shell.stderr);
    const [code] = await once(shell, 'close');
    return { code, stderr: await stderr };
  };

  it('that is closed early changes no exit code', async () => {
    const { code } = await codeOf(`set -o pipefail; ${bench} runn --json | true`);
    expect(code).toBe(2);
  });

  it('that a full disk does not take is trouble, never success', async () => {
    const { code, stderr } = await codeOf(`${bench} list > /dev/full`);
    expect(stderr).toBe(
      'error BENCH-OUT-FULL: the disk with standard output is full\n' +
        'fix: free some space there, or name a folder on another disk with --out DIR\n',
    );
    expect(code).toBe(6);
  });
});

describe('the cache', () => {
  it('is never made of a folder that holds other things', async () => {
    const other = await Program.create();
    await mkdir(other.cache);
    await writeFile(path.join(other.cache, 'precious'), 'x');
    const { code, stderr } = await other.run('run', ...TOY, '--profile', 'smoke');
    expect(stderr).toMatch(/BENCH-NOT-OUR-CACHE: [\s\S]*fix: name a new or an empty folder/);
    expect(code).toBe(3);
    expect(await readdir(other.cache)).toEqual(['precious']);
    await rm(other.folder, { recursive: true });
  });

  it('is left alone when it does not carry our marker', async () => {
    const other = await Program.create();
    await mkdir(other.cache);
    await writeFile(path.join(other.cache, 'precious'), 'x');
    const { code, stderr } = await other.run('clean');
    expect(stderr).toMatch(/BENCH-NOT-OUR-CACHE/);
    expect(code).toBe(3);
    await rm(other.folder, { recursive: true });
  });

  it('is refused while another run uses it, and freed by clean', async () => {
    await program.run('run', ...TOY, '--profile', 'smoke', '--scenario', 'find');
    const lock = path.join(program.cache, 'runner.lock');
    // An id that is used again by another process holds nothing.
    await writeFile(lock, `${process.pid}\n12345\n`);
    expect((await program.run('run', ...TOY, '--profile', 'smoke', '--scenario', 'find')).code).toBe(0);
    await writeFile(lock, `${process.pid}\n`);
    const busy = await program.run('run', ...TOY, '--profile', 'smoke');
    expect(busy.stderr).toMatch(new RegExp(`BENCH-SERVER-IN-USE: .* process ${process.pid}`));
    expect(busy.code).toBe(3);
    await rm(path.join(program.cache, 'runner.lock'));
    const cleaned = await program.run('clean');
    expect(cleaned.stdout).toBe(`removed ${program.cache}\n`);
    expect(cleaned.code).toBe(0);
  });
});
