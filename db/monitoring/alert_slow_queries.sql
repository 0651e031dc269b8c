--! title: alert_slow_queries
-- Contract: statements of this database that were called at least five times, with their mean time; not those that run
--   one of maintenance_jobs, which may take their time. Nothing where the server has no pg_stat_statements.
-- Errors: none of its own.
-- Cost: reads pg_stat_statements.
CREATE OR REPLACE FUNCTION alert_slow_queries()
RETURNS TABLE (query_text text, mean_time_ms numeric)
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
BEGIN
  RETURN QUERY
  SELECT stats.query_text, stats.mean_time_ms
  FROM statement_times() AS stats
  WHERE stats.calls >= 5
    -- A function of ours that the job calls, however it is called; a job that calls none, by its text. No backslash: the
    -- session's standard_conforming_strings has no say.
    AND NOT EXISTS (
      SELECT FROM maintenance_jobs AS job
      LEFT JOIN pg_proc AS ours
        ON ours.proname = substring(lower(job.command) FROM '^select ([[:alnum:]_]+)[(]')
        AND ours.pronamespace = 'public'::regnamespace AND ours.proowner = 'mailgenius_owner'::regrole
      WHERE CASE WHEN ours.proname IS NULL THEN lower(stats.query_text) = lower(rtrim(job.command, '; '))
                 ELSE lower(stats.query_text) ~ ('[[:<:]]' || ours.proname || '[(]') END);
EXCEPTION
  WHEN object_not_in_prerequisite_state OR undefined_table THEN NULL;
END
$$;

COMMENT ON FUNCTION alert_slow_queries() IS 'Statements called at least five times, with their mean time.';
ALTER FUNCTION alert_slow_queries() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION alert_slow_queries() FROM PUBLIC;
