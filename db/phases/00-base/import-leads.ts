import type { Budget, Database, ImportError, ImportResult, LeadInput } from '../../application.ts';
import { checkLead, emailKey, type ValidLead } from './lead-input.ts';

const COMMIT_EVERY = 1_000;
/** How many errors an import names, also in the database's functions: a JSON value could not hold millions. */
export const MOST_ERRORS = 100_000;

/** What an import does to a lead that exists is written once more, for sets, in `fast_bulk_lead_import`. */
const UPSERT = `
  INSERT INTO leads AS lead
    (workspace_id, email, name, phone, company, position, source, status, tags, custom_fields)
  VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, 'import'), coalesce($8, 'active'),
          coalesce($9::text[], '{}'), coalesce($10::jsonb, '{}'))
  ON CONFLICT (workspace_id, email) DO UPDATE SET
    name = coalesce(excluded.name, lead.name),
    phone = coalesce(excluded.phone, lead.phone),
    company = coalesce(excluded.company, lead.company),
    position = coalesce(excluded.position, lead.position),
    status = CASE lead.status WHEN 'active' THEN excluded.status ELSE lead.status END,
    tags = lead.tags || ARRAY(SELECT tag FROM unnest(excluded.tags) WITH ORDINALITY AS added (tag, place)
                              WHERE tag <> ALL (lead.tags) ORDER BY place),
    custom_fields = lead.custom_fields || excluded.custom_fields
  WHERE coalesce(excluded.name, lead.name) IS DISTINCT FROM lead.name
     OR coalesce(excluded.phone, lead.phone) IS DISTINCT FROM lead.phone
     OR coalesce(excluded.company, lead.company) IS DISTINCT FROM lead.company
     OR coalesce(excluded.position, lead.position) IS DISTINCT FROM lead.position
     OR (lead.status = 'active' AND excluded.status <> 'active')
     OR (excluded.tags <> lead.tags AND NOT excluded.tags <@ lead.tags)
     OR lead.custom_fields || excluded.custom_fields <> lead.custom_fields
  -- A row version nobody has replaced or locked yet was inserted just now.
  RETURNING xmax = 0 AS inserted`;

/** One upsert per lead, as the application did it; commits every 1,000 leads. */
export async function importLeads(
  db: Database,
  workspaceId: string,
  inputs: readonly LeadInput[],
  budget: Budget,
): Promise<ImportResult> {
  const { leads, errors } = collapse(inputs);
  const counts = { imported: 0, updated: 0, done: 0 };
  while (counts.done < leads.length && !budget.spent()) {
    const chunk = leads.slice(counts.done, counts.done + COMMIT_EVERY);
    await db.transaction(() => upsertEach(db, workspaceId, chunk, budget, counts));
  }
  return { ...counts, errors };
}

/** Valid leads in the order of their last valid occurrence, and the errors of the others. */
function collapse(inputs: readonly LeadInput[]): { leads: ValidLead[]; errors: ImportError[] } {
  const latest = new Map<string, ValidLead>();
  const errors: ImportError[] = [];
  for (const [index, input] of inputs.entries()) {
    const checked = checkLead(input);
    if (typeof checked === 'string') {
      if (errors.length < MOST_ERRORS) errors.push({ position: index + 1, reason: checked });
      continue;
    }
    const key = emailKey(checked.email);
    latest.delete(key); // a map keeps the place of the first; an import goes by the last
    latest.set(key, checked);
  }
  return { leads: [...latest.values()], errors };
}

async function upsertEach(
  db: Database,
  workspaceId: string,
  leads: readonly ValidLead[],
  budget: Budget,
  counts: { imported: number; updated: number; done: number },
): Promise<void> {
  for (const lead of leads) {
    if (budget.spent()) return;
    const { rows } = await db.prepared<{ inserted: boolean }>('import_lead', UPSERT, [
      workspaceId,
      lead.email,
      lead.name,
      lead.phone,
      lead.company,
      lead.position,
      lead.source,
      lead.status,
      lead.tags,
      lead.customFields,
    ]);
    const written = rows[0];
    if (written?.inserted === true) counts.imported += 1;
    if (written?.inserted === false) counts.updated += 1;
    counts.done += 1;
  }
}
