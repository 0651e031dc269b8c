import { execFile } from 'node:child_process';
import { mkdtemp, readdir, realpath, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { BenchError } from '../core/errors.ts';
import { shareModules } from './shared-modules.ts';

const run = promisify(execFile);

/** A commit of a suite's repository, checked out into a folder of its own. */
export interface Checkout {
  /** The suite's folder in it. */
  readonly suite: string;
  readonly commit: string;
  /** Files of the suite that differ between the commit and the working tree, `A`, `M` or `D` before each; those that make it up first. */
  readonly changed: readonly string[];
  /** The same of the whole repository: a suite may import from outside its folder. Relative to the suite, too. */
  readonly changedAnywhere: readonly string[];
}

/**
 * Checks out where `ref` and the working tree's commit parted (their merge base), for the length of `work`. The working
 * tree is not touched; new files in the folders `unless` (absolute) are no change. Errors: BENCH-GATE-REF for a folder
 * outside git, a ref that is not there, a clone too shallow.
 */
export async function withCheckout<T>(
  suite: string,
  ref: string,
  unless: readonly string[],
  work: (checkout: Checkout) => Promise<T>,
): Promise<T> {
  const folder = await realpath(suite);
  const top = await git(folder, ref, 'rev-parse', '--show-toplevel');
  if (await isIgnored(top, folder)) throw new BenchError('BENCH-GATE-REF', { ref, ...IGNORED });
  const commit = await mergeBase(folder, ref);
  await removeAbandoned();
  const draft = await mkdtemp(path.join(os.tmpdir(), PREFIX)).catch((cause: Error) => {
    throw new BenchError('BENCH-GATE-REF', { ref, ...NO_ROOM, problem: cause.message }, { cause });
  });
  try {
    const inside = path.relative(top, folder);
    await writeFiles(top, ref, commit, draft);
    await shareModules(top, inside, draft);
    const changedAnywhere = await changedFiles(top, inside, ref, commit, unless);
    const inSuite = changedAnywhere.filter((line) => !OUTSIDE.test(line));
    const changed = [true, false].flatMap((isOwn) => inSuite.filter((line) => OWN.test(line) === isOwn));
    return await work({ suite: path.join(draft, inside), commit, changed, changedAnywhere });
  } finally {
    await rm(draft, RECURSIVELY);
  }
}

const PREFIX = 'bench-base-';
const DAY_MS = 86_400_000;

/** A gate that was killed leaves its checkout; none takes a day. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(os.tmpdir()).catch(() => [])) {
    if (!name.startsWith(PREFIX)) continue;
    const draft = path.join(os.tmpdir(), name);
    const facts = await stat(draft).catch(() => null);
    // Another user's stays.
    if (facts && Date.now() - facts.mtimeMs > DAY_MS) await rm(draft, RECURSIVELY).catch(() => undefined);
  }
}

const RECURSIVELY = { recursive: true, force: true } as const;

/** The base is checked out beside the working tree, not in it. */
const NO_ROOM = { remedy: 'set TMPDIR to a folder that this user may write to' };

/** A suite that came as a package has no history in the repository around it. */
const IGNORED = {
  problem: 'git ignores the folder of the suite, so it has no other version of it',
  remedy: 'name the folder of your own suite with `--suite`, or call from there',
};

function isIgnored(top: string, folder: string): Promise<boolean> {
  return run('git', ['-C', top, 'check-ignore', '-q', folder]).then(
    () => true,
    () => false,
  );
}

/** All files of a commit, by an index of their own: `git archive` would leave out what `export-ignore` names. */
async function writeFiles(top: string, ref: string, commit: string, folder: string): Promise<void> {
  const index = `${folder}.index`;
  const settings = [`GIT_INDEX_FILE=${index}`];
  try {
    await gitWith(settings, top, ref, ['read-tree', commit]);
    await gitWith(settings, top, ref, ['checkout-index', '--all', `--prefix=${folder}${path.sep}`]);
  } finally {
    await rm(index, { force: true });
  }
}

/** Files that differ from the commit's, those that git does not know yet included; as seen from the folder. */
async function changedFiles(
  top: string,
  inside: string,
  ref: string,
  commit: string,
  unless: readonly string[],
): Promise<string[]> {
  // Names end with NUL: git quotes them otherwise, where they are not ASCII.
  const known = await git(top, ref, 'diff', '--name-status', '--no-renames', '-z', commit);
  const added = await git(top, ref, 'ls-files', '--others', '--exclude-standard', '-z');
  const parts = (text: string) => text.split('\0').filter((part) => part !== '');
  const seen = (file: string) => path.relative(inside, file);
  const isOwn = (file: string) =>
    unless.some((folder) => path.join(top, file).startsWith(`${folder}${path.sep}`));
  const words = parts(known);
  const pairs = words.flatMap((word, place) =>
    place % 2 === 0 ? [[word, words[place + 1] ?? ''] as const] : [],
  );
  return [
    ...pairs.map(([change, file]) => `${change}\t${seen(file)}`),
    ...parts(added).flatMap((file) => (isOwn(file) ? [] : [`A\t${seen(file)}`])),
  ];
}

/** A changed file that lies outside the folder. */
const OUTSIDE = /\t\.\.(\/|$)/;

/** What a suite is made of, where a whole repository is its folder. */
const OWN = /\t(db|scenarios|fixtures)\/|\tbench\.config\.ts$/;

async function mergeBase(folder: string, ref: string): Promise<string> {
  await git(folder, ref, 'rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`);
  return git(folder, ref, 'merge-base', ref, 'HEAD');
}

/** What git says by its exit code alone. */
const SILENT = 'it has no commit in common with the working tree';

function git(folder: string, ref: string, ...args: readonly string[]): Promise<string> {
  return gitWith([], folder, ref, args);
}

/** With settings of the environment, `NAME=value`. */
async function gitWith(
  settings: readonly string[],
  folder: string,
  ref: string,
  args: readonly string[],
): Promise<string> {
  try {
    const { stdout } = await run('env', [...settings, 'git', '-C', folder, ...args], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.trim();
  } catch (cause) {
    throw new BenchError('BENCH-GATE-REF', await trouble(folder, ref, cause), { cause });
  }
}

async function trouble(folder: string, ref: string, cause: unknown) {
  const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
  let problem =
    said
      .replace(/^fatal: /, '')
      .trim()
      .split('\n')[0] ?? '';
  if (/dubious ownership/.test(said)) return { ref, problem, remedy: safeDirectory(folder) };
  if (/Needed a single revision/.test(said))
    problem = 'this repository has no commit, branch or tag of that name';
  if (/No such file or directory/.test(said) && /git/.test(said))
    return { ref, problem: 'git is not there', remedy: 'install git' };
  if (/not a git repository/.test(said)) return { ref, problem, remedy: OUTSIDE_GIT };
  const shallow = await run('git', ['-C', folder, 'rev-parse', '--is-shallow-repository']).catch(() => null);
  const isShallow = shallow?.stdout.trim() === 'true';
  const remedy = isShallow
    ? 'this clone is shallow: fetch its history (`git fetch --unshallow`, or `fetch-depth: 0` in the checkout action)'
    : 'name a branch, tag or commit that this repository has; `git fetch` brings those of the remote';
  return { ref, problem: problem || SILENT, remedy };
}

const OUTSIDE_GIT = 'call from a clone of the suite’s repository, or name its folder with `--suite`';

/** A container often runs as another user than the one who checked out. */
function safeDirectory(folder: string): string {
  return `the repository belongs to another user: \`git config --global --add safe.directory ${folder}\`, or run as that user`;
}
