--! title: Partitioning
--! why: Sends and activities only ever grow, are read by month and by campaign, and old ones must go.
--! serves: partition-space partition-speed retention
--! expects: A month's sends read one partition and an old month is dropped, not deleted. A query without
--! expects: created_at now asks every partition.

-- Partitioned twins of both tables. They get their indexes after the copy, which is several times faster.
CREATE TABLE IF NOT EXISTS email_sends_partitioned (LIKE email_sends INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
  PARTITION BY RANGE (created_at);
CREATE TABLE IF NOT EXISTS lead_activities_partitioned (LIKE lead_activities INCLUDING DEFAULTS)
  PARTITION BY RANGE (created_at);
ALTER TABLE email_sends_partitioned OWNER TO mailgenius_owner;
ALTER TABLE lead_activities_partitioned OWNER TO mailgenius_owner;

-- Catches rows of a month that nobody made a partition for; partition_health watches it.
CREATE TABLE IF NOT EXISTS email_sends_default PARTITION OF email_sends_partitioned DEFAULT;
CREATE TABLE IF NOT EXISTS lead_activities_default PARTITION OF lead_activities_partitioned DEFAULT;
ALTER TABLE email_sends_default OWNER TO mailgenius_owner;
ALTER TABLE lead_activities_default OWNER TO mailgenius_owner;

\ir ../../monitoring/monthly_partitions.sql
\ir ../../functions/is_partman_managed.sql
\ir ../../functions/ask_partman.sql
\ir ../../functions/create_monthly_partitions.sql
SELECT count(*) AS partitions_made FROM create_monthly_partitions();

-- The rows: copied while the application goes on reading and writing. After an interruption, CALL again.
\ir migration.sql

SELECT watch_changes('email_sends'), watch_changes('lead_activities');
CALL copy_rows('email_sends', 'email_sends_partitioned');
CALL copy_rows('lead_activities', 'lead_activities_partitioned');

\ir indexes.sql

-- The switch: writers wait, readers do not until the last moment. The old name stays, as a view, for
-- reports and for versions of the application that have not heard of the new one. The old table goes in
-- the transaction that proved it copied; migration_progress keeps the counts and digests.
BEGIN;
LOCK TABLE email_sends, lead_activities IN SHARE ROW EXCLUSIVE MODE;
SELECT apply_changes('email_sends', 'email_sends_partitioned'),
       apply_changes('lead_activities', 'lead_activities_partitioned');
SELECT prove_equal('email_sends', 'email_sends_partitioned'),
       prove_equal('lead_activities', 'lead_activities_partitioned');
DROP TABLE email_sends, lead_activities;
CREATE VIEW email_sends WITH (security_invoker = true) AS SELECT * FROM email_sends_partitioned;
CREATE VIEW lead_activities WITH (security_invoker = true) AS SELECT * FROM lead_activities_partitioned;
ALTER VIEW email_sends OWNER TO mailgenius_owner;
ALTER VIEW lead_activities OWNER TO mailgenius_owner;
GRANT SELECT, INSERT, UPDATE, DELETE ON email_sends, lead_activities TO mailgenius_app;
GRANT SELECT ON email_sends, lead_activities TO mailgenius_readonly;
COMMIT;

\ir security.sql

-- One send per lead and campaign. A unique key of a partitioned table must contain created_at, so by
-- itself it would let the same lead in again after midnight. All sends of a campaign therefore share one
-- created_at, fixed here when the campaign is first scheduled; then the key means what it should.
ALTER TABLE campaigns ADD COLUMN sends_created_at timestamptz(3);
COMMENT ON COLUMN campaigns.sends_created_at IS
  'created_at of every send of this campaign, set once when it is first scheduled.';

\ir ../../monitoring/partition_health.sql

-- Months ahead are pg_partman's from here on, where the server has it.
\ir ../../jobs/setup_partman.sql
SELECT * FROM setup_partman();

-- Run VACUUM (ANALYZE) next: every row of both tables is new. The bench does, after each phase.
