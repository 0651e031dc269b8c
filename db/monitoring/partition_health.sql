--! title: partition_health
-- Counts only, so it may see every workspace's rows: the view runs as its owner.
CREATE VIEW partition_health AS
WITH watched (table_name, default_rows) AS (
  SELECT 'email_sends_partitioned', (SELECT count(*) FROM email_sends_default)
  UNION ALL
  SELECT 'lead_activities_partitioned', (SELECT count(*) FROM lead_activities_default)
)
SELECT watched.table_name,
       watched.default_rows,
       count(monthly.month)::integer AS partitions,
       min(monthly.month) AS first_month,
       max(monthly.month) AS last_month,
       count(monthly.month) FILTER (WHERE month > this_month.day)::integer AS months_ahead,
       (SELECT array_agg(expected::date ORDER BY expected)
        FROM generate_series(min(monthly.month), greatest(max(monthly.month), this_month.day), '1 month') AS expected
        WHERE NOT expected::date = ANY (array_agg(monthly.month) FILTER (WHERE monthly.month IS NOT NULL))
       ) AS missing_months,
       sum(pg_total_relation_size(monthly.partition_oid))::bigint AS bytes
FROM watched
LEFT JOIN monthly_partitions AS monthly USING (table_name)
CROSS JOIN (SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date AS day) AS this_month
GROUP BY watched.table_name, watched.default_rows, this_month.day;

COMMENT ON VIEW partition_health IS
  'Healthy: default_rows 0, missing_months NULL, months_ahead at least 1.';

ALTER VIEW partition_health OWNER TO mailgenius_owner;
GRANT SELECT ON partition_health TO mailgenius_readonly;
