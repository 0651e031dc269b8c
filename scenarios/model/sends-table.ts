import type { Database } from 'mailgenius-bench';

export type SendsTable = 'email_sends' | 'email_sends_partitioned';

/** Where a state keeps its sends: a phase moves them to a partitioned table. */
export async function sendsTable(db: Database): Promise<SendsTable> {
  const sql = `SELECT to_regclass('email_sends_partitioned') IS NOT NULL AS "isPartitioned"`;
  const { rows } = await db.query<{ isPartitioned: boolean }>(sql);
  return rows[0]?.isPartitioned ? 'email_sends_partitioned' : 'email_sends';
}
