--! title: monthly_partitions
-- Partitions of both tables with the month that each holds, whoever made and named them; not the default ones.
\ir partition_month.sql

CREATE OR REPLACE VIEW monthly_partitions AS
SELECT parent.relname::text AS table_name,
       part.oid AS partition_oid,
       part.relname::text AS partition_name,
       partition_month(part.oid) AS month,
       -- Whether the owner of the table may drop it: pg_partman makes partitions as whoever calls it.
       pg_has_role(parent.relowner, part.relowner, 'USAGE') AS is_ours
FROM pg_class AS parent
JOIN pg_inherits ON inhparent = parent.oid
JOIN pg_class AS part ON part.oid = inhrelid
WHERE parent.relnamespace = 'public'::regnamespace
  AND parent.relname IN ('email_sends_partitioned', 'lead_activities_partitioned')
  AND pg_get_expr(part.relpartbound, part.oid) <> 'DEFAULT';

COMMENT ON VIEW monthly_partitions IS 'Partitions of sends and activities, and the month of each.';
ALTER VIEW monthly_partitions OWNER TO mailgenius_owner;
GRANT SELECT ON monthly_partitions TO mailgenius_readonly;

\ir partition_ranges.sql
