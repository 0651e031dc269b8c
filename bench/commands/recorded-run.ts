import type { RunFile } from '../core/run-file.ts';
import { goesOn } from '../core/stopping.ts';
import { Recorder } from '../engine/recorder.ts';
import type { RunSetup } from '../engine/run.ts';
import { pgbenchOf } from '../servers/cluster/pgbench.ts';
import type { World } from './command.ts';
import type { Host } from './host.ts';
import { interrupted, toolVersion } from './program.ts';

/** A run and where it is kept. */
export interface Recorded {
  readonly run: RunFile;
  readonly recorder: Recorder;
}

/** Measures into a new folder of `out`, and says where what was measured is when it is interrupted. */
export async function recorded(
  world: World,
  { sessions, server, progress }: Host,
  { out, id }: { readonly out: string; readonly id: string },
  measure: (setup: RunSetup) => Promise<RunFile>,
): Promise<Recorded> {
  const startedAt = new Date();
  const recorder = await Recorder.open(out, id);
  const setup: RunSetup = {
    ...{ id, recorder, startedAt, sessions, server },
    emit: progress.emit,
    signal: world.signal,
    restart: server.restart,
    ...{ isEnough: null, goesOn },
    client: await pgbenchOf(server.bin, server.endpoint),
    gate: null,
    toolVersion: await toolVersion(),
    commandLine: ['bench', ...world.argv],
  };
  const run = await measure(setup).catch((error: unknown) => {
    const kept = `; what was measured is in ${recorder.runFile}, marked aborted`;
    throw world.signal.aborted ? interrupted(world, error, kept) : error;
  });
  return { run, recorder };
}
