--! title: cleanup_old_email_sends
-- Contract: removes sends created more than p_retention_days ago and returns how many there were. A month that is
--   past altogether is detached and dropped; older rows elsewhere (the month that the day falls in, the default
--   partition) are deleted, a batch at a time. A partition whose lock is not to be had within two seconds, because
--   somebody reads for long, is left for the next call: its rows are not in the count.
-- Errors: 22023 p_retention_days is NULL or less than 1.
-- Cost: counting a dropped month reads its smallest index; dropping it writes almost nothing.
CREATE OR REPLACE FUNCTION cleanup_old_email_sends(p_retention_days integer DEFAULT 365)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
SET lock_timeout = '2s'
AS $$
DECLARE
  batch_rows constant integer := 50000;
  cutoff     timestamptz;
  old        text;
  month      text;
  counted    bigint;
  removed    bigint := 0;
BEGIN
  IF p_retention_days IS NULL OR p_retention_days < 1 THEN
    RAISE EXCEPTION 'p_retention_days must be 1 or more' USING ERRCODE = '22023';
  END IF;
  cutoff := now() - make_interval(days => p_retention_days);

  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));

  -- Rows first: dropping takes locks on campaigns and leads too, which end with this transaction.
  FOREACH old IN ARRAY ARRAY[
    format('FROM email_sends_partitioned WHERE created_at >= %L AND created_at < %L', date_trunc('month', cutoff), cutoff),
    format('FROM email_sends_default WHERE created_at < %L', cutoff)
  ] LOOP
    LOOP
      EXECUTE format('DELETE FROM email_sends_partitioned AS send
                      USING (SELECT tableoid, ctid %s LIMIT %s) AS old
                      WHERE send.tableoid = old.tableoid AND send.ctid = old.ctid', old, batch_rows);
      GET DIAGNOSTICS counted = ROW_COUNT;
      removed := removed + counted;
      EXIT WHEN counted < batch_rows;
    END LOOP;
  END LOOP;

  FOR month IN
    SELECT part.partition_name FROM monthly_partitions AS part
    WHERE part.table_name = 'email_sends_partitioned' AND part.month + interval '1 month' <= cutoff
    ORDER BY part.month
  LOOP
    BEGIN
      EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', month);
      EXECUTE format('SELECT count(*) FROM %I', month) INTO counted;
      EXECUTE format('ALTER TABLE email_sends_partitioned DETACH PARTITION %I', month);
      EXECUTE format('DROP TABLE %I', month);
      removed := removed + counted;
    EXCEPTION
      WHEN lock_not_available THEN
        RAISE WARNING '% is in use and stays until the next call', month;
    END;
  END LOOP;

  IF removed > 0 THEN
    INSERT INTO audit_logs (action, object_type, details)
    VALUES ('delete', 'email_sends', jsonb_build_object('created_before', cutoff, 'rows', removed));
  END IF;
  RETURN removed;
END
$$;

COMMENT ON FUNCTION cleanup_old_email_sends(integer) IS 'Removes sends older than so many days; returns how many.';
ALTER FUNCTION cleanup_old_email_sends(integer) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION cleanup_old_email_sends(integer) FROM PUBLIC;
