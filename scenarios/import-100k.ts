import { defineScenario, type Variant } from 'mailgenius-bench';
import { unorderedAnswer, unorderedSql } from 'mailgenius-bench/digest';
import type { Application, ImportResult, LeadInput } from '../db/application.ts';
import { arrayLiteral, copyField, type Json, jsonbText, NULL } from '../fixtures/model/copy-format.ts';
import { type ImportFile, type ImportShape, importFile } from './model/import-file.ts';
import { collapse, emailKey, expectedImport, importAnswer } from './model/import-oracle.ts';

interface Input extends ImportFile {
  /** E-mails of the leads that will be there afterwards, in the order in which they are worked off. */
  readonly emails: readonly string[];
  /** True where the same file was imported just before. */
  readonly isSecond: boolean;
}

export default defineScenario<Application, ImportShape, Input, ImportResult>({
  title: 'Import of leads',
  help: 'A file of 100,000 leads (5 % of small data) into the large workspace: all new, partly or wholly known, with faults.',
  claim: 'import-100k',
  unit: 'leads',
  writes: true,
  tables: ['workspaces', 'users', 'workspace_members', 'leads'],
  variants: () => VARIANTS,

  input: async (shape, { fixtures }) => {
    const file = importFile(fixtures, shape);
    const emails = collapse(file).map(({ input }) => emailKey(input));
    return { ...file, emails, isSecond: shape.identical };
  },

  async before({ app, db, input: { workspaceId, leads, isSecond }, budget }) {
    if (isSecond) await app.importLeads(db, workspaceId, leads, budget);
  },

  async run({ app, db, input: { workspaceId, leads, emails }, budget }) {
    const result = await app.importLeads(db, workspaceId, leads, budget);
    return { result, done: result.done, total: emails.length };
  },

  async answer({ input, outcome: { result, done, total }, owner }) {
    const { rows } = await owner.query<{ rows: number; sum: string | null }>(AFFECTED, [
      input.workspaceId,
      input.emails.slice(0, done),
    ]);
    const leads = unorderedAnswer(rows[0]?.rows ?? 0, rows[0]?.sum ?? null);
    if (done < total) return importAnswer(leads, null);
    const errors = result.errors.map(({ position }) => position);
    return importAnswer(leads, { imported: result.imported, updated: result.updated, errors });
  },

  oracle: expectedImport,
  floorTitle: 'COPY of the rows into a temporary table and one merge',

  async floor(db, { workspaceId, ...file }) {
    await db.query(SETTINGS);
    await db.query(STAGING);
    await db.copyIn(COPY_STAGING, stagingLines({ workspaceId, ...file }));
    await db.query(MERGE, [workspaceId]);
  },
});

const ALL_NEW: ImportShape = { existing: 0, identical: false, invalid: 0, repeats: 0 };

const VARIANTS: readonly Variant<ImportShape>[] = [
  { name: 'existing=0%', parameters: ALL_NEW, main: true },
  { name: 'existing=50%', parameters: { ...ALL_NEW, existing: 0.5 }, extra: true },
  { name: 'existing=100%', parameters: { ...ALL_NEW, existing: 1 } },
  { name: 'identical', parameters: { ...ALL_NEW, existing: 1, identical: true } },
  { name: 'invalid=1%', parameters: { ...ALL_NEW, existing: 0.5, invalid: 0.01 }, extra: true },
  { name: 'duplicates', parameters: { ...ALL_NEW, existing: 0.5, repeats: 0.1 }, extra: true },
];

/** `importedLine` of the oracle, in SQL. */
const LINE = `concat_ws(E'\\x1f', lower(lead.email::text), coalesce(lead.name, '\\N'), coalesce(lead.phone, '\\N'),
  coalesce(lead.company, '\\N'), coalesce(lead.position, '\\N'), lead.source, lead.status,
  lead.tags::text, lead.custom_fields::text)`;

const AFFECTED = `
  SELECT ${unorderedSql(LINE)}
  FROM unnest($2::text[]) AS wanted (email)
  JOIN leads AS lead ON lead.workspace_id = $1 AND lead.email = wanted.email::citext`;

/** As in the function: entries of GIN indexes go in by large batches. */
const SETTINGS = `
  SELECT set_config('work_mem', '128MB', false), set_config('gin_pending_list_limit', '64MB', false)`;

const STAGING = `
  CREATE TEMPORARY TABLE staged_leads (
    place integer, email citext, name text, phone text, company text, position text,
    status text, tags text[], custom_fields jsonb)`;

const COPY_STAGING = 'COPY staged_leads FROM STDIN';

const MERGE = `
  INSERT INTO leads AS lead (workspace_id, email, name, phone, company, position, source, status, tags, custom_fields)
  SELECT DISTINCT ON (email) $1::uuid, email, name, phone, company, position, 'import', coalesce(status, 'active'),
    coalesce(tags, '{}'), coalesce(custom_fields, '{}')
  FROM staged_leads
  ORDER BY email, place DESC
  ON CONFLICT (workspace_id, email) DO UPDATE SET
    name = coalesce(excluded.name, lead.name),
    phone = coalesce(excluded.phone, lead.phone),
    company = coalesce(excluded.company, lead.company),
    position = coalesce(excluded.position, lead.position),
    custom_fields = lead.custom_fields || excluded.custom_fields
  WHERE coalesce(excluded.name, lead.name) IS DISTINCT FROM lead.name
     OR coalesce(excluded.phone, lead.phone) IS DISTINCT FROM lead.phone
     OR coalesce(excluded.company, lead.company) IS DISTINCT FROM lead.company
     OR coalesce(excluded.position, lead.position) IS DISTINCT FROM lead.position
     OR lead.custom_fields || excluded.custom_fields <> lead.custom_fields`;

const LINES_PER_CHUNK = 256;

/** COPY text of the valid rows, in chunks of about 64 KiB. */
function* stagingLines({ leads, rows }: ImportFile): Generator<string> {
  let chunk: string[] = [];
  for (const [place, lead] of leads.entries()) {
    if ((rows[place] ?? -1) >= 0) chunk.push(stagingLine(lead, place));
    if (chunk.length < LINES_PER_CHUNK) continue;
    yield chunk.join('');
    chunk = [];
  }
  yield chunk.join('');
}

function stagingLine(lead: LeadInput, place: number): string {
  const text = (value: unknown): string => (typeof value === 'string' ? copyField(value) : NULL);
  const { tags, custom_fields: fields } = lead;
  const words = ['name', 'phone', 'company', 'position', 'status'].map((field) => text(lead[field]));
  const tagsText = Array.isArray(tags) ? copyField(arrayLiteral(tags.map(String))) : NULL;
  const fieldsText =
    typeof fields === 'object' && fields !== null ? copyField(jsonbText(fields as Json)) : NULL;
  return `${[place, copyField(emailKey(lead)), ...words, tagsText, fieldsText].join('\t')}\n`;
}
