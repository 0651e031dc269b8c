import { expect, it } from 'vitest';
import type { Scenario } from '../core/suite.ts';
import { guardedScenario } from './guarded.ts';

function variantsOf(...names: string[]) {
  const variants = () => names.map((name) => ({ name, input: null }));
  const scenario = guardedScenario('/suite', 'scenarios/find.ts', { variants } as unknown as Scenario);
  return scenario.variants({ contacts: 100, seed: 1 } as Parameters<Scenario['variants']>[0]);
}

it.each([
  [['page=1', 'page/2'], 'scenarios/find.ts: the variant "page/2" has a / in its name'],
  [['page=1', 'page=2', 'page=1'], 'scenarios/find.ts: there are two variants "page=1"'],
])('a name of a variant is one part of the names of its findings: %j', (names, problem) => {
  expect(() => variantsOf(...names)).toThrow(problem);
});

it('other names are as they are', () => {
  expect(variantsOf('page=1', 'a < b: "c"').map(({ name }) => name)).toEqual(['page=1', 'a < b: "c"']);
});
