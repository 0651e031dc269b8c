import pg from 'pg';
import { expect, inject, test } from 'vitest';
import { withState } from '../../test/database.ts';
import { type Session, sqlState } from './session.ts';

const nameOf = async (session: Session) =>
  String((await session.query('SELECT current_database() AS name')).rows[0]?.['name']);

/** Works with a session, and with the driver's own client of the same database. */
function beside(work: (session: Session, driver: pg.Client) => Promise<void>): Promise<void> {
  return withState('base', async ({ owner }) => {
    const { host, port, user, password } = inject('server').endpoint;
    const driver = new pg.Client({ host, port, user, password, database: await nameOf(owner) });
    await driver.connect();
    try {
      await work(owner, driver);
    } finally {
      await driver.end();
    }
  });
}

test.each([
  [
    'types',
    `SELECT 1 AS a, 2.5::numeric AS b, 'x' AS c, true AS d, NULL::text AS e, '{1,2}'::int[] AS f`,
    [],
  ],
  ['times', `SELECT '2026-01-02'::date AS a, '2026-01-02 03:04:05.678+02'::timestamptz AS b`, []],
  [
    'documents',
    `SELECT '{"a": [1, null]}'::jsonb AS a, '{a,"b c",NULL}'::text[] AS b, '\\x00ff'::bytea AS c`,
    [],
  ],
  ['many rows', 'SELECT n, n::text AS t FROM generate_series(1, 3000) AS n', []],
  ['no rows', 'SELECT 1 AS a WHERE false', []],
  ['no columns', 'SELECT FROM generate_series(1, 3)', []],
  ['one name twice', 'SELECT 1 AS a, 2 AS a', []],
  ['texts and numbers', 'SELECT $1::text AS a, $2::int AS b, $3::boolean AS c', ['ünïcode \\ "', 7, false]],
  [
    'nothing and dates',
    'SELECT $1::text AS a, $2::timestamptz AS b',
    [null, new Date('2026-02-03T04:05:06Z')],
  ],
  [
    'arrays',
    'SELECT $1::text[] AS a, $2::int[] AS b',
    [
      ['a', 'b,"c', null],
      [1, 2],
    ],
  ],
  ['objects', 'SELECT $1::jsonb AS a, $2::bytea AS b', [{ a: [1, 'x'] }, Buffer.from([0, 255])]],
  ['changed rows', 'UPDATE workspaces SET name = name', []],
  ['a command', 'SET work_mem = 1024', []],
  ['nothing at all', '', []],
])('%s come as from the driver, planned anew or prepared', (_, sql, values) =>
  beside(async (session, driver) => {
    const { rows, rowCount } = await driver.query(sql, [...values] as unknown[]);
    const expected = { rows, rowCount: rowCount ?? rows.length };
    expect(await session.query(sql, values)).toEqual(expected);
    for (let i = 0; i < 3; i += 1) expect(await session.prepared('same', sql, values)).toEqual(expected);
  }),
);

test('counts stay numbers, and of several statements the last one answers', () =>
  withState('base', async ({ owner }) => {
    expect((await owner.query('SELECT count(*) AS n FROM workspaces')).rows).toEqual([{ n: 0 }]);
    expect((await owner.query('SELECT 1 AS a; SELECT 2 AS b')).rows).toEqual([{ b: 2 }]);
  }));

test('after an error the session goes on, also with the statement that failed', () =>
  withState('base', async ({ owner }) => {
    const divide = (by: number) => owner.prepared('divide', 'SELECT 6 / $1::int AS n', [by]);
    for (const by of [0, 2, 0, 3]) {
      const found = await divide(by).catch((error: unknown) => sqlState(error));
      expect(found).toEqual(by === 0 ? '22012' : { rows: [{ n: 6 / by }], rowCount: 1 });
    }
    await expect(owner.prepared('wrong', 'SELECT nothing', [])).rejects.toMatchObject({ code: '42703' });
    expect((await owner.prepared('wrong', 'SELECT 1 AS one', [])).rows).toEqual([{ one: 1 }]);
  }));

test('a name stands for one statement', () =>
  withState('base', async ({ owner }) => {
    await owner.prepared('one', 'SELECT 1', []);
    await expect(owner.prepared('one', 'SELECT 2', [])).rejects.toThrow(
      /prepared another statement as "one"/,
    );
    expect((await owner.query('SELECT 3 AS a')).rows).toEqual([{ a: 3 }]);
  }));

test('what cannot be written is refused before anything is sent', () =>
  withState('base', async ({ owner }) => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    await expect(owner.query('SELECT $1::jsonb', [circle])).rejects.toThrow(/circular/);
    await expect(owner.query('COPY workspaces FROM STDIN')).rejects.toMatchObject({ code: '57014' });
    expect((await owner.query('SELECT 3 AS a')).rows).toEqual([{ a: 3 }]);
  }));

test('statements of one session wait for each other, and all end with their connection', () =>
  withState('base', async ({ connect }) => {
    const session = await connect();
    const answers = [1, 2, 3].map((n) => session.prepared('echo', 'SELECT $1::int AS n', [n]));
    expect((await Promise.all(answers)).map(({ rows }) => rows)).toEqual([
      [{ n: 1 }],
      [{ n: 2 }],
      [{ n: 3 }],
    ]);
    const [sleeping, waiting] = [session.query('SELECT pg_sleep(60)'), session.query('SELECT 1')];
    const ends = [sleeping, waiting].map((one) => expect(one).rejects.toThrow());
    session.destroy();
    await Promise.all(ends);
  }));
