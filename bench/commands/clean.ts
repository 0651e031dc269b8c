import { rm, stat } from 'node:fs/promises';
import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import { cacheFolder, isOurCache, lockCache } from '../servers/cluster/cache.ts';
import { defineCommand, type World } from './command.ts';
import { serverNamed, serverNames } from './host.ts';

export default defineCommand({
  summary: 'stop our servers and remove the cache: binaries, clusters, built states',
  flags: [],
  examples: [{ call: 'bench clean', help: 'free the disk; results are not touched' }],
  run: cleanCommand,
});

async function cleanCommand(world: World): Promise<ExitCode> {
  const cache = cacheFolder(world.env);
  const there = await stat(cache).catch(() => null);
  if (!there) {
    world.stdout.write(`nothing to clean in ${cache}\n`);
    return EXIT.ok;
  }
  if (!(await isOurCache(cache))) throw new BenchError('BENCH-NOT-OUR-CACHE', { folder: cache });
  await lockCache(cache);
  for (const name of serverNames()) await (await serverNamed(name)).stop(cache);
  await rm(cache, { recursive: true, force: true });
  world.stdout.write(`removed ${cache}\n`);
  return EXIT.ok;
}
