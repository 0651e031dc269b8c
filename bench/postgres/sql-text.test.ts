import { describe, expect, it } from 'vitest';
import { excerpt, headerOf, splitStatements, withoutComments } from './sql-text.ts';

const texts = (sql: string) => splitStatements(sql, 'x.sql').map((s) => s.text);

describe('splitting SQL text', () => {
  it('splits at semicolons and drops comments between statements', () => {
    expect(texts('-- one\nSELECT 1;\n\n/* two; */ SELECT 2;\n-- end')).toEqual(['SELECT 1', 'SELECT 2']);
  });

  it('drops comments that hold others, and counts their lines', () => {
    const [first, ...more] = splitStatements('/* a; /* b; */\n c */ -- /*\nSELECT 1; /* /* */ */', 'x.sql');
    expect(first).toEqual({ text: 'SELECT 1', file: 'x.sql', line: 3 });
    expect(more).toEqual([]);
  });

  it.each([
    ["SELECT ';'", 'quotes'],
    ["SELECT E'\\';'", 'escape strings'],
    ['SELECT ";"', 'identifiers'],
    ['SELECT $$ ; $$', 'dollar quotes'],
    ['SELECT $a$ ; $$ ; $a$', 'tagged dollar quotes'],
    ['SELECT 1 /* ; /* ; */ ; */ + 1', 'nested comments'],
    ['SELECT 1 -- ;\n + 1', 'line comments'],
  ])('keeps the semicolon inside: %s (%s)', (sql) => {
    expect(texts(`${sql};SELECT 2`)).toEqual([sql, 'SELECT 2']);
  });

  it('tells the line a statement starts at', () => {
    const [, second] = splitStatements('SELECT 1;\n\n-- why\nSELECT 2;', 'x.sql');
    expect(second?.line).toBe(4);
  });
});

it.each([
  ['a /* b /* c */ d */ e -- f\ng', 'a   e  \ng'],
  ['a -- /*\nb', 'a  \nb'],
  ['a /* never', 'a  '],
])('comments are taken out of %j', (sql, left) => {
  expect(withoutComments(sql)).toBe(left);
});

describe('headers', () => {
  it('reads the facts at the head of a file only', () => {
    const sql = '--! title: Indexes\n-- text\n--! serves: a b\n--! serves: c\n\nSELECT 1;\n--! late: x\n';
    expect(headerOf(sql)).toEqual({
      title: { text: 'Indexes', line: 1 },
      serves: { text: 'a b c', line: 3 },
    });
  });
});

describe('the excerpt of an error', () => {
  it('shows the line with a caret under the place', () => {
    const statement = { text: 'SELECT a,\n  bb FROM t', file: 'x.sql', line: 10 };
    expect(excerpt(statement, 13)).toEqual({
      line: 11,
      text: '    10 | SELECT a,\n    11 |   bb FROM t\n           ^',
    });
  });
});
