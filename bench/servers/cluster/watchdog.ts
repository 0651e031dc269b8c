import { spawn } from 'node:child_process';
import path from 'node:path';
import { pid } from 'node:process';
import type { Account } from './account.ts';

export interface Watchdog {
  /** Lets the server live on when we end. */
  dismiss(): void;
}

/**
 * Reads until the pipe ends. A word means that all is well; the bare end means that we died, maybe
 * while the server was still starting, so it looks for a postmaster for ten seconds and asks it for a
 * fast shutdown. It goes away when another run has taken the cache over.
 */
const SCRIPT = `
read -r word
[ "$word" = dismiss ] && exit
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  holder=$(head -n 1 "$2" 2>/dev/null || echo "$3")
  [ "$holder" = "$3" ] || exit
  postmaster=$(head -n 1 "$1" 2>/dev/null) && kill -INT "$postmaster" 2>/dev/null && stopped=yes
  [ -z "$stopped" ] || [ -e "$1" ] || exit
  sleep 0.5
done`;

/** Stops the server when we die, however we die: a shell waits for the end of a pipe that only we hold. */
export function guard(dataFolder: string, lockFile: string, account: Account): Watchdog {
  const args = [path.join(dataFolder, 'postmaster.pid'), lockFile, String(pid)];
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'bench-watchdog', ...args], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  child.stdin.on('error', () => undefined);
  return { dismiss: () => child.stdin.end('dismiss\n') };
}
