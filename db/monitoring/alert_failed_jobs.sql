--! title: alert_failed_jobs
-- Contract: tasks of perform_maintenance_tasks(), and jobs of pg_cron where it is in this database and lets us read them,
--   that failed in the last day, and how often. A job that could not connect has no time of its own: those noted after
--   the newest run that is older than a day count.
-- Errors: none.
-- Cost: reads an index of the failures, and all that pg_cron has noted.
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
      WHERE run.status = 'failed'
        AND (run.start_time > now() - interval '1 day'
             OR run.start_time IS NULL
                AND run.runid > (SELECT coalesce(max(runid), 0) FROM cron.job_run_details
                                 WHERE start_time <= now() - interval '1 day'))
      GROUP BY 1
    $query$;
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN NULL;
END
$$;

COMMENT ON FUNCTION alert_failed_jobs() IS 'Tasks and jobs that failed in the last day.';
ALTER FUNCTION alert_failed_jobs() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION alert_failed_jobs() FROM PUBLIC;
