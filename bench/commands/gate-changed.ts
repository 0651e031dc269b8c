import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { GateRecord } from '../core/gate-record.ts';
import { importsOf } from '../engine/imports.ts';
import type { Plan } from '../engine/plan.ts';
import type { StateDatabase } from '../engine/states.ts';
import { touchedScenarios } from '../engine/touched.ts';
import type { Host } from './host.ts';

export type Touched = NonNullable<GateRecord['touched']>;

/** Which scenarios of the plan the change may reach: by the modules that differ, or by what differs in the databases. */
export async function touchedByChange(
  { sessions, progress }: Host,
  plan: Plan,
  sides: readonly [StateDatabase, StateDatabase],
  changed: readonly string[],
): Promise<Touched> {
  const { suite, fixtures, profile } = plan;
  progress.emit({
    kind: 'stage',
    title: 'looking for what the change touches',
    total: plan.scenarios.length,
    unit: 'scenarios',
  });
  const bench = { sessions, config: suite.config, fixtures, profile, counts: false };
  const code = await changedCode(
    suite.root,
    plan.scenarios.map(({ name }) => name),
    changed,
  );
  const touched = await touchedScenarios(bench, plan, sides, (name) => code.has(name));
  return touched.map(({ scenario, through }) => ({ scenario, through: through && [...through] }));
}

/** The plan with the scenarios that the change may reach. */
export function planOfTouched(plan: Plan, touched: Touched): Plan {
  const names = touched.filter(({ through }) => through !== null).map(({ scenario }) => scenario);
  return {
    ...plan,
    scenarios: plan.scenarios.filter(({ name }) => names.includes(name)),
    units: plan.units.filter(({ scenario }) => names.includes(scenario.name)),
  };
}

/** Scenarios of which a module differs; all of them, where the application, the configuration or a file of data does. */
async function changedCode(
  root: string,
  scenarios: readonly string[],
  changed: readonly string[],
): Promise<ReadonlySet<string>> {
  const files = new Set(changed.map((line) => path.normalize(line.split('\t').at(-1) ?? '')));
  // A phase that is gone had a module that is gone.
  if ([...files].some((file) => APPLICATION.test(file) || isData(file))) return new Set(scenarios);
  const phases = await readdir(path.join(root, 'db/phases'));
  const common = ['bench.config.ts', ...phases.map((phase) => `db/phases/${phase}/app.ts`)];
  for (const module of common) if (await differs(root, module, files)) return new Set(scenarios);
  const found = new Set<string>();
  for (const name of scenarios) if (await differs(root, `scenarios/${name}.ts`, files)) found.add(name);
  return found;
}

/** Behind an alias may be any file, and what it stands for is said in one. */
async function differs(root: string, module: string, files: ReadonlySet<string>): Promise<boolean> {
  const imports = await importsOf(root, module);
  const isReached = (file: string) =>
    file === module || imports.files.has(file) || (imports.aliases.size > 0 && !/\.(sql|md)$/.test(file));
  return [...files].some(isReached);
}

/** What code may read by its path: no module, and no SQL of the database, whose effect is seen there. */
function isData(file: string): boolean {
  const isSchema = file.startsWith('db/') && file.endsWith('.sql');
  return /^(scenarios|fixtures|db)\//.test(file) && !MODULE.test(file) && !isSchema && !file.endsWith('.md');
}

const APPLICATION = /^db\/phases\/[^/]+\/app\.ts$/;

const MODULE = /\.[mc]?[jt]sx?$/;
