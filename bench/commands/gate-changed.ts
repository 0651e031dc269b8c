import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { GateRecord } from '../core/gate-record.ts';
import { importsOf } from '../engine/imports.ts';
import type { Plan } from '../engine/plan.ts';
import type { StateDatabase } from '../engine/states.ts';
import type { Suite } from '../engine/suite-folder.ts';
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
  const names = plan.scenarios.map(({ name }) => name);
  const code = await changedCode(suite, names, changed);
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
  suite: Suite,
  scenarios: readonly string[],
  changed: readonly string[],
): Promise<ReadonlySet<string>> {
  const files = new Set(changed.map((line) => path.normalize(line.split('\t').at(-1) ?? '')));
  // A phase that is gone had a module that is gone.
  if ([...files].some((file) => APPLICATION.test(file) || isData(file))) return new Set(scenarios);
  const differs = (module: string) => isReached(suite, module, files);
  const phases = await readdir(path.join(suite.root, 'db/phases'));
  const common = ['bench.config.ts', ...phases.map((phase) => `db/phases/${phase}/app.ts`)];
  for (const module of common) if (await differs(module)) return new Set(scenarios);
  const found = new Set<string>();
  for (const name of scenarios) if (await differs(`scenarios/${name}.ts`)) found.add(name);
  return found;
}

/**
 * Whether a module differs. Behind an alias may be any module, and what it stands for is said in some file; what opens
 * files may read all but the SQL that the suite itself executes, whose effect is seen in the database.
 */
async function isReached(suite: Suite, module: string, files: ReadonlySet<string>): Promise<boolean> {
  const imports = await importsOf(suite.root, module);
  const executed = executedFiles(suite);
  const mayRead = (file: string) => imports.opensFiles && !executed.has(file);
  const mayImport = (file: string) => imports.aliases.size > 0 && !file.endsWith('.sql');
  const isInside = (file: string) => file === module || imports.files.has(file);
  return [...files].some(
    (file) => isInside(file) || (!file.endsWith('.md') && (mayRead(file) || mayImport(file))),
  );
}

/** All SQL of the suite's schema and phases. */
function executedFiles({ schema, states }: Suite): ReadonlySet<string> {
  const files = [...schema, ...states.flatMap(({ phase }) => phase?.up ?? [])];
  return new Set(files.flatMap(({ name, statements }) => [name, ...statements.map(({ file }) => file)]));
}

/** What code may read by its path, in whatever way: no module, and no SQL of the database. */
function isData(file: string): boolean {
  const isSchema = file.startsWith('db/') && file.endsWith('.sql');
  return /^(scenarios|fixtures|db)\//.test(file) && !MODULE.test(file) && !isSchema && !file.endsWith('.md');
}

const APPLICATION = /^db\/phases\/[^/]+\/app\.ts$/;

const MODULE = /\.[mc]?[jt]sx?$/;
