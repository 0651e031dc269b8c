import { expect, test } from 'vitest';
import { indexKeys } from './index-keys.ts';

// Conditions as PostgreSQL 15 and 18 write them.
test.each([
  ["(email = 'a@b.c'::citext)", 'email'],
  ["((workspace_id = '0000'::uuid) AND (email = $2))", 'workspace_id, email'],
  ['((workspace_id = $1) AND (status = ANY (\'{active,"on hold"}\'::text[])))', 'workspace_id, status'],
  ["(ROW(created_at, id) < ROW('2026-01-01'::date, $3))", 'ROW(created_at, id)'],
  [
    "((reverse(lower((email)::text)) ~>=~ 'moc'::text) AND (reverse(lower((email)::text)) ~<~ 'mod'::text))",
    'reverse(lower((email)::text))',
  ],
  ['((workspace_id = $1) AND (deleted_at IS NULL))', 'workspace_id, deleted_at'],
  ["((name = 'it''s (a) AND (b'::text) AND (age > 3))", 'name, age'],
])('%s goes by %s', (condition, keys) => expect(indexKeys(condition)).toBe(keys));

test('a scan of a whole index goes by nothing', () => expect(indexKeys(undefined)).toBeNull());
