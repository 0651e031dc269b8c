import type { Fixtures } from 'mailgenius-bench';
import { below, streamKey, unit } from '../../bench/core/random.ts';
import type { LeadInput } from '../../db/application.ts';
import { type Lead, leadAt } from '../../fixtures/model/lead.ts';
import { mainContacts, mainWorkspace, tenantsOf } from '../../fixtures/model/tenants.ts';

/** What a file to import is made of; shares of its rows from 0 to 1. */
export interface ImportShape {
  /** Leads that the workspace has already. */
  readonly existing: number;
  /** Of the existing: rows that say nothing new. */
  readonly identical: boolean;
  readonly invalid: number;
  /** Rows that repeat an earlier lead of the file, spelled differently. */
  readonly repeats: number;
}

/** A file to import, and for each of its rows what the generator knows of it. */
export interface ImportFile {
  readonly workspaceId: string;
  readonly leads: readonly LeadInput[];
  /** Contact row of the generator, -1 for an invalid row; `contacts` or more for new leads. */
  readonly rows: readonly number[];
}

/** Rows of a file: 100,000, or 5 % of small data. */
export function importSize({ contacts }: Fixtures): number {
  return Math.max(1, Math.min(100_000, Math.floor(contacts * 0.05)));
}

/** The file of a shape; the same for the same fixtures. */
export function importFile(fixtures: Fixtures, shape: ImportShape): ImportFile {
  const size = importSize(fixtures);
  const keys = keysOf(fixtures);
  const tenants = tenantsOf(fixtures);
  const have = mainContacts(fixtures);
  const leads: LeadInput[] = [];
  const rows: number[] = [];
  for (let place = 0; place < size; place += 1) {
    if (unit(keys.invalid, place) < shape.invalid) {
      rows.push(-1);
      leads.push(invalidLead(place));
    } else if (unit(keys.repeat, place) < shape.repeats && place > 0) {
      const row = rows[below(keys.earlier, place, place)] ?? -1;
      rows.push(row);
      leads.push(row < 0 ? invalidLead(place) : respelled(leadAt(fixtures, row), place));
    } else {
      const isExisting = unit(keys.existing, place) < shape.existing;
      // Existing leads are taken evenly over the workspace's whole history, new ones are those to come.
      const n = isExisting ? Math.floor((place * have) / size) : have + place;
      const row = tenants.rowOf(0, n);
      rows.push(row);
      leads.push(givenLead(leadAt(fixtures, row), isExisting && !shape.identical, place));
    }
  }
  return { workspaceId: mainWorkspace(fixtures).workspaceId, leads, rows };
}

function keysOf({ seed }: Fixtures) {
  const key = (name: string): number => streamKey(seed, 'import', name);
  return {
    invalid: key('invalid'),
    repeat: key('repeat'),
    earlier: key('earlier'),
    existing: key('existing'),
  };
}

/** The row as the file gives it: the whole lead, or news about one that exists. */
function givenLead(lead: Lead, isNews: boolean, place: number): LeadInput {
  if (isNews) return newsOf(lead, place);
  const { email, name, phone, company, position, status, tags, custom_fields } = lead;
  return { email, name, phone, company, position, status, tags, custom_fields };
}

/** News about an existing lead: some fields absent, some null, a tag and a field added, at times a changed status. */
function newsOf(lead: Lead, place: number): LeadInput {
  return {
    email: place % 10 === 0 ? lead.email.toUpperCase() : lead.email,
    name: place % 4 === 0 ? null : lead.name,
    company: place % 3 === 0 ? `Company ${place}` : null,
    ...(place % 2 === 0 && { phone: `+1-999-555-01${String(place % 100).padStart(2, '0')}` }),
    ...(place % 5 === 0 && { tags: ['imported', ...lead.tags.slice(0, 1), 'imported'] }),
    ...(place % 5 === 1 && { tags: null }),
    custom_fields: place % 7 === 0 ? null : { score: place % 101, batch: 'spring' },
    ...(place % 20 === 0 && { status: place % 40 === 0 ? 'unsubscribed' : 'active' }),
  };
}

/** The same lead once more, as another person typed it. */
function respelled(lead: Lead, place: number): LeadInput {
  const email = [lead.email.toUpperCase(), `${lead.email} `, ` ${lead.email}`, lead.email][place % 4];
  return { email, name: `Repeat ${place}`, tags: ['repeat'], custom_fields: { place } };
}

/** One of the ways in which a row of a file is wrong. */
function invalidLead(place: number): LeadInput {
  const email = `invalid${place}@mailbox.example`;
  const wrong: readonly LeadInput[] = [
    { name: 'No address' },
    { email: 'not-an-address', name: 'Bad address' },
    { email: '', name: 'Empty address' },
    { email, name: 'x'.repeat(300) },
    { email, status: 'deleted' },
    { email, name: 42 },
    { email, tags: 'customer' },
    { email, custom_fields: ['list'] },
  ];
  return wrong[place % wrong.length] ?? {};
}
