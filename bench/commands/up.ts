import { EXIT, type ExitCode } from '../core/errors.ts';
import { estimate } from '../engine/estimate.ts';
import { planStates } from '../engine/plan.ts';
import { loadSuite } from '../engine/suite-folder.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { count, FLAG, suiteFolder, text, wholeNumber } from './flags.ts';
import { readyStates, withHost } from './host.ts';

export default defineCommand({
  summary: 'start the server with the states loaded, and leave it running',
  flags: [
    { flag: '--profile <name>', help: 'scale of the data, unless --contacts says it', fallback: 'default' },
    FLAG.contacts,
    FLAG.seed,
    { flag: '--state <range>', help: 'states to have, like A..B' },
    FLAG.server,
    FLAG.port,
    FLAG.tls,
    FLAG.suite,
    FLAG.json,
    FLAG.quiet,
    FLAG.progress,
  ],
  examples: [
    {
      call: 'bench up --contacts 100k',
      help: 'every state, of 100,000 contacts, to look at with psql; end it with `bench down`',
    },
  ],
  run: upCommand,
});

async function upCommand(world: World, flags: Flags): Promise<ExitCode> {
  const suite = await loadSuite(suiteFolder(world, flags));
  const plan = planStates(suite, {
    states: text(flags, 'state'),
    profile: text(flags, 'profile') ?? 'default',
    contacts: count(flags, 'contacts', 100),
    seed: wholeNumber(flags, 'seed', 0, 2 ** 31 - 1) ?? 1,
  });
  const { diskBytes } = estimate(plan);
  const title = `server with states ${plan.states.map(({ name }) => name).join(', ')}`;
  return withHost(world, flags, { diskBytes, keep: true, plan: title }, async (host) => {
    const { server, progress } = host;
    const built = await readyStates(host, plan);
    progress.close();
    const { port, user, host: socketFolder } = server.endpoint;
    const states = built.states.map(({ state, database }) => ({
      state: state.name,
      url: `postgres://${user}@127.0.0.1:${port}/${database}`,
    }));
    const lines = states.map(({ state, url }) => `${state.padEnd(14)} ${url}`);
    const facts = {
      server: server.kind,
      port,
      socketFolder,
      passwordFile: server.passwordFile,
      states,
    };
    if (flags['json']) world.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    else
      world.stdout.write(
        `${lines.join('\n')}\npassword in ${server.passwordFile}; read-only by default; end it with \`bench down --server ${server.kind}\`\n`,
      );
    return EXIT.ok;
  });
}
