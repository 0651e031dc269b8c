import { execFile } from 'node:child_process';
import { access, mkdtemp, realpath, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { BenchError } from '../core/errors.ts';

const run = promisify(execFile);

/** A commit of a suite's repository, checked out into a folder of its own. */
export interface Checkout {
  /** The suite's folder in it. */
  readonly suite: string;
  readonly commit: string;
  /** Files of the suite that differ between the commit and the working tree, `A`, `M` or `D` before each. */
  readonly changed: readonly string[];
}

/**
 * Checks out where `ref` and the working tree's commit parted (their merge base), for the length of `work`. The working
 * tree is not touched. Errors: BENCH-GATE-REF for a folder outside git, a ref that is not there, a clone too shallow.
 */
export async function withCheckout<T>(
  suite: string,
  ref: string,
  work: (checkout: Checkout) => Promise<T>,
): Promise<T> {
  const folder = await realpath(suite);
  const top = await git(folder, ref, 'rev-parse', '--show-toplevel');
  const commit = await mergeBase(folder, ref);
  const draft = await mkdtemp(path.join(os.tmpdir(), 'bench-base-'));
  try {
    const archive = `${draft}.tar`;
    await git(top, ref, 'archive', '--format=tar', '-o', archive, commit);
    await run('tar', ['-xf', archive, '-C', draft]).finally(() => rm(archive, { force: true }));
    await shareModules(top, draft);
    const inside = path.relative(top, folder);
    const changed = await changedFiles(folder, ref, commit);
    return await work({ suite: path.join(draft, inside), commit, changed });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Files of the folder that differ from the commit's, those that git does not know yet included. */
async function changedFiles(folder: string, ref: string, commit: string): Promise<string[]> {
  const inside = ['--', '.'];
  const known = await git(
    folder,
    ref,
    'diff',
    '--name-status',
    '--relative',
    '--no-renames',
    commit,
    ...inside,
  );
  const added = await git(folder, ref, 'ls-files', '--others', '--exclude-standard', ...inside);
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');
  return [...lines(known), ...lines(added).map((file) => `A\t${file}`)];
}

async function mergeBase(folder: string, ref: string): Promise<string> {
  await git(folder, ref, 'rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
  return git(folder, ref, 'merge-base', ref, 'HEAD');
}

/** What git says by its exit code alone. */
const SILENT = 'it has no commit in common with the working tree';

async function git(folder: string, ref: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('git', ['-C', folder, ...args], { maxBuffer: 64 * 1024 * 1024 });
    return stdout.trim();
  } catch (cause) {
    throw new BenchError('BENCH-GATE-REF', await trouble(folder, ref, cause), { cause });
  }
}

async function trouble(folder: string, ref: string, cause: unknown) {
  const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
  const problem =
    said
      .replace(/^fatal: /, '')
      .trim()
      .split('\n')[0] ?? '';
  const shallow = await run('git', ['-C', folder, 'rev-parse', '--is-shallow-repository']).catch(() => null);
  const isShallow = shallow?.stdout.trim() === 'true';
  const remedy = isShallow
    ? 'this clone is shallow: fetch its history (`git fetch --unshallow`, or `fetch-depth: 0` in the checkout action)'
    : 'name a branch, tag or commit that this repository has; `git fetch` brings those of the remote';
  return { ref, problem: problem || SILENT, remedy };
}

/** Packages are those of the working tree: the base is measured by this program, not by that of then. */
async function shareModules(from: string, to: string): Promise<void> {
  const modules = path.join(from, 'node_modules');
  const isThere = await access(modules).then(
    () => true,
    () => false,
  );
  if (isThere) await symlink(modules, path.join(to, 'node_modules'));
}
