import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

export interface CommandResult {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end and collects what it printed. Never rejects for a failed exit. */
export function runCommand(
  program: string,
  args: readonly string[],
  account: Account = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...account, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.once('error', reject);
    // A server started by pg_ctl may hold the pipes open: the exit counts, not their end.
    child.once('exit', (code) => resolve({ code: code ?? 1, output: output.trim() }));
  });
}
