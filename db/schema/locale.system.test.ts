import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { Sessions } from '../../bench/postgres/sessions.ts';
import { readSqlFile, runSqlFile } from '../../bench/postgres/sql-file.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

test.each([
  ['tr-TR', /one e-mail would be two leads/],
  ['de-DE', null],
])('a database in the locale %s is refused, or not', async (locale, problem) => {
  const sessions = new Sessions(inject('server').endpoint, 'bench-test');
  const database = `bench_work_${locale.toLowerCase().replace('-', '_')}`;
  await sessions.admin((admin) =>
    admin.script(
      `CREATE DATABASE ${database} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE '${locale}' LOCALE 'C.UTF-8'`,
    ),
  );
  try {
    await sessions.with({ database }, async (owner) => {
      const made = runSqlFile(owner, await readSqlFile(ROOT, 'db/schema/00-locale.sql'));
      if (problem) await expect(made).rejects.toThrow(problem);
      else await made;
    });
  } finally {
    await sessions.admin((admin) => admin.script(`DROP DATABASE ${database}`));
  }
});
