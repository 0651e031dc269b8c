--! title: monthly_partitions
-- Partitions of both tables with the month that each begins with, whoever made and named them; not the default ones.
\ir partition_range.sql

CREATE OR REPLACE VIEW monthly_partitions AS
SELECT parent.relname::text AS table_name,
       part.oid AS partition_oid,
       part.relname::text AS partition_name,
       CASE WHEN isfinite(lower(range)) THEN (lower(range) AT TIME ZONE 'UTC')::date END AS month,
       range,
       -- Whether the owner of the table may drop it: pg_partman makes partitions as whoever calls it.
       pg_has_role(parent.relowner, part.relowner, 'USAGE') AS is_ours
FROM pg_class AS parent
JOIN pg_inherits ON inhparent = parent.oid
JOIN pg_class AS part ON part.oid = inhrelid
CROSS JOIN LATERAL partition_range(part.oid) AS range
WHERE parent.relnamespace = 'public'::regnamespace
  AND parent.relname IN ('email_sends_partitioned', 'lead_activities_partitioned')
  AND pg_get_expr(part.relpartbound, part.oid) <> 'DEFAULT';

COMMENT ON VIEW monthly_partitions IS 'Partitions of sends and activities, and the month of each.';
ALTER VIEW monthly_partitions OWNER TO mailgenius_owner;
-- In one go: dashboards read it while the file runs again.
DO $$
BEGIN
  REVOKE ALL ON monthly_partitions FROM PUBLIC, mailgenius_app, mailgenius_readonly;
  GRANT SELECT ON monthly_partitions TO mailgenius_readonly;
END
$$;

\ir partition_ranges.sql
