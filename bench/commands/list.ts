import { EXIT, type ExitCode } from '../core/errors.ts';
import { PROFILES } from '../engine/profile.ts';
import { loadSuite, type Suite } from '../engine/suite-folder.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { FLAG, suiteFolder } from './flags.ts';
import { serverNamed, serverNames } from './host.ts';
import { reportNamed, reportNames } from './report.ts';

const REFERENCE = { seed: 1, contacts: 2_000_000 };

export default defineCommand({
  summary: 'list scenarios, states, profiles, servers, tables and report formats',
  flags: [FLAG.suite, FLAG.json],
  examples: [{ call: 'bench list', help: 'every name that the other commands take' }],
  run: listCommand,
});

interface Entry {
  readonly name: string;
  readonly title: string;
}

async function listCommand(world: World, flags: Flags): Promise<ExitCode> {
  const lists = await listsOf(await loadSuite(suiteFolder(world, flags)));
  world.stdout.write(flags['json'] ? `${JSON.stringify(lists, null, 2)}\n` : textOf(lists));
  return EXIT.ok;
}

async function listsOf(suite: Suite): Promise<Record<string, readonly Entry[]>> {
  const servers = serverNames().map(async (name) => ({ name, title: (await serverNamed(name)).title }));
  const reports = reportNames().map(async (name) => ({ name, title: (await reportNamed(name)).title }));
  return {
    scenarios: suite.scenarios.map(({ name, scenario }) => ({ name, title: scenario.title })),
    variants: suite.scenarios.flatMap(({ name, scenario }) =>
      scenario
        .variants(REFERENCE)
        .map((variant) => ({ name: `${name} ${variant.name}`, title: variant.main ? 'main' : '' })),
    ),
    states: suite.states.map(({ name, title }) => ({ name, title })),
    profiles: Object.entries(PROFILES).map(([name, { title }]) => ({ name, title })),
    servers: await Promise.all(servers),
    tables: suite.tables.map(({ name, columns }) => ({ name, title: columns.join(', ') })),
    reports: await Promise.all(reports),
  };
}

function textOf(lists: Record<string, readonly Entry[]>): string {
  const sections = Object.entries(lists).map(([title, entries]) => {
    const width = Math.max(...entries.map(({ name }) => name.length)) + 2;
    return [title, ...entries.map((entry) => `  ${entry.name.padEnd(width)}${entry.title}`.trimEnd())].join(
      '\n',
    );
  });
  return `${sections.join('\n\n')}\n`;
}
