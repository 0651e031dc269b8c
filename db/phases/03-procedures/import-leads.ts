import type { Database, ImportError, ImportResult, LeadInput } from '../../application.ts';
import { MOST_ERRORS } from '../00-base/import-leads.ts';
import { checkLead, emailKey } from '../00-base/lead-input.ts';
import { storableJson } from '../00-base/storable.ts';

const IMPORT = `
  SELECT imported_count AS imported, updated_count AS updated, errors
  FROM fast_bulk_lead_import($1, $2::jsonb)`;

const DEADLOCK = '40P01';
/** What a statement meets in a transaction that has failed. */
const ABORTED = '25P02';
const ATTEMPTS = 3;

interface Imported {
  readonly imported: number;
  readonly updated: number;
  readonly errors: readonly ImportError[];
}

/** The whole import as one statement: all of it or nothing, so no budget can end it early, and it can be repeated. */
export async function importLeads(
  db: Database,
  workspaceId: string,
  leads: readonly LeadInput[],
): Promise<ImportResult> {
  const values = [workspaceId, storableJson(leads)];
  const { rows } = await retryDeadlock(() => db.query<Imported>(IMPORT, values));
  const { imported = 0, updated = 0, errors = [] } = rows[0] ?? {};
  return { imported, updated, errors, done: countDistinct(leads, errors) };
}

/**
 * Imports take their locks in one order and never wait for each other in a circle; others of the application may lock
 * leads in another. PostgreSQL then ends one of the two: the work is undone, and done again. Within a transaction of
 * the caller's nothing can be done again, and the caller gets the deadlock.
 */
async function retryDeadlock<T>(work: () => Promise<T>): Promise<T> {
  let deadlock: unknown;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (sqlState(error) === ABORTED && deadlock !== undefined) throw deadlock;
      if (sqlState(error) !== DEADLOCK || attempt === ATTEMPTS) throw error;
      deadlock = error;
    }
  }
}

function sqlState(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function countDistinct(leads: readonly LeadInput[], errors: readonly ImportError[]): number {
  const refused = new Set(errors.map((error) => error.position));
  // What comes after the last error that was named may be another.
  const isNamed = errors.length < MOST_ERRORS;
  const keys = new Set<string>();
  for (const [index, lead] of leads.entries()) {
    if (refused.has(index + 1) || (!isNamed && typeof checkLead(lead) === 'string')) continue;
    keys.add(emailKey(String(lead['email'])));
  }
  return keys.size;
}
