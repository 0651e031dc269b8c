import { access, constants, readdir } from 'node:fs/promises';
import path from 'node:path';
import { env } from 'node:process';
import { BenchError } from '../../core/errors.ts';
import type { Binaries } from './binaries.ts';
import { runCommand } from './command.ts';

/** Majors that the suites are tested with. */
const OLDEST = 15;
const NEWEST = 18;

/** Where distributions put the programs of a major version, beside the folders of PATH. */
const HOMES: readonly { readonly folder: string; readonly pattern: RegExp }[] = [
  { folder: '/usr/lib/postgresql', pattern: /^\d+$/ },
  { folder: '/usr', pattern: /^pgsql-\d+$/ },
  { folder: '/opt/homebrew/opt', pattern: /^postgresql@\d+$/ },
];

export interface InstalledBinaries extends Binaries {
  readonly major: number;
  /** Libraries that a server can preload, of those asked for. */
  readonly preloadable: readonly string[];
}

/**
 * The machine's newest PostgreSQL that we support. `wanted` are libraries to preload where they are
 * installed. Errors: BENCH-SERVER-NOT-PROVISIONED.
 */
export async function installedBinaries(wanted: readonly string[]): Promise<InstalledBinaries> {
  const found = (await Promise.all((await candidates()).map(versionOf))).filter((one) => one !== null);
  const usable = found.filter(({ major }) => major >= OLDEST && major <= NEWEST);
  const [best] = usable.sort((a, b) => b.major - a.major);
  if (!best) throw noneUsable(found.map(({ version }) => version));
  const libraries = await libraryFolder(best.bin);
  const there = await Promise.all(wanted.map((name) => isThere(path.join(libraries, `${name}.so`))));
  return {
    bin: best.bin,
    build: `system-${best.version}`,
    major: best.major,
    preloadable: wanted.filter((_, i) => there[i]),
  };
}

function noneUsable(versions: readonly string[]): BenchError {
  const problem =
    versions.length === 0
      ? 'no PostgreSQL is installed on this machine'
      : `only PostgreSQL ${versions.join(', ')} is installed, we need ${OLDEST} to ${NEWEST}`;
  const remedy =
    'install one, on Debian: apt-get install postgresql-15 postgresql-15-cron postgresql-15-partman';
  return new BenchError('BENCH-SERVER-NOT-PROVISIONED', { server: 'system', problem, remedy });
}

/** Folders that may hold the programs. */
async function candidates(): Promise<readonly string[]> {
  const homes = await Promise.all(HOMES.map(versionFolders));
  return [...homes.flat(), ...(env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '')];
}

async function versionFolders({ folder, pattern }: (typeof HOMES)[number]): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => pattern.test(name)).map((name) => path.join(folder, name, 'bin'));
}

async function versionOf(bin: string): Promise<{ bin: string; version: string; major: number } | null> {
  const complete = await Promise.all(
    ['postgres', 'initdb', 'pg_ctl'].map((name) => isThere(path.join(bin, name))),
  );
  if (complete.includes(false)) return null;
  const { output } = await runCommand(path.join(bin, 'postgres'), ['--version']);
  const version = /\(PostgreSQL\) (.+)/.exec(output)?.[1] ?? '';
  const major = Number.parseInt(version, 10);
  return Number.isNaN(major) ? null : { bin, version, major };
}

/** Asks the installation; one without pg_config has its libraries beside its programs. */
async function libraryFolder(bin: string): Promise<string> {
  const { code, output } = await runCommand(path.join(bin, 'pg_config'), ['--pkglibdir']);
  return code === 0 && output !== '' ? output : path.join(bin, '../lib');
}

function isThere(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}
