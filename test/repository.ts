import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './program.ts';

const run = promisify(execFile);

/** A git repository whose root is a suite, as a team that uses the package has it. */
export class Repository {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** With a copy of a suite of `test/`, committed on branch main; tag `before` is the commit without it. */
  static async create(folder: string, suite: string): Promise<Repository> {
    await mkdir(path.join(folder, 'node_modules'), { recursive: true });
    await symlink(ROOT, path.join(folder, 'node_modules/mailgenius-bench'));
    const repository = new Repository(folder);
    await repository.git('init', '-q', '-b', 'main');
    await repository.write('.gitignore', 'node_modules\nresults\n');
    await repository.write('package.json', '{ "type": "module" }\n');
    await repository.commit('before the suite');
    await repository.git('tag', 'before');
    await copySuite(path.join(ROOT, 'test', suite), folder);
    await repository.commit('the suite');
    return repository;
  }

  async git(...args: readonly string[]): Promise<string> {
    const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com'];
    const { stdout } = await run('git', ['-C', this.folder, ...who, ...args]);
    return stdout.trim();
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '-m', message);
  }

  /** Commits the working tree on a new branch, and stays there until `reset`. */
  async commitOn(branch: string): Promise<void> {
    await this.git('checkout', '-q', '-b', branch);
    await this.commit(branch);
  }

  async write(file: string, text: string): Promise<void> {
    await mkdir(path.dirname(path.join(this.folder, file)), { recursive: true });
    await writeFile(path.join(this.folder, file), text);
  }

  async edit(file: string, change: (text: string) => string): Promise<void> {
    const before = await readFile(path.join(this.folder, file), 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`nothing to change in ${file}`);
    await this.write(file, after);
  }

  /** The working tree as it was committed on branch main. */
  async reset(): Promise<void> {
    await this.git('checkout', '-q', '-f', 'main');
    await this.git('clean', '-qfd');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Suites of `test/` import from the checkout around them; a team's imports the package. */
async function copySuite(suite: string, folder: string): Promise<void> {
  await cp(suite, folder, { recursive: true });
  // The names are the suite's: those of the copy's folder lead through node_modules into this checkout.
  const files = await readdir(suite, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const text = await readFile(path.join(folder, file), 'utf8');
    const changed = text
      .replaceAll(/'(\.\.\/)+bench\/core\/suite\.ts'/g, "'mailgenius-bench'")
      .replaceAll(/'(\.\.\/)+bench\/core\/digest\.ts'/g, "'mailgenius-bench/digest'");
    await writeFile(path.join(folder, file), changed);
  }
}
