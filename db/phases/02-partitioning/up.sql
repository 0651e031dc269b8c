--! title: Partitioning
--! why: Sends and activities only ever grow, are read by month and by campaign, and old ones must go.
--! serves: partition-space partition-speed retention
--! expects: A month's sends read one partition and an old month is dropped, not deleted. A query without
--! expects: created_at now asks every partition.

-- Runs while the application reads and writes. If it fails or is killed, run it again, from the beginning: what is done
-- stays done, at any statement. When all is done, it does nothing.

\ir migration/migration_step.sql
\ir tables.sql

\ir ../../monitoring/monthly_partitions.sql
\ir ../../functions/create_monthly_partitions.sql
SELECT count(*) AS partitions_made FROM create_monthly_partitions();

-- pg_partman gets the tables, where the server has it and this role may install it. Before they are in use: it takes the
-- default partition out and puts its own in.
\ir ../../jobs/install_partman.sql
\ir ../../jobs/partman_obstacle.sql
\ir ../../jobs/hand_to_partman.sql
\ir ../../jobs/own_partman_row.sql
\ir ../../jobs/setup_partman.sql
SELECT * FROM setup_partman();

-- The rows: copied while the application goes on; what changes meanwhile is noted and applied later.
\ir migration/progress.sql
\ir migration/log_migration_change.sql
\ir migration/lock_in_order.sql
\ir migration/refuse_dependents.sql
\ir migration/watch_changes.sql
\ir migration/copy_rows.sql
\ir migration/prove_equal.sql
\ir migration/apply_changes.sql
\ir migration/catch_up.sql
\ir migration/prove_tables.sql
\ir migration/partition_references.sql
\ir migration/add_references.sql
\ir migration/switch_table.sql
\ir migration/drop_old_table.sql
\ir migration/set_first_moments.sql
\ir ../../functions/keep_sends_created_at.sql
\ir ../../functions/insert_send_by_old_name.sql

\ir migration/rest_autovacuum.sql
SELECT watch_changes('email_sends');
SELECT watch_changes('lead_activities');
CALL copy_rows('email_sends', 'email_sends_partitioned');
CALL copy_rows('lead_activities', 'lead_activities_partitioned');

-- Before the keys: the copy may have a row twice, and rows of leads that are gone.
CALL catch_up('email_sends', 'email_sends_partitioned');
CALL catch_up('lead_activities', 'lead_activities_partitioned');

\ir keys.sql

-- The proof comes before the switch, so that nobody waits for it; what changes after it is proven when applied.
CALL catch_up('email_sends', 'email_sends_partitioned');
CALL catch_up('lead_activities', 'lead_activities_partitioned');
SELECT * FROM prove_tables();

CALL catch_up('email_sends', 'email_sends_partitioned');
CALL catch_up('lead_activities', 'lead_activities_partitioned');
CALL add_references();

CALL catch_up('email_sends', 'email_sends_partitioned');
CALL catch_up('lead_activities', 'lead_activities_partitioned');
-- Before the new tables are there for applications that need it.
\ir sends-created-at.sql
\ir ../../jobs/retention_policies.sql
\ir security.sql
CALL set_first_moments();

-- With the name goes the way in by the old name: an application of before schedules without a break.
SELECT switch_table('email_sends', 'email_sends_partitioned', 'insert_send_by_old_name');
SELECT switch_table('lead_activities', 'lead_activities_partitioned');
CALL set_first_moments();
CALL drop_old_table('email_sends');
CALL drop_old_table('lead_activities');

\ir ../../monitoring/partition_health.sql

-- Run VACUUM (ANALYZE) next: every row of both tables is new. The bench does, after each phase.
