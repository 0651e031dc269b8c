import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Definitions, pathToChange, type Use } from '../core/dependencies.ts';
import { hasStatementCounters } from '../postgres/counters.ts';
import { dropDatabase } from '../postgres/databases.ts';
import { readDefinitions } from '../postgres/definitions.ts';
import { Sessions } from '../postgres/sessions.ts';
import { inCopy } from './measure.ts';
import { type Plan, planRun } from './plan.ts';
import { haveStates, type StateDatabase } from './states.ts';
import { loadSuite } from './suite-folder.ts';
import { useOf } from './touched.ts';

let sessions: Sessions;
let plan: Plan;
let states: readonly StateDatabase[];
let last: StateDatabase;
let before: Definitions;
const uses = new Map<string, Use>();

beforeAll(async () => {
  sessions = new Sessions(inject('server').endpoint, 'bench-test');
  await sessions.admin(hasStatementCounters);
  const suite = await loadSuite(path.resolve(import.meta.dirname, '../..'));
  const wishes = {
    scenarios: [],
    states: null,
    profile: 'smoke',
    contacts: 600,
    seed: 1,
    orderSeed: 1,
  };
  plan = planRun(suite, wishes);
  const { fixtures, tables, chain } = plan;
  ({ states } = await haveStates(
    sessions,
    { suite, fixtures, tables, chain, build: `test ${process.pid}` },
    () => undefined,
  ));
  last = states.at(-1) as StateDatabase;
  before = await sessions.with({ database: last.database }, readDefinitions);
  const bench = { sessions, config: suite.config, fixtures, profile: plan.profile, counts: false };
  for (const scenario of plan.scenarios) uses.set(scenario.name, await useOf(bench, plan, scenario, last));
});

afterAll(() =>
  sessions.admin(async (admin) => {
    for (const database of new Set(states.map((state) => state.database)))
      await dropDatabase(admin, database);
  }),
);

/** The scenarios that a change of the last state reaches. */
async function reached(sql: string): Promise<string[]> {
  return reachedBy(await definitionsAfter(sql));
}

function definitionsAfter(sql: string): Promise<Definitions> {
  return inCopy(sessions, last, async (database) => {
    const settings = { default_transaction_read_only: 'off' };
    await sessions.with({ database, settings }, (owner) => owner.script(sql));
    return sessions.with({ database }, readDefinitions);
  });
}

function reachedBy(after: Definitions): string[] {
  return [...uses]
    .flatMap(([name, use]) => (pathToChange(use, [before, after]) === null ? [] : [name]))
    .sort();
}

/** With something of this name being another thing. */
function changed(name: string): Definitions {
  const was = before.objects.get(name) ?? { text: '', reads: '', writes: '' };
  return { ...before, objects: new Map(before.objects).set(name, { ...was, text: `${was.text} changed` }) };
}

describe('what a scenario depends on', () => {
  test('is all that the server saw it use, found from its statements alone', () => {
    for (const [scenario, use] of uses) {
      expect(use.statements.length, scenario).toBeGreaterThan(0);
      expect(use.observed.length, scenario).toBeGreaterThan(0);
      const missed = use.observed.filter(
        (name) => pathToChange({ ...use, executed: [], observed: [] }, [before, changed(name)]) === null,
      );
      expect(missed, scenario).toEqual([]);
    }
  });

  test('is the same when the state is read twice', async () => {
    expect(await sessions.with({ database: last.database }, readDefinitions)).toEqual(before);
  });
});

const READERS_OF_LEADS = ['lead-list', 'lead-lookup', 'lead-search', 'row-security', 'segmentation'];
const ALL_OF_LEADS = [...READERS_OF_LEADS, 'import-100k', 'schedule-1m'];

describe('a change reaches the scenarios that depend on it', () => {
  test.each([
    ['an index dropped', 'DROP INDEX idx_leads_search', ALL_OF_LEADS],
    ['an index added', 'CREATE INDEX ON leads (phone)', ALL_OF_LEADS],
    ['rows changed', `UPDATE leads SET phone = phone`, ALL_OF_LEADS],
    ['statistics of a column', 'ALTER TABLE leads ALTER COLUMN phone SET STATISTICS 7', ALL_OF_LEADS],
    ['storage', 'ALTER TABLE leads SET (fillfactor = 50)', ALL_OF_LEADS],
    ['a policy', 'ALTER POLICY workspace ON leads USING (true)', ALL_OF_LEADS],
    ['the order of its rows', 'CLUSTER leads USING leads_pkey', ALL_OF_LEADS],
    ['what the planner is told', 'ALTER TABLE leads ALTER COLUMN phone SET (n_distinct = 7)', ALL_OF_LEADS],
    ['rights to a column', 'GRANT SELECT (phone) ON leads TO PUBLIC', ALL_OF_LEADS],
    ['what replicas are sent', 'ALTER TABLE leads REPLICA IDENTITY FULL', ALL_OF_LEADS],
    [
      'a column without statistics',
      `DELETE FROM pg_statistic WHERE starelid = 'leads'::regclass`,
      ALL_OF_LEADS,
    ],
    ['coarse statistics', 'SET default_statistics_target = 1; ANALYZE leads', ALL_OF_LEADS],
  ])('%s', async (_, sql, expected) => {
    expect(await reached(sql)).toEqual(expect.arrayContaining(expected));
  });

  test('and no others: a function that imports call', async () => {
    const replaced = 'ALTER FUNCTION lead_import_fault(jsonb, text) COST 5';
    expect(await reached(replaced)).toEqual(['import-100k']);
  });

  test('and no others: an index of sends', async () => {
    const found = await reached('DROP INDEX email_sends_partitioned_lead_idx');
    expect(found).toEqual(expect.arrayContaining(['retention', 'schedule-1m']));
    for (const name of READERS_OF_LEADS) expect(found).not.toContain(name);
  });

  const sql = 'LANGUAGE sql IMMUTABLE RETURN';
  test.each([
    ['an operator', `CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = same_text)`],
    ['a cast', 'CREATE CAST (text AS money) WITH FUNCTION as_money'],
    ['a domain', 'CREATE DOMAIN short AS text CHECK (same_text(VALUE, VALUE))'],
    [
      'an ordering',
      `CREATE OPERATOR CLASS own FOR TYPE text USING btree AS FUNCTION 1 text_order(text, text)`,
    ],
  ])('a function behind %s, everybody', async (_, use) => {
    const made = `CREATE FUNCTION inner_text(text) RETURNS text ${sql} $1;
      CREATE FUNCTION same_text(text, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT inner_text($1) = $2';
      CREATE FUNCTION as_money(text) RETURNS money LANGUAGE sql IMMUTABLE AS 'SELECT inner_text($1)::numeric::money';
      CREATE FUNCTION text_order(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length(inner_text($1))';
      ${use};`;
    const changedSql = `CREATE OR REPLACE FUNCTION inner_text(text) RETURNS text ${sql} lower($1)`;
    const sides = await Promise.all([definitionsAfter(made), definitionsAfter(`${made} ${changedSql}`)]);
    const found = [...uses].flatMap(([name, one]) => (pathToChange(one, sides) === null ? [] : [name]));
    expect(found).toEqual([...uses.keys()]);
  });

  test('a function that an aggregate is made of, those who use it', async () => {
    const step = (body: string) =>
      `CREATE OR REPLACE FUNCTION step(int, int) RETURNS int LANGUAGE sql AS 'SELECT ${body}';`;
    const made = `${step('$1')} CREATE AGGREGATE collected(int) (SFUNC = step, STYPE = int);`;
    const sides = await Promise.all([definitionsAfter(made), definitionsAfter(`${made} ${step('$2')}`)]);
    const use = (statement: string): Use => ({
      statements: [statement],
      executed: [],
      observed: [],
      writes: false,
    });
    expect(pathToChange(use('SELECT collected(1)'), sides)).toEqual(['collected', 'step']);
    expect(pathToChange(use('SELECT count(1)'), sides)).toBeNull();
  });

  test('a sequence that numbers rows, those who write some', async () => {
    const numbered = 'ALTER TABLE audit_logs ADD COLUMN n int GENERATED BY DEFAULT AS IDENTITY';
    const sides = await Promise.all([
      definitionsAfter(numbered),
      definitionsAfter(`${numbered}; ALTER SEQUENCE audit_logs_n_seq CACHE 50`),
    ]);
    const found = [...uses].flatMap(([name, use]) => (pathToChange(use, sides) === null ? [] : [name]));
    expect(found).toContain('import-100k');
    for (const name of READERS_OF_LEADS) expect(found).not.toContain(name);
  });

  test('nobody, where it is a table of its own', async () => {
    expect(await reached('CREATE TABLE of_its_own (id int)')).toEqual([]);
  });

  test.each([
    [
      'a setting',
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 64', current_database()); END $$`,
    ],
    ['a type', `CREATE TYPE mood AS ENUM ('good')`],
    ['a cast', 'CREATE CAST (uuid AS bytea) WITH INOUT'],
    ['a dictionary', 'CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple)'],
    ['a text search', 'CREATE TEXT SEARCH CONFIGURATION plain (COPY = simple)'],
    ['a publication', 'CREATE PUBLICATION of_leads FOR TABLE leads'],
  ])('everybody: %s', async (_, sql) => {
    expect(await reached(sql)).toEqual([...uses.keys()].sort());
  });
});
