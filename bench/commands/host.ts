import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../core/errors.ts';
import { diskBytes } from '../engine/estimate.ts';
import { requireDisk } from '../engine/machine.ts';
import type { Plan } from '../engine/plan.ts';
import { type Built, dropLeftovers, haveStates, missingStates } from '../engine/states.ts';
import { isLost } from '../postgres/session.ts';
import { Sessions } from '../postgres/sessions.ts';
import { cacheFolder, isNewCache, lockCache } from '../servers/cluster/cache.ts';
import { claimPort } from '../servers/cluster/port.ts';
import type { RunningServer, ServerDefinition } from '../servers/cluster/server.ts';
import type { Flags, World } from './command.ts';
import { oneOf, text, wholeNumber } from './flags.ts';
import { type Progress, showProgress } from './progress.ts';

const SERVERS = fileURLToPath(new URL('../servers', import.meta.url));

/** A server that runs, and sessions with it. */
export interface Host {
  readonly server: RunningServer;
  readonly sessions: Sessions;
  readonly progress: Progress;
}

export interface HostOptions {
  /** Bytes of disk the work will need where the server keeps its data, when it finds nothing there. */
  readonly diskBytes: number;
  /** Leave the server running when the work has succeeded. */
  readonly keep: boolean;
  /** Said before anything is started. */
  readonly plan: string;
}

/** Servers this program can use: the definitions in `bench/servers`. */
export function serverNames(): readonly string[] {
  const files = readdirSync(SERVERS).filter((file) => /^[a-z]+\.ts$/.test(file));
  return files.map((file) => path.basename(file, '.ts')).sort();
}

/** The definition of a server. Errors: BENCH-UNKNOWN-NAME. */
export async function serverNamed(name: string): Promise<ServerDefinition> {
  const known = oneOf('server', name, serverNames());
  const module: { default: ServerDefinition } = await import(path.join(SERVERS, `${known}.ts`));
  return module.default;
}

/**
 * Locks the cache, starts the server, runs `work` and stops the server again: at the end, on errors
 * and on the first Ctrl-C, which also breaks off whatever the sessions are doing.
 */
export async function withHost<T>(
  world: World,
  flags: Flags,
  options: HostOptions,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  const definition = await serverNamed(text(flags, 'server') ?? 'embedded');
  const port = wholeNumber(flags, 'port', 1, 65_535);
  const progress = progressOf(world, flags);
  const cache = cacheFolder(world.env);
  // With states in the cache less may do: then the disk is checked when they are known (`readyStates`).
  if (await isNewCache(cache)) {
    await requireDisk(cache, options.diskBytes);
    if (port !== null) await claimPort(port);
  }
  const lock = await lockCache(cache);
  try {
    progress.emit({ kind: 'plan', text: options.plan });
    const tls = flags['tls'] === true;
    const server = await definition.start({ cache, tls, ...(port === null ? {} : { port }) });
    return await serve(world, server, progress, options.keep, work);
  } finally {
    progress.close();
    await lock.release();
  }
}

/** Has every state of the plan, after dropping what earlier runs left and checking that those to be built have room. Errors: BENCH-DISK-SPACE. */
export async function readyStates({ server, sessions, progress }: Host, plan: Plan): Promise<Built> {
  const request = { ...plan, build: server.build };
  await dropLeftovers(sessions);
  const missing = await missingStates(sessions, request);
  if (missing > 0) await requireDisk(server.dataFolder, diskBytes(plan, missing));
  return haveStates(sessions, request, progress.emit);
}

async function serve<T>(
  world: World,
  server: RunningServer,
  progress: Progress,
  keep: boolean,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  const sessions = new Sessions(server.endpoint, 'bench');
  const onAbort = () => sessions.abort();
  world.signal.addEventListener('abort', onAbort);
  try {
    world.signal.throwIfAborted();
    const result = await work({ server, sessions, progress });
    if (keep) await server.keep();
    return result;
  } catch (error) {
    // After an interrupt every session is broken off, by us.
    throw !world.signal.aborted && !(error instanceof BenchError) && isLost(error)
      ? serverLost(error, server)
      : error;
  } finally {
    world.signal.removeEventListener('abort', onAbort);
    await server.stop();
  }
}

function serverLost(error: Error, server: RunningServer): BenchError {
  return new BenchError(
    'BENCH-SERVER-LOST',
    { problem: error.message, log: server.logFile },
    { cause: error },
  );
}

function progressOf(world: World, flags: Flags): Progress {
  const wanted = oneOf('progress mode', text(flags, 'progress') ?? 'auto', [
    'auto',
    'tty',
    'plain',
    'json',
    'none',
  ]);
  const mode = wanted === 'auto' ? (world.stderr.isTTY ? 'tty' : 'plain') : wanted;
  return showProgress(flags['quiet'] ? 'none' : mode, world.stderr, () => performance.now());
}
