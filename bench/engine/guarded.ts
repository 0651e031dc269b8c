import path from 'node:path';
import { BenchError } from '../core/errors.ts';
import type { Scenario } from '../core/suite.ts';
import { isLost, sqlState } from '../postgres/session.ts';

/** What a scenario's own code threw. Its fact `problem` says what and where. */
export class ScenarioError extends BenchError {}

/**
 * The scenario, with what its code throws as ScenarioError: an arm that fails, and no fault of this program. What the
 * server refuses and a lost connection come through as they are.
 */
export function guarded(root: string, file: string, scenario: Scenario): Scenario {
  const thrown = (part: string, cause: unknown) => {
    if (cause instanceof BenchError || sqlState(cause) !== null || isLost(cause)) return cause;
    const problem = `${file}: ${part} threw ${cause}${placeIn(root, cause)}`;
    return new ScenarioError('BENCH-SUITE-INVALID', { folder: root, problem }, { cause });
  };
  const guard =
    <A extends unknown[], R>(part: string, method: (...args: A) => R) =>
    (...args: A): R => {
      const fail = (error: unknown): never => {
        throw thrown(part, error);
      };
      try {
        const result = method.apply(scenario, args);
        return result instanceof Promise ? (result.catch(fail) as R) : result;
      } catch (error) {
        return fail(error);
      }
    };
  const { before, floor, pages } = scenario;
  return {
    ...scenario,
    variants: guard('variants', scenario.variants),
    input: guard('input', scenario.input),
    run: guard('run', scenario.run),
    answer: guard('answer', scenario.answer),
    oracle: guard('oracle', scenario.oracle),
    ...(before && { before: guard('before', before) }),
    ...(floor && { floor: guard('floor', floor) }),
    ...(pages && { pages: guard('pages', pages) }),
  };
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
