import { appendFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program } from '../../test/program.ts';

let program: Program;

beforeAll(async () => {
  program = await Program.create();
});

afterAll(async () => {
  await program.remove();
});

const JOBS = `
  jobs: async () => [
    { name: 'clean', schedule: '0 2 * * *', command: "INSERT INTO dust VALUES ('remove dust: permission denied (SQLSTATE 42501)')" },
    { name: 'sweep', schedule: '0 3 * * *', command: 'SELECT 2 AS done' },
  ],
  failedTasks: async (db) => {
    const { rows } = await db.query('SELECT what FROM dust');
    await db.query('DELETE FROM dust');
    return rows.map(({ what }) => String(what));
  },
  claims:`;

it('a job with a failed task has failed: the text says which task and why, the code is that of the error', async () => {
  const suite = await program.toySuite('jobs');
  const config = path.join(suite, 'bench.config.ts');
  const text = await readFile(config, 'utf8');
  await writeFile(config, text.replace('  claims:', JOBS));
  await appendFile(path.join(suite, 'db/schema/01-tables.sql'), 'CREATE TABLE dust (what text);\n');
  const { code, stdout, stderr } = await program.run('maintain', '--suite', suite, '--profile', 'smoke');
  expect(stdout).toMatch(/^clean .*failed: remove dust: permission denied \(SQLSTATE 42501\)/m);
  expect(stdout).toMatch(/^sweep (?!.*failed)/m);
  expect(stderr).toMatch(
    /BENCH-JOB-FAILED.*1 jobs failed; the first: clean: remove dust: permission denied \(SQLSTATE 42501\)/s,
  );
  expect(code).toBe(1);
});

it('a state that has no table of jobs yet is refused by name', async () => {
  const suite = await program.toySuite('jobless');
  const config = path.join(suite, 'bench.config.ts');
  const text = await readFile(config, 'utf8');
  const jobs = "  jobs: async (db) => (await db.query('SELECT * FROM jobs_of_later')).rows,\n  claims:";
  await writeFile(
    config,
    text.replace('  claims:', () => jobs),
  );
  const { code, stderr } = await program.run('maintain', '--suite', suite, '--profile', 'smoke');
  expect(stderr).toMatch(/^error BENCH-USAGE: state batch of .+ has no jobs$/m);
  expect(code).toBe(2);
});
