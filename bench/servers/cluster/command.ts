import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

const CANNOT_RUN = 126;
/** How long pipes that stay open after the exit are read. */
const GRACE_MS = 1000;

/** Who a program runs as, and in which environment: ours when it is left out. */
export interface CommandOptions extends Account {
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Runs a program to its end and collects what it printed. A program that cannot be run ends with 126, as in a shell. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { ...options, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', (error) => resolve({ code: CANNOT_RUN, output: error.message }));
    // The exit may be known before all that was printed is read. A server that pg_ctl started may hold the pipes open.
    let grace: NodeJS.Timeout | undefined;
    const end = (code: number | null) => {
      clearTimeout(grace);
      resolve({ code: code ?? 1, output: output.trim() });
    };
    child.once('exit', (code) => {
      grace = setTimeout(end, GRACE_MS, code);
    });
    child.once('close', end);
  });
}
