--! title: perform_maintenance_tasks
-- Contract: does what a function can do of the daily work, and returns what it did, one line a task, also noted in
--   maintenance_runs: refreshes statistics, empties pending lists, notes sizes and reads, removes what retention_policies
--   says, makes partitions. A task that fails says so in its line and keeps no other from its work; check_alerts()
--   reports it. Jobs of their own (maintenance_jobs) are VACUUM and REINDEX CONCURRENTLY, which cannot run inside a
--   function, and what is to be done every minute.
-- Errors: none of its own.
-- Cost: samples every large table; deleting is the rest. Others wait for months removed and made, from the first one to
--   the end; it waits for nobody who waits for it (lock_wait).
CREATE OR REPLACE FUNCTION perform_maintenance_tasks()
RETURNS TABLE (task text, result text, failed boolean, took interval)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
-- To be back as it was at the end.
SET lock_timeout = 0
AS $$
#variable_conflict use_column
DECLARE
  started    timestamptz;
  command    text;
  keep_sends constant integer := (SELECT keep_days FROM retention_policies WHERE table_name = 'email_sends');
  keep_runs  constant integer := (SELECT keep_days FROM retention_policies WHERE table_name = 'cron.job_run_details');
BEGIN
  -- First: partitions are made and removed under it, and ANALYZE holds locks that they need.
  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));
  -- Locks end with the transaction: what keeps others from writing comes last.
  FOR task, command IN VALUES
    ('refresh statistics', $sql$SELECT format('%s tables', analyze_tables())$sql$),
    ('empty pending lists', $sql$SELECT format('%s pages', clean_pending_lists('leads'))$sql$),
    ('note table sizes', $sql$SELECT format('%s tables', sample_table_sizes())$sql$),
    ('note index reads', $sql$SELECT format('%s indexes', sample_index_reads())$sql$),
    ('remove old job runs', CASE WHEN keep_runs IS NULL THEN $sql$SELECT 'kept for ever'$sql$
      ELSE format($sql$SELECT coalesce(cleanup_job_runs(%1$s) || ' runs older than %1$s days', 'pg_cron is not here, or not ours')$sql$,
                  keep_runs) END),
    ('remove old sends', CASE WHEN keep_sends IS NULL THEN $sql$SELECT 'kept for ever'$sql$
      ELSE format($sql$SELECT format('%%s sends older than %1$s days', cleanup_old_email_sends(%1$s))$sql$, keep_sends) END),
    ('create partitions', $sql$SELECT format('%s partitions made', count(*)) FROM create_monthly_partitions()$sql$)
  LOOP
    started := clock_timestamp();
    failed := false;
    -- A task that has no better answer fails where it would wait for longer.
    PERFORM set_config('lock_timeout', lock_wait(), true);
    BEGIN
      EXECUTE command INTO result;
    EXCEPTION
      WHEN OTHERS THEN
        failed := true;
        result := format('%s (SQLSTATE %s)', SQLERRM, SQLSTATE);
    END;
    took := clock_timestamp() - started;
    INSERT INTO maintenance_runs (task, started_at, took, failed, result) VALUES (task, started, took, failed, result);
    RETURN NEXT;
  END LOOP;
END
$$;

COMMENT ON FUNCTION perform_maintenance_tasks() IS 'The daily work that a function can do; returns what was done.';
ALTER FUNCTION perform_maintenance_tasks() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION perform_maintenance_tasks() FROM PUBLIC;
