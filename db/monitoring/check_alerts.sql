--! title: check_alerts
-- Contract: what needs somebody now, worst first: one line for each object whose value is at or above a threshold of
--   alert_thresholds. No line means that nothing does.
-- Errors: none of its own. What this server cannot tell (statements without pg_stat_statements, jobs without
--   pg_cron in this database) raises no alert.
-- Cost: that of get_database_performance_metrics().
CREATE OR REPLACE FUNCTION check_alerts()
RETURNS TABLE (alert text, severity text, value numeric, threshold numeric, object text, advice text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  RETURN QUERY
  WITH observed (alert, object, value, advice) AS (
    SELECT 'slow_query', left(slow.query_text, 200), slow.mean_time_ms, 'EXPLAIN (ANALYZE, BUFFERS) it; see docs/performance.md'
    FROM alert_slow_queries() AS slow
    UNION ALL
    SELECT 'connection_usage', 'server', pool.connection_usage_percent, 'put a pool in front, or raise max_connections'
    FROM get_connection_pool_status() AS pool
    UNION ALL
    SELECT 'table_growth', growth.table_name, growth.percent_a_day, 'check retention, and that VACUUM keeps up'
    FROM table_growth AS growth
    UNION ALL
    SELECT 'index_' || fault.kind, fault.index_name, fault.value,
           CASE fault.kind
             WHEN 'invalid' THEN 'a build did not end: drop it and build it again'
             WHEN 'duplicate' THEN 'drop it: another index does the same'
             WHEN 'unused' THEN 'drop it if no replica and no yearly job needs it'
             ELSE 'REINDEX INDEX CONCURRENTLY' END
    FROM index_faults AS fault
    UNION ALL
    SELECT 'partition_missing', health.table_name,
           (coalesce(cardinality(health.missing_months), 0) + greatest(0, 1 - health.months_ahead))::numeric,
           'SELECT create_monthly_partitions() -- its warnings say what it leaves'
    FROM partition_health AS health
    UNION ALL
    SELECT 'default_partition_rows', health.table_name, health.default_rows::numeric,
           -- No month is made for rows that are dated far from any. Those from before the first may be history.
           CASE WHEN health.stray_rows < health.default_rows THEN 'SELECT create_monthly_partitions() -- its warnings say what it leaves'
                ELSE format('correct created_at of the rows in %s; those that are older than %s and right get their months by '
                            'UPDATE partition_ranges SET first_month, then SELECT create_monthly_partitions()',
                            replace(health.table_name, '_partitioned', '_default'), range.first_month) END
    FROM partition_health AS health
    JOIN partition_ranges AS range USING (table_name)
    UNION ALL
    SELECT 'partition_open', part.partition_name, 1,
           CASE WHEN part.is_ours THEN 'SELECT create_monthly_partitions()'
                ELSE format('as %1$I or a superuser: ALTER TABLE %2$I ENABLE ROW LEVEL SECURITY, and REVOKE ALL ON %2$I FROM PUBLIC, '
                            'mailgenius_app, mailgenius_readonly; or, where pg_partman makes partitions, SELECT setup_partman()',
                            pg_get_userbyid(relowner), part.partition_name) END
    FROM monthly_partitions AS part
    JOIN pg_class ON pg_class.oid = part.partition_oid
    WHERE is_open_partition(part.partition_oid)
    UNION ALL
    SELECT 'view_stale', stale.view_name, stale.minutes, 'SELECT refresh_analytics_views(); check the job refresh-analytics'
    FROM alert_stale_views() AS stale
    UNION ALL
    SELECT 'job_failed', failed.job_name, failed.failures, 'read maintenance_runs, and cron.job_run_details where pg_cron is'
    FROM alert_failed_jobs() AS failed
  )
  SELECT observed.alert,
         CASE WHEN observed.value >= level.critical THEN 'critical' ELSE 'warning' END,
         observed.value,
         CASE WHEN observed.value >= level.critical THEN level.critical ELSE level.warning END,
         observed.object,
         observed.advice
  FROM observed
  JOIN alert_thresholds AS level USING (alert)
  WHERE observed.value >= level.warning OR observed.value >= level.critical
  ORDER BY observed.value >= level.critical DESC NULLS LAST, observed.alert, observed.value DESC, observed.object;
END
$$;

COMMENT ON FUNCTION check_alerts() IS 'What needs somebody now: values at or above their thresholds.';
ALTER FUNCTION check_alerts() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION check_alerts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION check_alerts() TO mailgenius_readonly;
