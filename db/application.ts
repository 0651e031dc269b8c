import type { Budget, Connection, Connections, Database } from 'mailgenius-bench';

export type { Budget, Connection, Connections, Database };

/** For whom a session works. */
export interface Tenant {
  readonly workspaceId: string;
  readonly userId: string;
}

/** A segment's condition tree; grammar in `docs/segments.md`. */
export type Segment =
  | { readonly and: readonly Segment[] }
  | { readonly or: readonly Segment[] }
  | { readonly not: Segment }
  | { readonly field: string; readonly operator: string; readonly value?: unknown };

/** What a list or a search shows of a lead. */
export interface LeadRow {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly company: string | null;
  readonly status: string;
  readonly source: string;
  readonly tags: readonly string[];
  readonly created_at: Date;
}

/** The last row of the page before: pages are newest first, ties broken by id descending. */
export interface Cursor {
  readonly createdAt: Date;
  readonly id: string;
}

export interface LeadFilter {
  readonly workspaceId: string;
  readonly status?: 'active' | 'unsubscribed' | 'bounced' | 'complained';
  readonly source?: 'form' | 'import' | 'api' | 'webhook' | 'manual';
  /** Contains-search over e-mail, name and company, ignoring case; `%`, `_` and `\` are literal. */
  readonly term?: string;
}

export interface LeadPage extends LeadFilter {
  readonly limit: number;
  /** Counted from 1. */
  readonly page: number;
  /** Cursor of the page before, null for page 1; an application that pages by key uses it instead of `page`. */
  readonly after: Cursor | null;
}

/** `capped` counts up to 10,000; `estimated` asks the planner. */
export type Total = 'exact' | 'capped' | 'estimated';

/** One lead of an import, as it came out of a file: nothing about it is trusted. */
export type LeadInput = Readonly<Record<string, unknown>>;

export interface ImportError {
  /** Position in the batch, counted from 1. */
  readonly position: number;
  readonly reason: string;
}

export interface ImportResult {
  readonly imported: number;
  readonly updated: number;
  /** The first 100,000. */
  readonly errors: readonly ImportError[];
  /** Distinct leads (valid, repeats collapsed) worked off; less than all of them when the budget ended it. */
  readonly done: number;
}

export interface ScheduleResult {
  /** Rows added to the sends. */
  readonly scheduled: number;
  /** Recipients worked off. */
  readonly done: number;
}

/**
 * What MailGenius does with its database. `db/phases/00-base/app.ts` has every operation as it was
 * before any optimization; a phase's `app.ts` overrides some. Answers are the same in every state.
 */
export interface Application {
  listLeads(db: Database, page: LeadPage): Promise<readonly LeadRow[]>;
  countLeads(db: Database, filter: LeadFilter, total: Total): Promise<number>;
  searchLeads(db: Database, page: LeadPage): Promise<readonly LeadRow[]>;
  countSearch(db: Database, filter: LeadFilter, total: Total): Promise<number>;
  findLead(db: Database, workspaceId: string, email: string): Promise<LeadRow | null>;
  importLeads(
    db: Database,
    workspaceId: string,
    leads: readonly LeadInput[],
    budget: Budget,
  ): Promise<ImportResult>;
  scheduleSends(
    db: Database,
    workspaceId: string,
    campaignId: string,
    leadIds: readonly string[],
    budget: Budget,
  ): Promise<ScheduleResult>;
  segmentLeads(
    db: Database,
    workspaceId: string,
    segment: Segment,
    limit: number,
    offset: number,
  ): Promise<readonly LeadRow[]>;
  countSegment(db: Database, workspaceId: string, segment: Segment): Promise<number>;
  /** Removes every workspace's sends created more than `days` days ago; how many. Only the owner may. */
  expireSends(db: Database, days: number): Promise<number>;
  /** Works off one request for a tenant: finds it a connection, says for whom it works, and sees to its end. */
  request<T>(connections: Connections, tenant: Tenant, work: (db: Database) => Promise<T>): Promise<T>;
  /** The id of the workspace if the session may see it. */
  findWorkspace(db: Database, workspaceId: string): Promise<string | null>;
}
