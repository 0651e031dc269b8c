import { resourceUsage } from 'node:process';
import { EXIT, type ExitCode } from '../core/errors.ts';
import type { Fixtures, Table } from '../core/suite.ts';
import { formatBytes, formatCount } from '../core/units.ts';
import { chooseTables } from '../engine/plan.ts';
import { type SeedResult, seedBase } from '../engine/seed.ts';
import { loadSuite, type Suite } from '../engine/suite-folder.ts';
import { defineCommand, type Flags, type World } from './command.ts';
import { count, FLAG, suiteFolder, wholeNumber, words } from './flags.ts';
import { withHost } from './host.ts';

const DEFAULT_CONTACTS = 2_000_000;
const BYTES_PER_ROW = 1_000;
const SPARE_BYTES = 1024 ** 3;

export default defineCommand({
  summary: 'load the base schema with synthetic data, and say how fast',
  flags: [
    FLAG.contacts,
    FLAG.seed,
    { flag: '--tables <name...>', help: 'tables to fill; all when left out' },
    { flag: '--floor', help: 'also time a plain client COPY of the same bytes into the finished tables' },
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
      call: 'bench seed --contacts 100k',
      help: 'make and load 100,000 contacts with their sends and activities',
    },
    {
      call: 'bench seed --floor --tables workspaces,leads',
      help: 'compare the load of 2M leads with a plain COPY',
    },
  ],
  run: seedCommand,
});

async function seedCommand(world: World, flags: Flags): Promise<ExitCode> {
  const suite = await loadSuite(suiteFolder(world, flags));
  const fixtures = {
    contacts: count(flags, 'contacts', 100) ?? DEFAULT_CONTACTS,
    seed: wholeNumber(flags, 'seed', 0, 2 ** 31 - 1) ?? 1,
  };
  const names = words(flags, 'tables');
  const tables = names.length === 0 ? suite.tables : chooseTables(suite, names);
  const options = {
    keep: false,
    diskBytes: diskBytes(tables, fixtures),
    plan: planText(suite, tables, fixtures),
  };
  const result = await withHost(world, flags, options, ({ sessions, progress }) =>
    seedBase(sessions, { suite, tables, fixtures, floor: flags['floor'] === true }, progress.emit),
  );
  world.stdout.write(
    flags['json'] ? `${JSON.stringify(jsonOf(result, fixtures), null, 2)}\n` : textOf(result),
  );
  return EXIT.ok;
}

function diskBytes(tables: readonly Table[], fixtures: Fixtures): number {
  return SPARE_BYTES + 2 * BYTES_PER_ROW * tables.reduce((sum, table) => sum + table.rowCount(fixtures), 0);
}

function planText(suite: Suite, tables: readonly Table[], fixtures: Fixtures): string {
  const rows = tables.reduce((sum, table) => sum + table.rowCount(fixtures), 0);
  const names = tables.map((table) => table.name).join(', ');
  return `loading ${formatCount(rows)} rows of ${suite.config.title} (${names}) for ${formatCount(fixtures.contacts)} ${suite.config.contactsTitle}`;
}

function jsonOf({ load, seconds, clientCopySeconds }: SeedResult, fixtures: Fixtures) {
  return {
    contacts: fixtures.contacts,
    rows: load.rows,
    seconds,
    rowsPerSecond: load.rows / seconds,
    bytes: load.bytes,
    peakRssBytes: peakRssBytes(),
    digest: load.digest,
    floor: clientCopySeconds === null ? null : { clientCopySeconds, ratio: seconds / clientCopySeconds },
    tables: load.tables,
    copySeconds: load.seconds,
  };
}

function textOf({ load, seconds, clientCopySeconds }: SeedResult): string {
  const lines = [
    `${formatCount(load.rows)} rows, ${formatBytes(load.bytes)} in ${seconds.toFixed(1)} s with constraints and indexes ` +
      `(${formatCount(Math.round(load.rows / seconds))} rows/s; COPY alone ${load.seconds.toFixed(1)} s)`,
    `digest ${load.digest}`,
    `peak memory ${formatBytes(peakRssBytes())}`,
  ];
  if (clientCopySeconds !== null) {
    const ratio = (seconds / clientCopySeconds).toFixed(2);
    lines.push(`plain COPY into the finished tables ${clientCopySeconds.toFixed(1)} s: ratio ${ratio}`);
  }
  return `${lines.join('\n')}\n`;
}

function peakRssBytes(): number {
  return resourceUsage().maxRSS * 1024;
}
