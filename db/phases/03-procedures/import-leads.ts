import type { Database, ImportError, ImportResult, LeadInput } from '../../application.ts';
import { emailKey } from '../00-base/lead-input.ts';
import { storableJson } from '../00-base/storable.ts';

const IMPORT = `
  SELECT imported_count AS imported, updated_count AS updated, errors
  FROM fast_bulk_lead_import($1, $2::jsonb)`;

interface Imported {
  readonly imported: number;
  readonly updated: number;
  readonly errors: readonly ImportError[];
}

/** The whole import as one statement: all of it or nothing, so no budget can end it early. */
export async function importLeads(
  db: Database,
  workspaceId: string,
  leads: readonly LeadInput[],
): Promise<ImportResult> {
  const { rows } = await db.query<Imported>(IMPORT, [workspaceId, storableJson(leads)]);
  const { imported = 0, updated = 0, errors = [] } = rows[0] ?? {};
  return { imported, updated, errors, done: countDistinct(leads, errors) };
}

function countDistinct(leads: readonly LeadInput[], errors: readonly ImportError[]): number {
  const refused = new Set(errors.map((error) => error.position));
  const keys = new Set<string>();
  for (const [index, lead] of leads.entries()) {
    if (!refused.has(index + 1)) keys.add(emailKey(String(lead['email'])));
  }
  return keys.size;
}
