--! title: schedule_jobs
-- Contract: hands maintenance_jobs to pg_cron, where it keeps its tables in this database (cron.database_name); a
--   job that is there already gets the schedule and command of today. Returns a line per job: its id, or NULL and
--   why it was not scheduled. To pg_cron a job of the same name of another role is another job, and both would run:
--   this one is not scheduled then.
-- Errors: none of its own.
-- Cost: one insert per job.
CREATE OR REPLACE FUNCTION schedule_jobs()
RETURNS TABLE (job_name text, job_id bigint, problem text)
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  command text;
  schedule text;
  is_cron_here constant boolean := EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron');
BEGIN
  FOR job_name, schedule, command IN SELECT job_name, schedule, command FROM maintenance_jobs ORDER BY job_name LOOP
    IF is_cron_here THEN
      EXECUTE 'SELECT format(''%s has a job of this name'', max(username))
               FROM cron.job WHERE jobname = $1 AND username <> current_user AND database = current_database()
               HAVING count(*) > 0'
      INTO problem USING job_name;
      job_id := NULL;
      IF problem IS NULL THEN
        EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job_id USING job_name, schedule, command;
      END IF;
    ELSE
      problem := 'pg_cron is not in this database';
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION schedule_jobs() IS 'Hands the maintenance jobs to pg_cron, where it is in this database.';
ALTER FUNCTION schedule_jobs() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION schedule_jobs() FROM PUBLIC;

-- pg_cron can live in one database of a server only; nobody but its administrator can say in which.
DO $$
BEGIN
  IF current_setting('cron.database_name', true) = current_database()
     AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron') THEN
    CREATE EXTENSION IF NOT EXISTS pg_cron;
    -- check_alerts() and cleanup_job_runs() run as the owner role; pg_cron shows a role its own jobs only.
    GRANT USAGE ON SCHEMA cron TO mailgenius_owner;
    GRANT SELECT ON cron.job TO mailgenius_owner;
    GRANT SELECT, DELETE ON cron.job_run_details TO mailgenius_owner;
    DROP POLICY IF EXISTS mailgenius_owner ON cron.job;
    DROP POLICY IF EXISTS mailgenius_owner ON cron.job_run_details;
    CREATE POLICY mailgenius_owner ON cron.job FOR SELECT TO mailgenius_owner
      USING (database = current_database());
    CREATE POLICY mailgenius_owner ON cron.job_run_details TO mailgenius_owner
      USING (database = current_database());
  END IF;
END
$$;
