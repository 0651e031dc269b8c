import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Account } from './account.ts';

export interface Watchdog {
  /** Lets the server live on when we end. */
  dismiss(): void;
}

/**
 * Stops the server when we die, however we die: a shell waits for the end of a pipe that only we
 * hold, then asks the postmaster named in the data folder for a fast shutdown.
 */
export function guard(dataFolder: string, account: Account): Watchdog {
  const script = 'read -r word; [ "$word" = dismiss ] || kill -INT "$(head -n 1 "$1")" 2>/dev/null';
  const child = spawn('/bin/sh', ['-c', script, 'bench-watchdog', path.join(dataFolder, 'postmaster.pid')], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  child.stdin.on('error', () => undefined);
  return { dismiss: () => child.stdin.end('dismiss\n') };
}
