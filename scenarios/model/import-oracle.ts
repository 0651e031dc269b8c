import type { Answer, Fixtures } from 'mailgenius-bench';
import { canonicalLine, unorderedDigest } from 'mailgenius-bench/digest';
import type { LeadInput } from '../../db/application.ts';
import { type Json, jsonbText } from '../../fixtures/model/copy-format.ts';
import { type Lead, leadAt } from '../../fixtures/model/lead.ts';
import type { ImportFile } from './import-file.ts';

/** What an import decides about a lead: everything but its ids and times. */
export type Imported = Pick<Lead, 'email' | 'name' | 'phone' | 'company' | 'position' | 'tags'> & {
  readonly source: string;
  readonly status: string;
  readonly custom_fields: Readonly<Record<string, Json>>;
};

/** A lead that takes part in an import, with its place in the file. */
export interface Collapsed {
  readonly row: number;
  readonly input: LeadInput;
}

/** Figures of a finished import. */
export interface ImportCounts {
  readonly imported: number;
  readonly updated: number;
  /** Positions of the invalid rows, counted from 1. */
  readonly errors: readonly number[];
}

/** The valid leads of a file, each by its last occurrence and in the order of these. */
export function collapse({ leads, rows }: ImportFile): Collapsed[] {
  const last = new Map<number, LeadInput>();
  leads.forEach((input, place) => {
    const row = rows[place] ?? -1;
    if (row < 0) return;
    last.delete(row);
    last.set(row, input);
  });
  return [...last].map(([row, input]) => ({ row, input }));
}

/** The e-mail of an input as it is compared. */
export function emailKey(input: LeadInput): string {
  return String(input['email']).trim().toLowerCase();
}

/** What a lead is after an import; `base` is the lead before, null for a new one. */
export function merged(input: LeadInput, base: Imported | null): Imported {
  const given = givenOf(input);
  return {
    email: base?.email ?? emailKey(input),
    name: given.name ?? base?.name ?? null,
    phone: given.phone ?? base?.phone ?? null,
    company: given.company ?? base?.company ?? null,
    position: given.position ?? base?.position ?? null,
    source: base?.source ?? given.source ?? 'import',
    // An import never makes a lead active again that left.
    status:
      base !== null && base.status !== 'active' ? base.status : (given.status ?? base?.status ?? 'active'),
    tags: [...new Set([...(base?.tags ?? []), ...(given.tags ?? [])])],
    custom_fields: { ...base?.custom_fields, ...given.custom_fields },
  };
}

/** Only for inputs that are valid: each field has its type, or is absent. */
function givenOf(input: LeadInput): Partial<Imported> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as Partial<Imported>;
}

/** One lead as the answer's canonical line; `importedLine` in `import-100k.ts` is the same in SQL. */
export function importedLine(lead: Imported): string {
  const { email, name, phone, company, position, source, status, tags, custom_fields } = lead;
  return canonicalLine([
    email.toLowerCase(),
    name,
    phone,
    company,
    position,
    source,
    status,
    tags,
    jsonbText(custom_fields),
  ]);
}

/** The answer with, once the import is complete, its figures. */
export function importAnswer(leads: Answer, counts: ImportCounts | null): Answer {
  if (counts === null) return leads;
  const places = counts.errors.reduce((sum, position) => sum + position, 0);
  const figures = `imported=${counts.imported} updated=${counts.updated} errors=${counts.errors.length}/${places}`;
  return { digest: `${leads.digest} ${figures}`, rows: leads.rows };
}

/** What the import of a file must give, for its first `done` leads. */
export function expectedImport(file: ImportFile, done: number, fixtures: Fixtures): Answer {
  const collapsed = collapse(file);
  let [imported, updated] = [0, 0];
  const lines = collapsed.slice(0, done).map(({ row, input }) => {
    const base = row < fixtures.contacts ? leadAt(fixtures, row) : null;
    const line = importedLine(merged(input, base));
    if (base === null) imported += 1;
    else if (line !== importedLine(base)) updated += 1;
    return line;
  });
  const errors = file.rows.flatMap((row, place) => (row < 0 ? [place + 1] : []));
  return importAnswer(unorderedDigest(lines), done < collapsed.length ? null : { imported, updated, errors });
}
