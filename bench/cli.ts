import process from 'node:process';
import type { World } from './commands/command.ts';
import { runProgram, writeTrouble } from './commands/program.ts';
import { BenchError, EXIT } from './core/errors.ts';

const abort = new AbortController();
let signals = 0;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(signal, () => {
    signals += 1;
    if (signals > 1) process.exit(code);
    process.exitCode = code;
    abort.abort(signal);
  });
}

const world: World = {
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: abort.signal,
};

// A reader that went away (`bench gate … | head`) changes no verdict: the command goes on to its own exit code.
process.stderr.on('error', () => undefined);
let full = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (full || error.code === 'EPIPE') return;
  if (error.code !== 'ENOSPC') throw error;
  full = true;
  writeTrouble(world, new BenchError('BENCH-OUT-FULL', { path: 'standard output' }, { cause: error }));
});
process.on('exit', (code) => {
  if (full && code === EXIT.ok) process.exitCode = EXIT.resources;
});

process.exitCode = await runProgram(world);
