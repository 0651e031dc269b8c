import type { ExitCode } from '../core/errors.ts';

/** What a command may use of the outside world; only cli.ts touches `process`. */
export interface World {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** A flag, as commander writes it: `--contacts <count>`. */
export interface Flag {
  readonly flag: string;
  readonly help: string;
  readonly fallback?: string;
  /** It may be given several times, each time with one value. */
  readonly isRepeatable?: boolean;
}

export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** One verb of the program; one file in this folder each. */
export interface Command {
  readonly summary: string;
  /** Positional arguments, as commander writes them: `<run>`, or `<run...>` for several. */
  readonly arguments?: readonly { readonly name: string; readonly help: string }[];
  readonly flags: readonly Flag[];
  /** A real call with what it does. */
  readonly examples: readonly { readonly call: string; readonly help: string }[];
  run(world: World, flags: Flags, args: readonly string[]): Promise<ExitCode>;
}

/** A verb that does several things, each called by a word after it: `bench history add`. */
export interface CommandGroup {
  readonly summary: string;
  /** By word. */
  readonly commands: Readonly<Record<string, Command>>;
}

/** Types a group of commands; the file's name is the verb. */
export function defineCommands(group: CommandGroup): CommandGroup {
  return group;
}

/** Types a command; the file's name is the verb. */
export function defineCommand(command: Command): Command {
  return command;
}
