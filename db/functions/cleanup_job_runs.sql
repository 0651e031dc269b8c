--! title: cleanup_job_runs
-- Contract: removes what pg_cron has noted of runs of this database's jobs that started more than p_retention_days ago, and
--   of those before them that never started; returns how many. NULL where pg_cron is not in this database, or does not
--   let us.
-- Errors: none of its own.
-- Cost: reads all that pg_cron has noted.
CREATE OR REPLACE FUNCTION cleanup_job_runs(p_retention_days integer)
RETURNS integer
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
  removed integer;
BEGIN
  IF to_regclass('cron.job_run_details') IS NULL THEN
    RETURN NULL;
  END IF;
  -- A run that could not connect has no time of its own; the ids tell the order.
  EXECUTE 'DELETE FROM cron.job_run_details
           WHERE database = current_database()
             AND runid <= (SELECT max(runid) FROM cron.job_run_details WHERE start_time < now() - make_interval(days => $1))'
  USING p_retention_days;
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
EXCEPTION
  WHEN insufficient_privilege THEN
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION cleanup_job_runs(integer) IS 'Removes what pg_cron noted of runs older than so many days; returns how many.';
ALTER FUNCTION cleanup_job_runs(integer) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION cleanup_job_runs(integer) FROM PUBLIC;
