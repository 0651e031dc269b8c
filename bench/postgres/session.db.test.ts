import { describe, expect, it } from 'vitest';
import { withState } from '../../test/database.ts';
import { createDatabase, dropDatabase, mark, markerOf, ourDatabases } from './databases.ts';
import { sqlState } from './session.ts';
import { readSqlFile, runSqlFile } from './sql-file.ts';

const TOY = new URL('../../test/toy-suite', import.meta.url).pathname;

describe('a session', () => {
  it('copies rows in, whatever the chunks', async () => {
    await withState('base', async ({ owner }) => {
      await owner.script('CREATE TABLE t (a int, b text)');
      expect(await owner.copyIn('COPY t FROM STDIN', ['1\to', 'ne\n2', '\ttwo\n'])).toBe(2);
      expect((await owner.query('SELECT * FROM t ORDER BY a')).rows).toEqual([
        { a: 1, b: 'one' },
        { a: 2, b: 'two' },
      ]);
    });
  });

  it('rejects a COPY that the server refuses, and others go on', async () => {
    await withState('base', async ({ owner, connect }) => {
      await owner.script('CREATE TABLE t (a int)');
      const other = await connect();
      await expect(other.copyIn('COPY t FROM STDIN', ['x\n'])).rejects.toThrow(/invalid input syntax/);
      await other.close();
      expect((await owner.query('SELECT count(*) AS n FROM t')).rows).toEqual([{ n: 0 }]);
    });
  });

  it('rolls a transaction back when its work fails', async () => {
    await withState('base', async ({ owner }) => {
      await owner.script('CREATE TABLE t (a int)');
      const failing = owner.transaction(async () => {
        await owner.query('INSERT INTO t VALUES (1)');
        throw new Error('enough');
      });
      await expect(failing).rejects.toThrow('enough');
      expect((await owner.query('SELECT count(*) AS n FROM t')).rows).toEqual([{ n: 0 }]);
    });
  });

  it('tells the SQLSTATE of what the server refuses', async () => {
    await withState('base', async ({ owner }) => {
      const error = await owner.query('SELECT 1/0').catch((cause: unknown) => cause);
      expect(sqlState(error)).toBe('22012');
      expect(sqlState(new Error('ours'))).toBeNull();
    });
  });
});

describe('SQL files', () => {
  it('run statement by statement, included files in place', async () => {
    await withState('base', async ({ owner }) => {
      await owner.script('CREATE TABLE items (id int, name text)');
      const steps = await runSqlFile(owner, await readSqlFile(TOY, 'db/phases/02-batch/up.sql'));
      expect(steps.map(({ file, line }) => `${file}:${line}`)).toEqual([
        'db/phases/02-batch/add-items.sql:1',
      ]);
      expect((await owner.query(`SELECT add_items('{a,b}') AS n`)).rows).toEqual([{ n: 2 }]);
    });
  });
});

describe('databases of ours', () => {
  it('carry a marker, and count as drafts until they do', async () => {
    await withState('base', async ({ owner }) => {
      const name = 'bench_work_marker';
      await createDatabase(owner, name);
      expect(await ourDatabases(owner)).toContain(name);
      expect(await markerOf(owner, name)).toBeNull();
      await mark(owner, name, { purpose: 'work', facts: { quote: "it's" } });
      expect(await markerOf(owner, name)).toEqual({ purpose: 'work', facts: { quote: "it's" } });
      await dropDatabase(owner, name);
      expect(await ourDatabases(owner)).not.toContain(name);
    });
  });
});
