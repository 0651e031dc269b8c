import type { Database } from '../../application.ts';

/** One DELETE for all that is old; the statement names the table. */
export function expireFrom(table: 'email_sends' | 'email_sends_partitioned') {
  const sql = `
    WITH expired AS (DELETE FROM ${table} WHERE created_at < now() - make_interval(days => $1) RETURNING 1)
    SELECT count(*)::int AS removed FROM expired`;
  return async (db: Database, days: number): Promise<number> => {
    const { rows } = await db.query<{ removed: number }>(sql, [days]);
    return rows[0]?.removed ?? 0;
  };
}
