import { access, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';

/**
 * Gives a checkout (`draft`) of the repository `top` the packages that its folder `inside` sees. Those of others are the
 * working tree's: both sides are measured with the same. Packages of the repository itself (workspaces) are the commit's
 * own, with what they see in turn.
 */
export async function shareModules(top: string, inside: string, draft: string): Promise<void> {
  const queue = foldersTo(inside);
  for (const folder of queue) {
    const own = await shareFolder(top, path.join(folder, MODULES), draft);
    for (const found of own.flatMap(foldersTo)) if (!queue.includes(found)) queue.push(found);
  }
}

const MODULES = 'node_modules';

/** From the top down to a folder. */
function foldersTo(folder: string): string[] {
  const steps = folder.split(path.sep).filter((step) => step !== '');
  return [...steps.keys(), steps.length].map((depth) => path.join(...steps.slice(0, depth)));
}

/** Links what a folder of packages holds, and returns the folders of those that are the repository's own. */
async function shareFolder(top: string, modules: string, draft: string): Promise<string[]> {
  const [from, to] = [path.join(top, modules), path.join(draft, modules)];
  if (!(await isThere(path.dirname(to))) || !(await isThere(from))) return [];
  const names = await packagesIn(from);
  const own: string[] = [];
  for (const name of names) {
    const [link, place] = [path.join(from, name), path.join(to, name)];
    const folder = await ownFolder(top, link);
    if (folder !== null) own.push(folder);
    // What the commit itself has is its own.
    if (await isThere(place)) continue;
    await mkdir(path.dirname(place), { recursive: true });
    await symlink(folder === null ? link : path.join(draft, folder), place);
  }
  return own;
}

/** Names of all packages, those with a scope by both parts of theirs. */
async function packagesIn(modules: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(modules)) {
    const isScope = name.startsWith('@');
    const within = isScope ? await readdir(path.join(modules, name)).catch(() => []) : [];
    found.push(...(isScope ? within.map((one) => path.join(name, one)) : [name]));
  }
  return found;
}

/** Where in the repository the package is that a link leads to; null for one that is installed, or elsewhere. */
async function ownFolder(top: string, link: string): Promise<string | null> {
  const isLink = await readlink(link).then(
    () => true,
    () => false,
  );
  const real = isLink ? await realpath(link).catch(() => null) : null;
  if (real === null || !real.startsWith(`${top}${path.sep}`)) return null;
  const folder = path.relative(top, real);
  return folder.split(path.sep).includes(MODULES) ? null : folder;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
