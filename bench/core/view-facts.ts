import { armGroups } from './arm.ts';
import { limitsOf } from './comparison.ts';
import { placementText } from './environment.ts';
import type { RunFile } from './run-file.ts';
import { runLevel } from './run-level.ts';
import { median } from './statistics.ts';
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatMs,
  formatPercent,
  formatRate,
  formatRatio,
} from './units.ts';
import { LIMITS } from './verdict.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** What a run was, on which data, server and machine, and with which settings. */
export function factGroups(run: RunFile): FactGroup[] {
  return [
    ...[runFacts(run), loadFacts(run), serverFacts(run), machineFacts(run)],
    ...clientFacts(run),
    settingFacts(run),
  ];
}

function runFacts(run: RunFile): FactGroup {
  const facts = [
    ['Run', run.id],
    ['Status', run.status],
    ['Profile', run.profile],
    ['Command', run.commandLine.join(' ')],
    ['Started', run.startedAt],
    ['Finished', run.finishedAt ?? 'never'],
    ['Suite', `${run.suite.name} ${run.suite.hash}`],
    ['Order seed', String(run.orderSeed)],
    ['Tool', `${run.tool.name} ${run.tool.version}`],
  ] as const;
  return group('Run', facts);
}

function loadFacts(run: RunFile): FactGroup {
  const { load } = run;
  const rate = load.seconds > 0 ? ` (${formatRate(load.rows / load.seconds, 'rows')})` : '';
  return group('Data', [
    ['Scale', `${formatCount(load.contacts)} ${run.suite.contactsTitle}`],
    ['Rows', `${formatCount(load.rows)}${rate}`],
    ['Bytes', formatBytes(load.bytes)],
    ['Load time', formatMs(load.seconds * 1000)],
    ['Seed', String(load.seed)],
    ['Digest', load.digest],
    ...load.tables.map(
      (table) => [table.name, `${formatCount(table.rows)} rows, ${formatBytes(table.bytes)}`] as const,
    ),
  ]);
}

function serverFacts({ server }: RunFile): FactGroup {
  return group('Server', [
    ['Kind', server.kind],
    ['Version', server.version],
    ['Build', server.build],
    ['Locale', server.locale],
    ['Checksums', server.checksums ? 'on' : 'off'],
    ['Connections', server.connection],
    ['Extensions', server.extensions.present.join(', ') || 'none'],
    ['Not available', server.extensions.absent.join(', ') || 'none'],
  ]);
}

function machineFacts(run: RunFile): FactGroup {
  const { machine, noise } = run;
  return group('Machine', [
    ['Platform', machine.platform],
    ['Processor', `${machine.cpu}, ${formatCount(machine.cores)} cores`],
    ['Memory', formatBytes(machine.memoryBytes)],
    ['Node', machine.node],
    ['Processors while reading', placementText(machine.placement)],
    ...noiseFacts(noise),
    ['Tolerated change', toleratedText(run)],
  ]);
}

/** A change up to this is called none, whatever its interval. */
function toleratedText(run: RunFile): string {
  const { tolerated } = limitsOf(run, armGroups(run), runLevel(run));
  const grown = tolerated > LIMITS.tolerated ? ': copies of one state differ by that much in this run' : '';
  return `${formatPercent(tolerated)}${grown}`;
}

function noiseFacts(noise: RunFile['noise']): (readonly [string, string])[] {
  if (!noise) return [];
  const { loopMs, loopSpread, stealShare } = noise;
  const stolen = stealShare === null ? 'not told here' : `${formatPercent(stealShare)} of processor time`;
  return [
    [
      'Steadiness',
      `a fixed loop took ${formatMs(loopMs)} ± ${formatPercent(loopSpread)} before the first block`,
    ],
    ['Taken by the hypervisor', stolen],
  ];
}

/** What this program's client adds to a statement, where another client was there to compare with. */
function clientFacts({ references }: RunFile): FactGroup[] {
  if (references.length === 0) return [];
  const facts = references.map(({ scenario, variant, oursMs, pgbenchMs }) => {
    const [ours, theirs] = [median(oursMs), median(pgbenchMs)];
    const times = `${formatMs(ours)} through this program, ${formatMs(theirs)} prepared through pgbench`;
    const ratios = oursMs.flatMap((ms, i) => (pgbenchMs[i] ? [ms / pgbenchMs[i]] : []));
    const ends = [Math.min(...ratios), Math.max(...ratios)].map(formatRatio);
    const rounds = `${formatAmount(ratios.length, 'round')}: ${ends.join(' to ')}`;
    return [`${scenario} ${variant}`, `${times}: ${formatRatio(ours / theirs)} (${rounds})`] as const;
  });
  return [group('What the client adds', facts)];
}

function settingFacts({ server }: RunFile): FactGroup {
  const names = Object.keys(server.settings).sort();
  return group(
    'Settings that are not the server’s default',
    names.map((name) => [name, server.settings[name] ?? ''] as const),
  );
}

function group(title: string, facts: readonly (readonly [string, string])[]): FactGroup {
  return { title, facts: facts.map(([name, value]) => ({ name, value })) };
}
