--! title: Indexes
--! why: Every list, search and segment read a workspace's leads from the first to the last.
--! serves: lead-query segmentation
--! expects: Lists, searches and segments answer from an index when the owner asks; under row level
--! expects: security only the leakproof ones do (uuid, text and time). Imports pay for each index.

CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- The three indexes that the optimization plan names. -------------------------------------------------

-- Counts by status, exports of a status in order of address.
CREATE INDEX idx_leads_workspace_status_email ON leads (workspace_id, status, email)
  WHERE status IN ('active', 'unsubscribed', 'bounced');

-- Pages, newest first. The plan stops at created_at; a bulk import gives 100,000 leads one created_at,
-- and without the id each page would sort them all.
CREATE INDEX idx_leads_workspace_created_at ON leads (workspace_id, created_at DESC, id DESC);

-- Exact e-mail. Redundant beside the unique key (workspace_id, email): here to show what it costs and buys.
CREATE INDEX idx_leads_email_hash ON leads USING hash (email);

-- Pages of one status. ---------------------------------------------------------------------------------

CREATE INDEX idx_leads_active ON leads (workspace_id, created_at DESC, id DESC) WHERE status = 'active';
CREATE INDEX idx_leads_unsubscribed ON leads (workspace_id, created_at DESC, id DESC)
  WHERE status = 'unsubscribed';

-- Segments. --------------------------------------------------------------------------------------------

-- Tags in any case: citext compares like that, and to call a text[] a citext[] costs nothing, where a function that
-- lowers the list would run for each row that no index brings. The base's index of the exact tags serves nobody now.
CREATE INDEX idx_leads_tags ON leads USING gin ((tags::citext[]));
DROP INDEX leads_tags_idx;

-- "This key has this value", texts in any case. Of arrays, since those are found without a second look at each row;
-- over the jsonb itself it would be one with the function in it.
\ir ../../functions/field_terms.sql
CREATE INDEX idx_leads_custom_fields ON leads USING gin (field_terms(custom_fields));

-- "Contains" over e-mail, name and company. On email::text: one on the citext column is built and then
-- ignored by ILIKE. One index for all three: the search ORs them, and an import fills one pending list.
CREATE INDEX idx_leads_search ON leads
  USING gin ((email::text) gin_trgm_ops, name gin_trgm_ops, company gin_trgm_ops);

-- "Ends with" is a prefix of the reversed address.
CREATE INDEX idx_leads_email_reversed ON leads (workspace_id, reverse(lower(email::text)) text_pattern_ops);

-- Whether a rare term is taken from the index or sought along the list is decided by estimates: of the default's 100
-- values per column, one that matches is 1 % to the planner, though it be 0.01 %. For email::text, too, it asks the
-- column, never the index. Counts from the next ANALYZE. Of lists it keeps ten elements for each of those values, so tags
-- and the terms of custom fields are known well enough as they are.
ALTER TABLE leads ALTER COLUMN email SET STATISTICS 1000;
ALTER TABLE leads ALTER COLUMN name SET STATISTICS 1000;
ALTER TABLE leads ALTER COLUMN company SET STATISTICS 1000;

-- Monitoring. ------------------------------------------------------------------------------------------

\ir ../../monitoring/index_usage.sql
