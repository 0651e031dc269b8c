import { mkdir } from 'node:fs/promises';
import { startCluster, stopCluster } from './cluster/cluster.ts';
import { type InstalledBinaries, installedBinaries } from './cluster/installed.ts';
import { defineServer, type RunningServer, type ServerOptions } from './cluster/server.ts';
import { measuringSettings } from './cluster/settings.ts';

/** What is worth preloading; pg_partman needs no preload to be used. */
const PRELOAD = ['pg_stat_statements', 'pg_cron'];

/** The builtin provider came with PostgreSQL 17; before, C.UTF-8 of the C library compares alike. */
const BUILTIN = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
const LIBC = ['--locale=C.UTF-8'];

/** Starts the machine's own PostgreSQL as a private cluster; `settings` add to ours or replace them. */
export async function startSystem(
  options: ServerOptions,
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningServer> {
  await mkdir(options.cache, { recursive: true, mode: 0o755 });
  const installed = await installedBinaries(PRELOAD);
  const { bin, build, major } = installed;
  const initdbArgs = ['--encoding=UTF8', ...(major >= 17 ? BUILTIN : LIBC)];
  const plan = { kind: 'system', folder: folderOf(installed), bin, build, initdbArgs };
  return startCluster({ ...plan, settings: { ...settingsOf(installed), ...settings } }, options);
}

export default defineServer({
  title:
    "the machine's own PostgreSQL (15 to 18) as a private cluster, with pg_cron and pg_partman where installed",

  start: (options) => startSystem(options),

  stop: async (cache) => {
    const installed = await installedBinaries(PRELOAD).catch(() => null);
    return installed !== null && stopCluster(installed.bin, cache, folderOf(installed));
  },
});

/** Data of one major version is not read by another. */
function folderOf({ major }: InstalledBinaries): string {
  return `cluster-system-${major}`;
}

function settingsOf({ preloadable }: InstalledBinaries): Readonly<Record<string, string>> {
  return {
    ...measuringSettings(),
    shared_preload_libraries: preloadable.join(','),
    // Jobs run inside the server: no connection, so no password for one.
    ...(preloadable.includes('pg_cron') ? { 'cron.use_background_workers': 'on' } : {}),
  };
}
