import type { Database } from '../core/suite.ts';

/** A statement as it was sent. */
export interface Sent {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** Passes everything on to `db` and adds each statement to `sent`. */
export function recording(db: Database, sent: Sent[]): Database {
  return {
    query: (sql, values = []) => {
      sent.push({ sql, values });
      return db.query(sql, values);
    },
    prepared: (name, sql, values) => {
      sent.push({ sql, values });
      return db.prepared(name, sql, values);
    },
    copyIn: (sql, chunks) => {
      sent.push({ sql, values: [] });
      return db.copyIn(sql, chunks);
    },
    transaction: (work) => {
      sent.push({ sql: 'BEGIN', values: [] });
      return db.transaction(work);
    },
  };
}
