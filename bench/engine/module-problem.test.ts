import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { moduleProblem } from './module-problem.ts';

const FILES = {
  'throws.ts': "const one: number = 1;\n\nthrow new Error('boom\\nand more');\nexport default one;\n",
  'imports-it.ts': "import './throws.ts';\n",
  'late.ts': "await null;\nthrow new Error('late');\n",
};

let root = '';

beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'modules-'));
  const files = { 'package.json': '{"type":"module"}', ...FILES };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(root, name), text);
});
afterAll(() => rm(root, { recursive: true }));

async function problemOf(file: keyof typeof FILES): Promise<string> {
  const error = await import(path.join(root, file)).catch((cause: unknown) => cause);
  return moduleProblem(root, file, error);
}

it.each([
  ['throws.ts', 'throws.ts:3: boom'],
  ['imports-it.ts', 'throws.ts:3: boom'],
  ['late.ts', 'late.ts:2: late'],
] as const)('names the line of %s that throws', async (file, problem) => {
  expect(await problemOf(file)).toBe(problem);
});

it('names the file where nothing says the line, and no folder', () => {
  const error = new Error(`Cannot find module '${root}/lacking.ts' imported from ${root}/lacks.ts`);
  error.stack = `Error: ${error.message}\n    at async load (${root}/loader.ts:7:1)`;
  const problem = "lacks.ts: Cannot find module 'lacking.ts' imported from lacks.ts";
  expect(moduleProblem(root, 'lacks.ts', error)).toBe(problem);
});

it('names the line that the compiler cannot read', () => {
  const error = new Error(`Transform failed with 1 error:\n${root}/wrong.ts:2:0: ERROR: Unexpected ")"`);
  expect(moduleProblem(root, 'imports-it.ts', error)).toBe('wrong.ts:2: Unexpected ")"');
});

it('tells what was thrown that is no error', () => {
  expect(moduleProblem(root, 'odd.ts', 'text')).toBe('odd.ts: text');
});
