import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Ended, Program } from './program.ts';
import { Repository } from './repository.ts';

/** The base of every pull request: the planted suite with the index that helps, and none of its harm. */
export async function repositoryWithoutHarm(program: Program): Promise<Repository> {
  const repository = await Repository.create(path.join(program.folder, 'repository'), 'planted-suite');
  for (const phase of ['02-useless', '03-updated-at', '04-dropped']) {
    await rm(path.join(repository.folder, 'db/phases', phase), { recursive: true });
  }
  await repository.commit('without harm');
  return repository;
}

/** `bench gate` of the working tree against a commit, for the scenarios `find` and `add`. */
export function gateSince(
  program: Program,
  repository: Repository,
  base: string,
  ...args: readonly string[]
): Promise<Ended> {
  const suite = ['--suite', repository.folder, '--contacts', '20k'];
  return program.run('gate', '--base-ref', base, ...suite, '--scenario', 'find', 'add', ...args);
}
