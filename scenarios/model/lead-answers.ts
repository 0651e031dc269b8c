import type { Answer, Fixtures } from 'mailgenius-bench';
import { canonicalLine, orderedDigest } from 'mailgenius-bench/digest';
import type { Database, LeadRow } from '../../db/application.ts';
import { type Lead, leadAt } from '../../fixtures/model/lead.ts';
import { perFixtures } from '../../fixtures/model/memo.ts';
import { mainContacts, tenantsOf } from '../../fixtures/model/tenants.ts';

/** What a list shows of a lead, as one line; also for leads of the generator. */
export function leadLine(lead: LeadRow): string {
  const { id, email, name, company, status, source, tags, created_at } = lead;
  return canonicalLine([id, email, name, company, status, source, tags, created_at]);
}

/** Fingerprint of a page: rows in order. */
export function pageAnswer(rows: readonly LeadRow[]): Answer {
  return orderedDigest(rows.map(leadLine));
}

/** Fingerprint of a count. */
export function countAnswer(total: number): Answer {
  return orderedDigest([`total ${total}`]);
}

/** Fingerprint of an estimate: any figure within a factor of two of the truth is the same answer. */
export function estimateAnswer(estimate: number, exact: number): Answer {
  const isClose = estimate <= exact * 2 && estimate * 2 >= exact;
  return orderedDigest([isClose ? 'close' : `total ${estimate}`]);
}

/** All leads of the large workspace, newest first. For oracles: small fixtures only, it keeps every lead. */
export const newestFirst: (fixtures: Fixtures) => readonly Lead[] = perFixtures((fixtures) => {
  const tenants = tenantsOf(fixtures);
  const leads = Array.from({ length: mainContacts(fixtures) }, (_, n) =>
    leadAt(fixtures, tenants.rowOf(0, n)),
  );
  return leads.sort((a, b) => b.created_at.getTime() - a.created_at.getTime() || (a.id < b.id ? 1 : -1));
});

const PAGES = `
  SELECT count(DISTINCT (ctid::text::point)[0])::int AS pages FROM leads WHERE id = ANY ($1::uuid[])`;

/** Pages of the table that these leads lie on; null for a number of leads. */
export async function leadPages(owner: Database, leads: readonly LeadRow[] | number): Promise<number | null> {
  if (typeof leads === 'number') return null;
  const { rows } = await owner.query<{ pages: number }>(PAGES, [leads.map(({ id }) => id)]);
  return rows[0]?.pages ?? null;
}

/** Whether a contains-search finds the lead: case makes no difference. */
export function hasTerm({ email, name, company }: LeadRow, term: string): boolean {
  return [email, name, company].some((text) => text?.toLowerCase().includes(term.toLowerCase()));
}
