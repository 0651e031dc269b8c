import { expect, test } from 'vitest';
import { pgbenchScript } from './pgbench.ts';

test('a script opens its session once and sends values as parameters', () => {
  const { text, variables } = pgbenchScript({
    opening: [{ sql: "SELECT set_config('app.user', $1, false)", values: ['me and you'] }],
    statement: { sql: '\n  SELECT $2::text, x FROM t WHERE a = $1 AND $3 IS NULL', values: [7, 'é;', null] },
  });
  expect(text).toBe(
    `\\if :first
SELECT set_config('app.user', :v0_1, false);
\\set first 0
\\endif
SELECT :v1_2::text, x FROM t WHERE a = :v1_1 AND NULL IS NULL;
`,
  );
  expect(variables).toEqual(['first=1', 'v0_1=me and you', 'v1_1=7', 'v1_2=é;']);
});
