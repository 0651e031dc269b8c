import { createHash } from 'node:crypto';
import { placementText } from './environment.ts';
import type { RunFile } from './run-file.ts';
import { formatScale } from './units.ts';

/**
 * What makes figures of two runs incomparable, in words: another server, build, setting, machine or data. Empty
 * for runs of one environment. The suite may differ: comparing that is what two runs are for.
 */
export function environmentDifferences(before: RunFile, after: RunFile): string[] {
  return facts(before)
    .flatMap(([name, was], i) => {
      const [, is] = facts(after)[i] ?? ['', ''];
      return was === is ? [] : [`${name}: ${was} → ${is}`];
    })
    .concat(settingDifferences(before, after), scenarioDifferences(before, after));
}

/** Other scenarios are no difference but where they load other tables. */
function scenarioDifferences(before: RunFile, after: RunFile): string[] {
  const [was, is] = [before, after].map(({ scenarios }) => scenarios.map(({ name }) => name).join(', '));
  const isWhy = before.load.digest !== after.load.digest && was !== is;
  return isWhy ? [`scenarios, which tell what is loaded: ${was} → ${is}`] : [];
}

/** The environment of a run: equal keys where `environmentDifferences` finds nothing, and what it is in words. */
export interface Environment {
  /** Sixteen hexadecimal digits. */
  readonly key: string;
  readonly title: string;
}

/** The environment that a run's figures belong to. */
export function environmentOf(run: RunFile): Environment {
  const { server, machine, load, suite } = run;
  const settings = Object.entries(server.settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = createHash('sha256').update(JSON.stringify([facts(run), settings]));
  const scale = `${formatScale(load.contacts)} ${suite.contactsTitle}`;
  return {
    key: hash.digest('hex').slice(0, 16),
    title: `PostgreSQL ${server.version} (${server.kind}), ${machine.cpu}, ${machine.cores} cores, ${scale}`,
  };
}

function facts({ server, machine, load }: RunFile): (readonly [string, string])[] {
  return [
    ['server', server.kind],
    ['PostgreSQL', server.version],
    ['build', server.build],
    ['locale', server.locale],
    ['checksums', server.checksums ? 'on' : 'off'],
    ['connections', server.connection],
    ['extensions', server.extensions.present.join(' ')],
    ['processor', `${machine.cpu}, ${machine.cores} cores`],
    ['memory', String(machine.memoryBytes)],
    ['platform', machine.platform],
    ['Node', machine.node],
    ['processors while reading', placementText(machine.placement)],
    ['data', load.digest],
  ];
}

function settingDifferences(before: RunFile, after: RunFile): string[] {
  const [was, is] = [before.server.settings, after.server.settings];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort();
  return names.flatMap((name) =>
    was[name] === is[name] ? [] : [`${name}: ${was[name] ?? 'default'} → ${is[name] ?? 'default'}`],
  );
}
