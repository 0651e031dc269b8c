import { expect, test } from 'vitest';
import { sampleRun } from '../../test/sample-run.ts';
import type { RunFile } from './run-file.ts';
import { factGroups } from './view-facts.ts';

const fact = (run: RunFile, group: string, name: string) =>
  factGroups(run)
    .find(({ title }) => title === group)
    ?.facts.find((one) => one.name === name)?.value;

test('a report tells which change its run tolerates', () => {
  expect(fact({ ...sampleRun(), tolerated: 0.03 }, 'Machine', 'Tolerated change')).toBe('3 %');
  expect(fact({ ...sampleRun(), tolerated: 0.5 }, 'Machine', 'Tolerated change')).toBe(
    '50 %: copies of one state differ by that much in this run',
  );
});

test('what the client adds has the range of its rounds', () => {
  const reference = { scenario: 'lead-lookup', variant: 'email', state: 'views' };
  const references = [{ ...reference, oursMs: [2, 3, 4], pgbenchMs: [2, 2, 2] }];
  expect(fact({ ...sampleRun(), references }, 'What the client adds', 'lead-lookup email')).toBe(
    '3.0 ms through this program, 2.0 ms prepared through pgbench: 1.50× (3 rounds: 1.00× to 2.00×)',
  );
});
