import { expect, test } from 'vitest';
import { judgeFiles } from './selftest-journal.ts';

test('trials outlast another help text, and nothing that measures or judges', async () => {
  const files = await judgeFiles();
  const parts = [
    'commands/selftest-trial.ts',
    'core/verdict.ts',
    'core/counter-gate.ts',
    'engine/rest.ts',
    'engine/schedule.ts',
    'postgres/session.ts',
    'servers/embedded.ts',
    'servers/cluster/settings.ts',
  ];
  expect(files).toEqual(expect.arrayContaining(parts));
  const words = ['commands/selftest.ts', 'commands/flags.ts', 'commands/run.ts', 'core/selftest-rates.ts'];
  expect(files.filter((file) => words.includes(file) || file.startsWith('..'))).toEqual([]);
});
