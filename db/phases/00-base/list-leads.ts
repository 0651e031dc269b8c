import type { Cursor, Database, LeadFilter, LeadPage, LeadRow, Total } from '../../application.ts';
import { checkedTerm } from './long-text.ts';

/** What a list shows of a lead, in the order of `LeadRow`. */
export const LEAD_COLUMNS = 'id, email::text, name, company, status, source, tags, created_at';

const CAP = 10_000;

/** The SQL of lists and searches: a phase that needs another shape of the same question replaces `matches`. */
export interface LeadQueries {
  list(db: Database, page: LeadPage): Promise<readonly LeadRow[]>;
  count(db: Database, filter: LeadFilter, total: Total): Promise<number>;
}

/**
 * Lists and counts with a contains-search given as SQL over `$4`, a LIKE pattern. A filter that is
 * null disappears while the statement is planned, as every call is planned with its values.
 */
export function leadQueries(matches: string): LeadQueries {
  const where = `
    WHERE workspace_id = $1
      AND ($2::text IS NULL OR status = $2)
      AND ($3::text IS NULL OR source = $3)
      AND ($4::text IS NULL OR ${matches})`;
  const page = `SELECT ${LEAD_COLUMNS} FROM leads ${where} ORDER BY created_at DESC, id DESC LIMIT $5 OFFSET $6`;
  const exact = `SELECT count(*)::int AS total FROM leads ${where}`;
  const capped = `SELECT count(*)::int AS total FROM (SELECT FROM leads ${where} LIMIT ${CAP}) AS capped`;
  const estimated = `EXPLAIN (FORMAT JSON) SELECT FROM leads ${where}`;

  return {
    async list(db, { limit, page: number, ...filter }) {
      const { rows } = await db.query<LeadRow>(page, [...filterValues(filter), limit, (number - 1) * limit]);
      return rows;
    },
    async count(db, filter, total) {
      if (total === 'estimated') {
        const { rows } = await db.query<Explained>(estimated, filterValues(filter));
        return rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
      }
      const sql = total === 'capped' ? capped : exact;
      const { rows } = await db.query<{ total: number }>(sql, filterValues(filter));
      return rows[0]?.total ?? 0;
    },
  };
}

interface Explained {
  readonly 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[];
}

function filterValues(filter: LeadFilter & { readonly after?: Cursor | null }): readonly unknown[] {
  const { workspaceId, status, source, term } = filter;
  return [
    workspaceId,
    status ?? null,
    source ?? null,
    term === undefined ? null : containsPattern(checkedTerm(term)),
  ];
}

/** A LIKE pattern for "contains `text`": its `%`, `_` and `\` stand for themselves. */
export function containsPattern(text: string): string {
  return `%${escapeLike(text)}%`;
}

/** `text` as a LIKE pattern that matches it alone. */
export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
