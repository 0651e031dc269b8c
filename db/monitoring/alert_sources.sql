--! title: What check_alerts() asks and a server may lack
-- Each returns nothing where its source is missing, so that the other alerts work.

-- Statements called at least five times, of this database.
CREATE OR REPLACE FUNCTION alert_slow_queries()
RETURNS TABLE (query_text text, mean_time_ms numeric)
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT stats.query_text, stats.mean_time_ms FROM get_query_performance_stats() AS stats WHERE stats.calls >= 5;
EXCEPTION
  WHEN object_not_in_prerequisite_state OR undefined_table THEN NULL;
END
$$;

-- Views of phase 4, once they are there; never refreshed counts as stale since the beginning of time.
CREATE OR REPLACE FUNCTION alert_stale_views()
RETURNS TABLE (view_name text, minutes numeric)
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
BEGIN
  IF to_regclass('analytics_refreshes') IS NOT NULL THEN
    RETURN QUERY EXECUTE $query$
      SELECT known.relname::text, round(extract(epoch FROM now() - coalesce(refreshed_at, '2000-01-01')) / 60, 1)
      FROM pg_class AS known
      LEFT JOIN analytics_refreshes ON view_name = known.relname
      WHERE known.relnamespace = 'public'::regnamespace AND known.relkind = 'm'
    $query$;
  END IF;
END
$$;

-- Tasks of perform_maintenance_tasks(), and jobs of pg_cron where it is in this database and lets us read them.
CREATE OR REPLACE FUNCTION alert_failed_jobs()
RETURNS TABLE (job_name text, failures numeric)
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT task, count(*)::numeric FROM maintenance_runs
  WHERE failed AND started_at > now() - interval '1 day'
  GROUP BY task;
  IF to_regclass('cron.job_run_details') IS NOT NULL THEN
    RETURN QUERY EXECUTE $query$
      SELECT coalesce(job.jobname::text, run.jobid::text), count(*)::numeric
      FROM cron.job_run_details AS run
      LEFT JOIN cron.job USING (jobid)
      WHERE run.status = 'failed' AND run.start_time > now() - interval '1 day'
      GROUP BY 1
    $query$;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN NULL;
END
$$;

-- Percent a day since the newest sample that is at least an hour old, of tables that are worth watching.
CREATE OR REPLACE VIEW table_growth AS
SELECT now_size.table_name,
       round(100 * (now_size.bytes - earlier.bytes)::numeric / greatest(earlier.bytes, 1)
             * 86400 / extract(epoch FROM now() - earlier.sampled_at), 1) AS percent_a_day
FROM current_table_sizes AS now_size
CROSS JOIN LATERAL (
  SELECT bytes, sampled_at FROM table_sizes
  WHERE table_name = now_size.table_name AND sampled_at <= now() - interval '1 hour'
  ORDER BY sampled_at DESC
  LIMIT 1
) AS earlier
WHERE now_size.bytes >= 8388608;

COMMENT ON FUNCTION alert_slow_queries() IS 'Statements called at least five times, with their mean time.';
COMMENT ON FUNCTION alert_stale_views() IS 'Materialized views and the minutes since their last refresh.';
COMMENT ON FUNCTION alert_failed_jobs() IS 'Tasks and jobs that failed in the last day.';
COMMENT ON VIEW table_growth IS 'How much each larger table has grown, in percent a day.';
ALTER FUNCTION alert_slow_queries() OWNER TO mailgenius_owner;
ALTER FUNCTION alert_stale_views() OWNER TO mailgenius_owner;
ALTER FUNCTION alert_failed_jobs() OWNER TO mailgenius_owner;
ALTER VIEW table_growth OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION alert_slow_queries(), alert_stale_views(), alert_failed_jobs() FROM PUBLIC;
GRANT SELECT ON table_growth TO mailgenius_readonly;
