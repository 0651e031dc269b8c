import path from 'node:path';
import { BenchError } from '../core/errors.ts';
import type { Fixtures, Scenario, SuiteConfig, Table } from '../core/suite.ts';
import { isLost, sqlState } from '../postgres/session.ts';

/** What a suite's own code threw. Its fact `problem` says what and where. */
export class SuiteError extends BenchError {}

type Guard = <A extends unknown[], R>(part: string, method: (...args: A) => R) => (...args: A) => R;

/**
 * Makes methods of a suite's file throw SuiteError: an arm that fails, a table that cannot be loaded, and no fault of this
 * program. What the server refuses and a lost connection come through as they are.
 */
function guardOf(root: string, file: string, owner: unknown): Guard {
  const thrown = (part: string, cause: unknown) => {
    if (cause instanceof BenchError || sqlState(cause) !== null || isLost(cause)) return cause;
    const problem = `${file}: ${part} threw ${cause}${placeIn(root, cause)}`;
    return new SuiteError('BENCH-SUITE-INVALID', { folder: root, problem }, { cause });
  };
  return <A extends unknown[], R>(part: string, method: (...args: A) => R) =>
    (...args: A): R => {
      const fail = (error: unknown): never => {
        throw thrown(part, error);
      };
      try {
        const result = method.apply(owner, args);
        return result instanceof Promise ? (result.catch(fail) as R) : result;
      } catch (error) {
        return fail(error);
      }
    };
}

/** The scenario, with what its code throws as SuiteError. */
export function guardedScenario(root: string, file: string, scenario: Scenario): Scenario {
  const guard = guardOf(root, file, scenario);
  const { before, floor, pages } = scenario;
  return {
    ...scenario,
    variants: guard('variants', (fixtures: Fixtures) =>
      checkedNames(root, file, scenario.variants(fixtures)),
    ),
    input: guard('input', scenario.input),
    run: guard('run', scenario.run),
    answer: guard('answer', scenario.answer),
    oracle: guard('oracle', scenario.oracle),
    ...(before && { before: guard('before', before) }),
    ...(floor && { floor: guard('floor', floor) }),
    ...(pages && { pages: guard('pages', pages) }),
  };
}

/** A name twice would be one arm; a slash would be read as the end of a name in those of findings. */
function checkedNames(root: string, file: string, variants: ReturnType<Scenario['variants']>) {
  const names = variants.map(({ name }) => name);
  const [slashed, twice] = [
    names.find((name) => name.includes('/')),
    names.find((name, i) => names.indexOf(name) < i),
  ];
  const fail = (problem: string) => new SuiteError('BENCH-SUITE-INVALID', { folder: root, problem });
  if (slashed !== undefined) throw fail(`${file}: the variant "${slashed}" has a / in its name`);
  if (twice !== undefined) throw fail(`${file}: there are two variants "${twice}"`);
  return variants;
}

/** The table, with what its code throws as SuiteError. */
export function guardedTable(root: string, file: string, table: Table): Table {
  const guard = guardOf(root, file, table);
  const { copyBytes, expected } = table;
  return {
    ...table,
    rowCount: guard('rowCount', table.rowCount),
    copyText: guard('copyText', table.copyText),
    ...(copyBytes && { copyBytes: guard('copyBytes', copyBytes) }),
    ...(expected && { expected: guard('expected', expected) }),
  };
}

/** The configuration, with what it throws where it sets up a session as SuiteError. */
export function guardedConfig(root: string, file: string, config: SuiteConfig): SuiteConfig {
  return { ...config, openSession: guardOf(root, file, config)('openSession', config.openSession) };
}

/** ` (db/phases/01-indexes/app.ts:12)`: the innermost line of the suite; nothing where the stack shows none. */
function placeIn(root: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const lines = [...stack.matchAll(/(?:file:\/\/)?(\/[^\s()]+?):(\d+):\d+/g)];
  const [, file, line] = lines.find(([, name = '']) => isInside(root, name)) ?? [];
  return file === undefined ? '' : ` (${path.relative(root, file)}:${line})`;
}

function isInside(root: string, file: string): boolean {
  return file.startsWith(`${root}${path.sep}`) && !file.includes(`${path.sep}node_modules${path.sep}`);
}
