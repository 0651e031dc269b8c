import { describe, expect, it } from 'vitest';
import { pullRequests } from '../../test/pull-requests.ts';

const INDEX = 'db/phases/01-name-index/up.sql';
const APP = 'db/phases/00-base/app.ts';

const { repository, gate, gateSince } = await pullRequests();

describe('with --changed', () => {
  const leftOut = (stdout: string) =>
    JSON.parse(stdout).touched.flatMap(
      ({ scenario, through }: { scenario: string; through: string[] | null }) =>
        through === null ? [scenario] : [],
    );

  it('a comment reaches nothing: nothing is measured, and the gate passes', async () => {
    await repository.edit(INDEX, (sql) => `-- The same, in other words.\n${sql}`);
    const { code, stdout, stderr } = await gate('--changed', '--json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'passed', comparisons: [] });
    expect(leftOut(stdout)).toEqual(['add', 'find']);
  });

  it('an index reaches whoever uses its table, and is judged as ever', async () => {
    await repository.write('db/phases/02-tidy/up.sql', '--! title: Tidy up\nDROP INDEX items_name;\n');
    const { code, stdout, stderr } = await gate('--changed');
    expect(code, stderr).toBe(99);
    expect(stdout).toMatch(/^reached by the change\n {2}add: by items\n {2}find: by items$/m);
  });

  it('a module reaches the scenario that imports it', async () => {
    await repository.edit('scenarios/find.ts', (text) => `// In other words.\n${text}`);
    const { code, stdout, stderr } = await gate('--changed', '--json');
    expect(code, stderr).toBe(0);
    expect(leftOut(stdout)).toEqual(['add']);
    const { comparisons } = JSON.parse(stdout);
    expect(new Set(comparisons.map(({ scenario }: { scenario: string }) => scenario))).toEqual(
      new Set(['find']),
    );
  });

  it('a module outside the suite, or named as JavaScript, reaches the scenario that imports it', async () => {
    await repository.write('lib/größe.ts', 'export const SIZE = 1;\n');
    await repository.edit('scenarios/find.ts', (text) => `import '../lib/größe.js';\n${text}`);
    await repository.commitOn('with-library');
    await repository.edit('lib/größe.ts', (text) => `${text}export const MORE = 2;\n`);
    const { stdout, stderr } = await gateSince('with-library', '--changed', '--json');
    expect(leftOut(stdout), stderr).toEqual(['add']);
  });

  it('what may be behind an alias reaches the scenario that imports it', async () => {
    await repository.write('lib/size.ts', 'export const SIZE = 1;\n');
    await repository.edit('package.json', (text) =>
      text.replace('{', '{ "imports": { "#size": "./lib/size.ts" },'),
    );
    await repository.edit('scenarios/find.ts', (text) => `import '#size';\n${text}`);
    await repository.commitOn('with-alias');
    await repository.edit('lib/size.ts', () => 'export const SIZE = 2;\n');
    const { stdout, stderr } = await gateSince('with-alias', '--changed', '--json');
    expect(leftOut(stdout), stderr).toEqual(['add']);
  });

  it('a view reaches who executes it by a name that is put together', async () => {
    const call = `"SELECT list_from('items', $1) AS id"`;
    const view = (where: string) => `--! title: A view
CREATE VIEW v_items AS SELECT id, name FROM items WHERE ${where};
GRANT SELECT ON v_items TO planted_app;
CREATE FUNCTION list_from(kind text, wanted text) RETURNS SETOF integer LANGUAGE plpgsql AS $$
BEGIN RETURN QUERY EXECUTE format('SELECT id FROM %I WHERE name = $1 ORDER BY id', 'v_' || kind) USING wanted; END $$;
`;
    await repository.write('db/phases/02-view/up.sql', view('true'));
    await repository.edit(APP, (text) =>
      text.replace("'SELECT id FROM items WHERE name = $1 ORDER BY id'", () => call),
    );
    await repository.commitOn('with-view');
    await repository.write('db/phases/02-view/up.sql', view('id <> 505'));
    const { code, stdout, stderr } = await gateSince('with-view', '--changed');
    expect(code, stderr).toBe(7);
    expect(stdout).toMatch(/^reached by the change\n {2}find: by v_items$/m);
  });

  it('SQL that the application reads by itself reaches every scenario', async () => {
    await repository.write('db/queries/find.sql', 'SELECT 1');
    const read = (text: string) => `import 'node:fs';\n${text}`;
    await repository.edit(APP, read);
    await repository.commitOn('with-queries');
    await repository.write('db/queries/find.sql', 'SELECT 2');
    const { stdout, stderr } = await gateSince('with-queries', '--changed', '--json');
    expect(leftOut(stdout), stderr).toEqual([]);
  });

  it('a file of data beside the code reaches every scenario', async () => {
    await repository.write('fixtures/names.json', '["ann"]\n');
    const { stdout, stderr } = await gate('--changed', '--json');
    expect(leftOut(stdout), stderr).toEqual([]);
  });

  it('the application reaches every scenario', async () => {
    await repository.edit(APP, (text) => `// In other words.\n${text}`);
    const { code, stdout, stderr } = await gate('--changed', '--json');
    expect(code, stderr).toBe(0);
    expect(leftOut(stdout)).toEqual([]);
  });
});
