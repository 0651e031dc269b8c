--! title: partition_health
-- Counts only, so it may see every workspace's rows: the view runs as its owner. months_ahead: months after
-- this one that a partition is for, or for a part of; counted for ten years. missing_months: months that none is for, from
-- partition_ranges.first_month to the newest there is, or this one. stray_rows: those of default_rows that no month made
-- by create_monthly_partitions() takes, because they are dated before the first or far ahead. greatest(): the month of
-- the first moment there is begins before it, and one such row would be an error for everybody.
CREATE OR REPLACE VIEW partition_health AS
WITH this_month AS (
  SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date AS day
), watched AS (
  SELECT range.table_name,
         range.first_month AS expected_from,
         count(monthly.month)::integer AS partitions,
         min(monthly.month) AS first_month,
         max(monthly.month) AS last_month,
         coalesce(range_agg(monthly.range), '{}') AS covered,
         sum(pg_total_relation_size(monthly.partition_oid))::bigint AS bytes
  FROM partition_ranges AS range
  LEFT JOIN monthly_partitions AS monthly USING (table_name)
  GROUP BY range.table_name, range.first_month
), waiting (table_name, month) AS (
  SELECT 'email_sends_partitioned', date_trunc('month', greatest(created_at, '0001-01-01Z') AT TIME ZONE 'UTC')::date FROM email_sends_default
  UNION ALL
  SELECT 'lead_activities_partitioned', date_trunc('month', greatest(created_at, '0001-01-01Z') AT TIME ZONE 'UTC')::date FROM lead_activities_default
)
SELECT watched.table_name,
       rows.default_rows,
       watched.partitions,
       watched.first_month,
       watched.last_month,
       months.ahead AS months_ahead,
       months.missing AS missing_months,
       watched.bytes,
       rows.stray_rows
FROM watched
CROSS JOIN this_month
CROSS JOIN LATERAL (
  SELECT array_agg(month ORDER BY month)
           FILTER (WHERE NOT is_covered AND month BETWEEN watched.expected_from AND greatest(watched.last_month, this_month.day)) AS missing,
         count(*) FILTER (WHERE is_covered AND month > this_month.day)::integer AS ahead
  FROM (SELECT first::date AS month,
               watched.covered && tstzrange(first AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC') AS is_covered
        FROM generate_series(least(watched.expected_from, this_month.day)::timestamp,
                             greatest(watched.last_month, this_month.day + interval '10 years'), '1 month') AS first) AS expected
) AS months
CROSS JOIN LATERAL (
  -- Unless it is told otherwise, it makes three months ahead.
  SELECT count(*) AS default_rows,
         count(*) FILTER (WHERE month < watched.expected_from
                          OR month > greatest(watched.last_month, this_month.day + interval '3 months')) AS stray_rows
  FROM waiting
  WHERE waiting.table_name = watched.table_name
) AS rows;

COMMENT ON VIEW partition_health IS
  'Healthy: default_rows 0, missing_months NULL, months_ahead at least 1.';

ALTER VIEW partition_health OWNER TO mailgenius_owner;
-- In one go: dashboards read it while the file runs again.
DO $$
BEGIN
  REVOKE ALL ON partition_health FROM PUBLIC, mailgenius_app, mailgenius_readonly;
  GRANT SELECT ON partition_health TO mailgenius_readonly;
END
$$;
