import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { postmasterPid } from '../../bench/servers/cluster/cluster.ts';
import { Program } from '../../test/program.ts';
import { Repository } from '../../test/repository.ts';

let program: Program;
let repository: Repository;

beforeAll(async () => {
  program = await Program.create();
  repository = await Repository.create(path.join(program.folder, 'repository'), 'planted-suite');
  for (const phase of ['02-useless', '03-updated-at', '04-dropped'])
    await rm(path.join(repository.folder, 'db/phases', phase), { recursive: true });
  await repository.commit('without harm');
  await repository.git('clone', '-q', '--bare', repository.folder, path.join(program.folder, 'origin.git'));
  await repository.git('checkout', '-q', '-b', 'pull-request');
  await repository.write('db/phases/02-tidy/up.sql', '--! title: Tidy up\nDROP INDEX items_name;\n');
  await repository.commit('tidy up');
});

afterAll(() => program.remove());

async function readYaml<T>(name: string, shape: z.ZodType<T>): Promise<T> {
  return shape.parse(parse(await readFile(path.join(import.meta.dirname, name), 'utf8')));
}

/** Runs a script in the repository as both forges do: it ends with the first command that fails. */
function shell(script: string, environment: Readonly<Record<string, string>>) {
  const env = { ...process.env, ...environment };
  const args = ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script];
  return promisify(execFile)('bash', args, { cwd: repository.folder, env }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
}

async function left(file: string) {
  return readFile(path.join(repository.folder, file), 'utf8');
}

const Action = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string() })),
  runs: z.object({
    steps: z.array(
      z.object({ run: z.string().optional(), env: z.record(z.string(), z.string()).optional() }),
    ),
  }),
});

it('the action takes flags on several lines, and fails as the gate does', async () => {
  const { inputs, runs } = await readYaml('action.yml', Action);
  const given: Record<string, string> = {
    'base-ref': 'main',
    out: path.join(program.folder, 'out'),
    flags:
      "--contacts 20k\n--scenario 'find'\n--accept 'find/name/head/blocks' --because 'the table is small'\n",
  };
  const inputOf = (_: string, name: string) => given[name] ?? inputs[name]?.default ?? '';
  const [step] = runs.steps;
  const environment = Object.entries(step?.env ?? {}).map(
    ([name, text]) => [name, text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, inputOf)] as const,
  );
  const { code } = await shell(step?.run ?? '', {
    ...Object.fromEntries(environment),
    GITHUB_ACTION_PATH: import.meta.dirname,
    BENCH_CACHE: program.cache,
  });
  expect(code).toBe(99);
  const { accepted, comparisons } = JSON.parse(
    await readFile(path.join(program.folder, 'out/gate.json'), 'utf8'),
  );
  expect(accepted).toMatchObject([{ name: 'find/name/head/blocks', because: 'the table is small' }]);
  expect(new Set(comparisons.map(({ scenario }: { scenario: string }) => scenario))).toEqual(
    new Set(['find']),
  );
  await repository.git('checkout', '-q', '--', '.');
  await repository.git('clean', '-qfd');
});

it.each([
  ['', '0'],
  ["--accept 'a b'\n--strict", '3'],
])('the action reads %j as so many words: %s', async (flags, count) => {
  const { runs } = await readYaml('action.yml', Action);
  const lines = (runs.steps[0]?.run ?? '').trimEnd().split('\n').slice(0, -1);
  const { stdout } = await shell([...lines, `echo "\${#flags[@]}"`].join('\n'), { FLAGS: flags });
  expect(stdout).toBe(`${count}\n`);
});

it('the action loses no flag behind an open quote: it ends', async () => {
  const { runs } = await readYaml('action.yml', Action);
  const { code, stdout } = await shell(runs.steps[0]?.run ?? '', {
    FLAGS: "--contacts 20k --accept 'a\n--strict",
  });
  expect(code).toBe(2);
  expect(stdout).toMatch(/^::error title=The gate did not run::its flags cannot be read%0Afix: close/);
});

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s, which a forge sends to the script of the step alone, ends the gate too: %d',
  async (signal, code) => {
    const script = path.join(import.meta.dirname, 'gate.sh');
    const out = path.join(program.folder, signal);
    const env = { ...process.env, BENCH_CACHE: program.cache };
    const child = spawn(script, ['main', out, '--contacts', '20k'], { cwd: repository.folder, env });
    child.stdout.resume();
    const ended = once(child, 'close');
    for await (const chunk of child.stderr.setEncoding('utf8'))
      if (String(chunk).includes('measuring')) break;
    child.kill(signal);
    expect(await ended).toEqual([code, null]);
    expect(await readFile(path.join(out, 'summary.md'), 'utf8')).toMatch(/^### The gate did not run\n/);
    expect(await postmasterPid(path.join(program.cache, 'cluster-embedded/data'))).toBeNull();
  },
);

const Job = z.object({
  'bench-gate': z.object({
    variables: z.record(z.string(), z.union([z.string(), z.number()])),
    before_script: z.array(z.string()),
    script: z.array(z.string()),
    artifacts: z.object({ reports: z.object({ junit: z.string() }) }),
  }),
});

it('the job for GitLab gates where the branches parted, and its own files are no change', async () => {
  const { 'bench-gate': job } = await readYaml('gitlab-ci.yml', Job);
  const known = {
    CI_PROJECT_DIR: repository.folder,
    CI_MERGE_REQUEST_PROJECT_URL: `file://${path.join(program.folder, 'origin')}`,
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
  };
  const variables = Object.entries(job.variables).map(
    ([name, value]) => [name, String(value).replace('$CI_PROJECT_DIR', repository.folder)] as const,
  );
  const environment = { ...known, ...Object.fromEntries(variables) };
  // The packages are there.
  const before = job.before_script.filter((line) => line !== 'npm ci');
  const { code } = await shell([...before, ...job.script].join('\n'), environment);
  expect(code).toBe(99);
  expect(await left(job.artifacts.reports.junit)).toMatch(/items_name \(name\) → Seq Scan/);
  const again = await shell(job.script.join('\n'), environment);
  expect(again.code).toBe(99);
  const { path: run } = JSON.parse(await left('bench-gate/gate.json'));
  const { gate } = JSON.parse(await readFile(run, 'utf8'));
  expect(gate.changed).toEqual(['A\tdb/phases/02-tidy/up.sql']);
});
