import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command as Commander, CommanderError, Option } from 'commander';
import { z } from 'zod';
import { BenchError, EXIT, type ExitCode } from '../core/errors.ts';
import type { Command, CommandGroup, Flag, Flags, World } from './command.ts';
import { FlagError } from './flags.ts';
import { asText } from './text.ts';

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Files of this folder that are no commands. */
const PARTS = new Set([
  'command.ts',
  'program.ts',
  'text.ts',
  'verify.ts',
  'flags.ts',
  'progress.ts',
  'host.ts',
]);

/** Parses, runs one command, and turns trouble into two lines and an exit code. */
export async function runProgram(world: World): Promise<ExitCode> {
  const json = world.argv.includes('--json');
  let code: ExitCode = EXIT.ok;
  try {
    const program = await buildProgram(world, (result) => {
      code = result;
    });
    if (world.argv.length === 0) {
      program.outputHelp();
      return EXIT.usage;
    }
    await program.parseAsync([...world.argv], { from: 'user' });
    return code;
  } catch (error) {
    return report(world, json, error);
  }
}

/** All commands of this folder by how they are called: `run`, `history add`. */
export async function loadCommands(): Promise<ReadonlyMap<string, Command>> {
  const commands = new Map<string, Command>();
  for (const [verb, one] of await loadVerbs()) {
    if (!('commands' in one)) commands.set(verb, one);
    else for (const [word, command] of Object.entries(one.commands)) commands.set(`${verb} ${word}`, command);
  }
  return commands;
}

async function loadVerbs(): Promise<ReadonlyMap<string, Command | CommandGroup>> {
  const files = (await readdir(HERE)).filter((file) => /^[a-z]+\.ts$/.test(file) && !PARTS.has(file)).sort();
  const verbs = new Map<string, Command | CommandGroup>();
  for (const file of files) {
    const module: { default: Command | CommandGroup } = await import(`./${file}`);
    verbs.set(path.basename(file, '.ts'), module.default);
  }
  return verbs;
}

/** The program's version, from package.json. */
export async function toolVersion(): Promise<string> {
  const manifest = await readFile(path.join(HERE, '../../package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version;
}

async function buildProgram(world: World, finish: (code: ExitCode) => void): Promise<Commander> {
  const program = new Commander('bench')
    .description('Measures what PostgreSQL schema changes really buy, and what they cost.')
    .version(await toolVersion())
    .configureOutput({ writeOut: (text) => world.stdout.write(text), writeErr: () => undefined })
    .exitOverride();
  for (const [verb, one] of await loadVerbs()) {
    if (!('commands' in one)) addCommand(program, verb, one, world, finish);
    else {
      const group = program.command(verb).summary(one.summary).description(one.summary);
      for (const [word, command] of Object.entries(one.commands))
        addCommand(group, word, command, world, finish);
    }
  }
  return program;
}

function addCommand(
  program: Commander,
  verb: string,
  command: Command,
  world: World,
  finish: (code: ExitCode) => void,
): void {
  const sub = program.command(verb).summary(command.summary).description(command.summary);
  for (const { name, help } of command.arguments ?? []) sub.argument(name, help);
  for (const flag of command.flags) sub.addOption(optionOf(flag));
  const examples = command.examples.map(({ call, help }) => `  ${call}\n      ${help}`);
  sub.addHelpText('after', `\nExamples:\n${examples.join('\n')}`);
  sub.exitOverride().copyInheritedSettings(program);
  sub.action(async (...parsed: unknown[]) => {
    const given = parsed.slice(0, command.arguments?.length ?? 0).flat();
    const args = given.filter((arg) => typeof arg === 'string');
    finish(await command.run(world, sub.opts<Flags>(), args).catch(asUsageOf(sub)));
  });
}

function optionOf({ flag, help, fallback, isRepeatable }: Flag): Option {
  const option = new Option(flag, help).default(fallback);
  if (!isRepeatable) return option;
  return option.argParser((value: string, before: readonly string[] = []) => [...before, value]);
}

/** A flag with a wrong value, as what the called command wants otherwise. */
function asUsageOf(called: Commander): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof FlagError)) throw error;
    const words = [called.parent?.parent, called.parent, called].flatMap((one) => one?.name() ?? []);
    throw new BenchError('BENCH-USAGE', { problem: error.message, command: words.join(' ') });
  };
}

/** Expected trouble prints what and what to do; anything else is a bug and shows its stack. */
function report(world: World, json: boolean, error: unknown): ExitCode {
  const known = expected(world, error);
  if (known === null) return EXIT.ok;
  if (known instanceof BenchError) {
    if (json) world.stdout.write(`${JSON.stringify(known)}\n`);
    writeTrouble(world, known);
    return known.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const bug = { name: 'BENCH-BUG', message: firstLine(stack), fix: 'please report it', facts: {} };
  if (json) world.stdout.write(`${JSON.stringify({ error: bug })}\n`);
  world.stderr.write(`bug: this should not happen; please report it with these lines\n${stack}\n`);
  return EXIT.bug;
}

/** The two lines of expected trouble: what, and what to do. */
export function writeTrouble(world: World, error: BenchError): void {
  world.stderr.write(`error ${error.name}: ${asText(error.message)}\nfix: ${asText(error.fix)}\n`);
}

/** The error as one of the catalogue; null for help and version, which are no errors. */
function expected(world: World, error: unknown): unknown {
  if (error instanceof BenchError) return error;
  if (world.signal.aborted) return interrupted(world, error);
  if (error instanceof CommanderError) return error.exitCode === 0 ? null : usage(world, error);
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC')
    return new BenchError('BENCH-OUT-FULL', { path: pathOf(error) ?? world.cwd }, { cause: error });
  return error;
}

function pathOf(error: unknown): string | null {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : null;
}

/** The error of an interrupt; `kept` says what is left of the work. */
export function interrupted(world: World, cause: unknown, kept = ''): BenchError {
  const name = world.signal.reason === 'SIGTERM' ? 'BENCH-TERMINATED' : 'BENCH-INTERRUPTED';
  return new BenchError(name, { kept }, { cause });
}

function usage(world: World, error: CommanderError): BenchError {
  const verb = world.argv.find((word) => !word.startsWith('-')) ?? 'help';
  const isVerbWrong =
    verb === 'help' || (error.code === 'commander.unknownCommand' && error.message.includes(`'${verb}'`));
  const command = isVerbWrong ? 'bench' : `bench ${verb}`;
  if (error.code !== 'commander.help')
    return new BenchError('BENCH-USAGE', {
      problem: error.message.replace(/^error: /, '').replaceAll('\n', ' '),
      command,
    });
  const problem = isVerbWrong ? 'no such command' : `${command} does several things: say which`;
  return new BenchError('BENCH-USAGE', { problem, command });
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}
