import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import { Program } from './program.ts';
import { Repository } from './repository.ts';

/**
 * A repository for pull requests, and `bench gate` of its working tree for the scenarios `find` and `add`. Each test
 * begins at branch main: the planted suite with the index that helps, and none of its harm; and ends without temporary files.
 */
export async function pullRequests() {
  const program = await Program.create();
  const temporary = await program.watchTemporary();
  const repository = await Repository.create(path.join(program.folder, 'repository'), 'planted-suite');
  for (const phase of ['02-useless', '03-updated-at', '04-dropped']) {
    await rm(path.join(repository.folder, 'db/phases', phase), { recursive: true });
  }
  await repository.commit('without harm');
  afterEach(async () => {
    await repository.reset();
    expect(await temporary()).toEqual([]);
  });
  afterAll(() => program.remove());

  const suite = ['--suite', repository.folder, '--contacts', '20k', '--scenario', 'find', 'add'];
  const start = () => program.start('gate', '--base-ref', 'main', ...suite);
  const gateSince = (base: string, ...args: readonly string[]) =>
    program.run('gate', '--base-ref', base, ...suite, ...args);
  const gate = (...args: readonly string[]) => gateSince('main', ...args);
  return { program, repository, start, gate, gateSince };
}
