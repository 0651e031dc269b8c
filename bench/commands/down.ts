import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import { cacheFolder, isNewCache, lockCache } from '../servers/cluster/cache.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { FLAG, text } from './flags.ts';
import { serverNamed } from './host.ts';

export default defineCommand({
  summary: 'stop a server left running by `bench up` or --keep',
  flags: [FLAG.server],
  examples: [{ call: 'bench down', help: 'stop the embedded server; its states stay in the cache' }],
  run: downCommand,
});

async function downCommand(world: World, flags: Flags): Promise<ExitCode> {
  const definition = await serverNamed(text(flags, 'server') ?? 'embedded');
  const cache = cacheFolder(world.env);
  if (await isNewCache(cache)) throw new BenchError('BENCH-NO-SERVER-UP');
  const lock = await lockCache(cache);
  try {
    if (!(await definition.stop(cache))) throw new BenchError('BENCH-NO-SERVER-UP');
  } finally {
    await lock.release();
  }
  world.stdout.write('stopped\n');
  return EXIT.ok;
}
