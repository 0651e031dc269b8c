import process from 'node:process';
import { runProgram } from './commands/program.ts';

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
// A reader that went away (`bench list | head`) is no trouble of ours.
process.stdout.on('error', () => process.exit(0));

process.exitCode = await runProgram({
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: abort.signal,
});
