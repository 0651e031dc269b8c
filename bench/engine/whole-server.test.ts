import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Sessions } from '../postgres/sessions.ts';
import { splitStatements } from '../postgres/sql-text.ts';
import { planRun } from './plan.ts';
import { withSides } from './sides.ts';
import { loadSuite, type Suite } from './suite-folder.ts';
import { requireSameRoles } from './whole-server.ts';

const toys = await loadSuite(path.resolve(import.meta.dirname, '../../test/toy-suite'));

/** The toy suite with another file of statements in its schema. */
function suiteWith(text: string): Suite {
  const file = { name: 'own.sql', header: {}, text, statements: splitStatements(text, 'own.sql') };
  return { ...toys, schema: [...toys.schema, file] };
}

const refused = { name: 'BENCH-GATE-ROLES' };

describe('what only one side does to the whole server is refused', () => {
  it.each([
    'ALTER ROLE toy_app SET enable_indexscan = off',
    'alter user toy_app\n  set work_mem = 1',
    'ALTER ROLE ALL RESET work_mem',
    'ALTER ROLE toy_app BYPASSRLS',
    `DO $$ BEGIN EXECUTE format('ALTER ROLE %I SET %s', 'toy_app', 'work_mem = 1'); END $$`,
    'CREATE ROLE another IN ROLE toy_app',
    'DROP ROLE another',
    'GRANT pg_read_all_data TO toy_app',
    'REVOKE ADMIN OPTION FOR another FROM toy_app',
    'GRANT SELECT ON items TO toy_app; GRANT another TO toy_app',
    `ALTER SYSTEM SET work_mem = '8MB'`,
  ])('%s', (sql) => {
    expect(() => requireSameRoles(toys, suiteWith(sql))).toThrow(expect.objectContaining(refused));
    expect(() => requireSameRoles(suiteWith(sql), toys)).toThrow(expect.objectContaining(refused));
  });

  it('with the statement', () =>
    expect(() => requireSameRoles(toys, suiteWith('-- quick\nALTER ROLE toy_app\n SET a.b = 1;'))).toThrow(
      /whole server, .*: ALTER ROLE toy_app SET a\.b = 1$/,
    ));

  it('also where a phase does it, before anything is built', async () => {
    const [up] = suiteWith('ALTER ROLE toy_app NOINHERIT').schema.slice(-1);
    const [base, first] = toys.states;
    if (!up || !base || !first?.phase) throw new Error('the toy suite has phases');
    const head = { ...toys, states: [base, { ...first, phase: { ...first.phase, up } }] };
    const plan = planRun(head, {
      scenarios: [],
      states: null,
      profile: 'smoke',
      contacts: null,
      seed: 1,
      orderSeed: 1,
    });
    const sides = [
      { name: 'base', title: 'before', suite: { ...head, states: [base] } },
      { name: 'head', title: 'after', suite: head },
    ] as const;
    const sessions = new Sessions({ host: '/nowhere', port: 1, user: '', password: '' }, 'bench-test');
    const setup = { sessions, emit: () => undefined, build: '' };
    await expect(withSides(setup, plan, sides, () => Promise.resolve())).rejects.toMatchObject(refused);
  });
});

describe('what stays is', () => {
  it.each([
    ['the same on both sides', 'ALTER ROLE toy_app SET work_mem = 1', 'ALTER ROLE toy_app SET work_mem = 1'],
    ['said in other words', 'ALTER ROLE a /* b */ SET c = 1', 'ALTER  ROLE a\nSET c = 1 -- why'],
    ['of one database', '', `ALTER ROLE toy_app IN DATABASE toys SET work_mem = '64MB'`],
    ['of one database', '', 'ALTER DATABASE toys SET enable_indexscan = off'],
    ['rights on a table', '', 'GRANT SELECT ON items TO toy_app; REVOKE ALL ON items FROM PUBLIC'],
    ['rights that come as text', '', `DO $$ BEGIN EXECUTE format('GRANT %s TO %I', a, b); END $$`],
    ['a mapping', '', 'CREATE USER MAPPING FOR toy_app SERVER other; ALTER USER MAPPING FOR a SERVER b'],
    ['a comment', '', '-- whoever may GRANT roles TO others\nSELECT 1 /* DROP ROLE toy_app */'],
  ])('%s', (_, before, after) => {
    expect(() => requireSameRoles(suiteWith(before), suiteWith(after))).not.toThrow();
  });
});
