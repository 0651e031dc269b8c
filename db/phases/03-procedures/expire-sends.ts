import type { Database } from '../../application.ts';

const EXPIRE = 'SELECT cleanup_old_email_sends($1) AS removed';

/** Months that are past altogether are dropped, the rest is deleted. */
export async function expireSends(db: Database, days: number): Promise<number> {
  const { rows } = await db.query<{ removed: number }>(EXPIRE, [days]);
  return rows[0]?.removed ?? 0;
}
