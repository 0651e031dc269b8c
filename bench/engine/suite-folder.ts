import { createHash } from 'node:crypto';
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BenchError } from '../core/errors.ts';
import type { Fixtures, Scenario, SuiteConfig, Table } from '../core/suite.ts';
import { readSqlFile, type SqlFile } from '../postgres/sql-file.ts';
import { DEFINITIONS, type DefinitionParser } from './definitions.ts';
import { guardedConfig, guardedScenario, guardedTable } from './guarded.ts';
import { moduleProblem } from './module-problem.ts';

/** Operations of the application, by name; what they take and give is the suite's business. */
export type Operations = Readonly<Record<string, unknown>>;

export interface Phase {
  /** The folder's name without its number: 'indexes'. */
  readonly name: string;
  readonly up: SqlFile;
  /** The scenarios that it can touch; null where it may touch all. */
  readonly measuredBy: readonly string[] | null;
  readonly operations: Operations;
}

/** Base and phases 1..k, as one database will be. */
export interface State {
  readonly name: string;
  readonly title: string;
  /** Names of the phases applied, in order. */
  readonly phases: readonly string[];
  /** The phase that makes this state out of the one before; null for the base. */
  readonly phase: Phase | null;
  /** The application's operations in this state, later phases overriding earlier ones. */
  readonly operations: Operations;
  /** Scenarios that this state has in a form of its own, as the sides of a gate may. */
  readonly scenarios?: readonly NamedScenario[];
  /** The configuration whose sessions this state has, where it has one of its own. */
  readonly config?: SuiteConfig;
}

export interface NamedScenario {
  readonly name: string;
  readonly scenario: Scenario;
}

export interface Suite {
  readonly root: string;
  readonly config: SuiteConfig;
  readonly schema: readonly SqlFile[];
  readonly tables: readonly Table[];
  readonly states: readonly State[];
  readonly scenarios: readonly NamedScenario[];
  /** Of all its sources: another suite has another. */
  readonly hash: string;
}

/** Reads a suite from its folder. Errors: BENCH-SUITE-INVALID. */
export async function loadSuite(root: string): Promise<Suite> {
  const config = await loadDefault(root, 'bench.config.ts', DEFINITIONS.config);
  const schema = await readAll(root, await names(root, 'db/schema', /\.sql$/));
  const phases = await loadPhases(root);
  const tables = await loadFolder(root, 'fixtures', DEFINITIONS.table);
  const scenarios = await loadFolder(root, 'scenarios', DEFINITIONS.scenario);
  if (schema.length === 0) throw invalid(root, 'db/schema has no .sql file');
  if (tables.length === 0) throw invalid(root, 'fixtures has no table');
  if (scenarios.length === 0) throw invalid(root, 'scenarios has no scenario');
  const base = await operationsOf(root, 'db/phases/00-base');
  for (const phase of phases) checkMeasuredBy(root, phase, scenarios);
  return {
    root,
    config: guardedConfig(root, 'bench.config.ts', config),
    schema,
    tables: tables.map(({ name, definition }) => guardedTable(root, `fixtures/${name}.ts`, definition)),
    states: statesOf(base, phases),
    scenarios: scenarios.map(({ name, definition }) => ({
      name,
      scenario: guardedScenario(root, `scenarios/${name}.ts`, definition),
    })),
    hash: hashOf(await sourcesOf(root)),
  };
}

/** Names and texts of all that a suite is made of, without its tests. */
async function sourcesOf(root: string): Promise<readonly string[]> {
  const inside = await Promise.all(
    ['db', 'fixtures', 'scenarios'].map(async (folder) => {
      const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
    }),
  );
  const files = [...(await names(root, '', /^bench\.config\./)), ...inside.flat().sort()];
  const texts = await Promise.all(files.map((file) => readFile(path.join(root, file), 'utf8')));
  return files.flatMap((file, place) => [file, texts[place] ?? '']);
}

/** First 16 hex digits of the SHA-256 over the texts. */
export function hashOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest('hex').slice(0, 16);
}

/** Places between the first and the last rows of a table that are probed too. */
const PROBES = 64;

/**
 * Fingerprint of what the fixtures generate, from probes of each table: the same for a generator
 * that was only rewritten, another for one that makes other data.
 */
export function fixturesHash(tables: readonly Table[], fixtures: Fixtures): string {
  return hashOf(
    tables.flatMap((table) => {
      const rows = table.rowCount(fixtures);
      const edges = [
        table.copyText(fixtures, 0, Math.min(rows, 500)),
        table.copyText(fixtures, Math.max(0, rows - 500), rows),
      ];
      const places = Array.from({ length: PROBES }, (_, i) => Math.floor((rows * i) / PROBES));
      const between = places.map((from) => table.copyText(fixtures, from, Math.min(rows, from + 10)));
      return [table.name, table.columns.join(), String(rows), ...edges, ...between];
    }),
  );
}

async function loadPhases(root: string): Promise<readonly Phase[]> {
  const folders = (await names(root, 'db/phases', /^\d\d-[a-z][a-z0-9-]*$/)).filter(
    (name) => !/\/00-/.test(name),
  );
  if (folders.length === 0) throw invalid(root, 'db/phases has no phase (a folder NN-name with up.sql)');
  const phases = await Promise.all(folders.map((folder) => loadPhase(root, folder)));
  const twice = phases.find(
    ({ name }, i) => name === 'base' || phases.findIndex((phase) => phase.name === name) < i,
  );
  if (twice) throw invalid(root, `db/phases has the name ${twice.name} twice`);
  return phases;
}

async function loadPhase(root: string, folder: string): Promise<Phase> {
  const file = path.join(folder, 'up.sql');
  if (!(await exists(path.join(root, file)))) throw invalid(root, `${file} is missing`);
  const name = path.basename(folder).replace(/^\d\d-/, '');
  const up = await readSqlFile(root, file);
  const measuredBy = up.header['measured-by']?.text.split(/\s+/) ?? null;
  return { name, up, measuredBy, operations: await operationsOf(root, folder) };
}

/** Scenarios that skip a phase share the database of the state before, so it must be the same one. */
function checkMeasuredBy(
  root: string,
  { up, measuredBy }: Phase,
  scenarios: readonly { name: string }[],
): void {
  if (measuredBy === null) return;
  const place = `${up.name}:${up.header['measured-by']?.line}`;
  if (up.statements.length > 0)
    throw invalid(root, `${place}: "measured-by" is for a phase without statements`);
  const known = scenarios.map(({ name }) => name);
  const unknown = measuredBy.find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(root, `${place}: "measured-by" names no scenario: ${unknown}`);
}

async function operationsOf(root: string, folder: string): Promise<Operations> {
  const file = path.join(folder, 'app.ts');
  return (await exists(path.join(root, file))) ? loadDefault(root, file, DEFINITIONS.operations) : {};
}

function statesOf(base: Operations, phases: readonly Phase[]): readonly State[] {
  let before: State = { name: 'base', title: 'Base schema', phases: [], phase: null, operations: base };
  const states = [before];
  for (const phase of phases) {
    before = {
      name: phase.name,
      title: phase.up.header['title']?.text ?? phase.name,
      phases: [...before.phases, phase.name],
      phase,
      operations: { ...before.operations, ...phase.operations },
    };
    states.push(before);
  }
  return states;
}

/** Default exports of a folder's files; a file's name without its ending is the definition's name. */
async function loadFolder<T>(
  root: string,
  folder: string,
  parse: DefinitionParser<T>,
): Promise<readonly { name: string; definition: T }[]> {
  const found = [];
  for (const file of await names(root, folder, /^[a-z0-9-]+\.ts$/)) {
    const definition = await importDefault(root, file);
    if (definition === undefined) continue;
    found.push({ name: path.basename(file, '.ts'), definition: checked(root, file, parse(definition)) });
  }
  return found;
}

async function loadDefault<T>(root: string, file: string, parse: DefinitionParser<T>): Promise<T> {
  if (!(await exists(path.join(root, file)))) throw invalid(root, `${file} is missing`);
  const definition = await importDefault(root, file);
  if (definition === undefined) throw invalid(root, `${file} has no default export`);
  return checked(root, file, parse(definition));
}

function checked<T>(root: string, file: string, parsed: ReturnType<DefinitionParser<T>>): T {
  if ('problem' in parsed) throw invalid(root, `${file}: ${parsed.problem}`);
  return parsed.value;
}

async function importDefault(root: string, file: string): Promise<unknown> {
  const module: { default?: unknown } = await import(pathToFileURL(path.join(root, file)).href).catch(
    (cause: unknown) => {
      const problem = moduleProblem(root, file, cause);
      throw new BenchError('BENCH-SUITE-INVALID', { folder: root, problem }, { cause });
    },
  );
  return module.default;
}

async function names(root: string, folder: string, pattern: RegExp): Promise<readonly string[]> {
  const entries = await readdir(path.join(root, folder)).catch(() => {
    throw invalid(root, `there is no folder ${folder}`);
  });
  return entries
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

function readAll(root: string, files: readonly string[]): Promise<SqlFile[]> {
  return Promise.all(files.map((file) => readSqlFile(root, file)));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function invalid(folder: string, problem: string): BenchError {
  return new BenchError('BENCH-SUITE-INVALID', { folder, problem });
}
