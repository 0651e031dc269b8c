import { expect, test } from 'vitest';
import { loadSuite } from '../bench/engine/suite-folder.ts';
import { ROOT } from './program.ts';

test('every claim is judged by a scenario or by bytes, or says why no run judges it', async () => {
  const { config, scenarios } = await loadSuite(ROOT);
  const judged = new Set(scenarios.map(({ scenario }) => scenario.claim));
  const silent = config.claims.filter(
    ({ id, storage, shownBy, unjudged }) => !judged.has(id) && !storage && !shownBy && !unjudged,
  );
  expect(silent).toEqual([]);
  expect(config.claims.filter(({ id, unjudged }) => judged.has(id) && unjudged)).toEqual([]);
});
