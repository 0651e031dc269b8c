import type { RefreshRecord } from '../core/state-record.ts';
import type { Session } from '../postgres/session.ts';
import { runStatement } from '../postgres/sql-file.ts';

/** Only a unique index of whole rows and plain columns lets a view be refreshed while it is read (CREATE INDEX's manual). */
const VIEWS = `
  SELECT c.relname AS view, c.oid::regclass::text AS name, EXISTS (
    SELECT FROM pg_index
    WHERE indrelid = c.oid AND indisunique AND indisvalid AND indpred IS NULL AND indexprs IS NULL
  ) AS concurrently
  FROM pg_class AS c
  WHERE c.relkind = 'm' AND c.relispopulated
  ORDER BY c.relname`;

/** What a refresh of each materialized view takes, its rows being as they are: concurrently where it can be. Rolled back. */
export async function timeRefreshes(session: Session): Promise<RefreshRecord[]> {
  const { rows } = await session.query<{ view: string; name: string; concurrently: boolean }>(VIEWS);
  const refreshes: RefreshRecord[] = [];
  for (const { view, name, concurrently } of rows) {
    const text = `REFRESH MATERIALIZED VIEW ${concurrently ? 'CONCURRENTLY ' : ''}${name}`;
    await session.script('BEGIN');
    const { ms, walBytes } = await runStatement(session, { text, file: 'refresh', line: 1 });
    await session.script('ROLLBACK');
    refreshes.push({ view, ms, walBytes });
  }
  return refreshes;
}
