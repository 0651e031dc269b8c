--! title: cleanup_old_email_sends
-- Contract: removes sends created more than p_retention_days ago, returns how many there were, and notes in
--   partition_ranges how far it came. A partition that is past altogether is dropped; older rows elsewhere (the
--   one that the day falls in, the default one, one that belongs to another role) are deleted, a batch at a
--   time. What others have in use is left for the next call and is not in the count: a month that somebody reads or
--   writes, with a warning; rows that somebody has locked. It waits for nobody who waits for it. Callable at any time:
--   waits for other maintenance.
-- Errors: 22023 p_retention_days is NULL, less than 1 or more than 36500, a hundred years.
-- Cost: counting a dropped month reads its smallest index; dropping it writes almost nothing. Readers and writers of
--   sends wait from the first month dropped to the end of the transaction, and a fifth of a second for those in use.
--   A batch reads the partition that it deletes from, and once more to see that nothing is left.
CREATE OR REPLACE FUNCTION cleanup_old_email_sends(p_retention_days integer DEFAULT 365)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
-- Other maintenance may take as long as it likes.
SET lock_timeout = 0
AS $$
DECLARE
  batch_rows constant integer := 50000;
  cutoff     timestamptz;
  old        text;
  month      text;
  stranger   text;
  counted    bigint;
  removed    bigint := 0;
BEGIN
  IF p_retention_days IS NULL OR p_retention_days NOT BETWEEN 1 AND 36500 THEN
    RAISE EXCEPTION 'p_retention_days must be within 1 and 36500' USING ERRCODE = '22023';
  END IF;
  cutoff := now() - make_interval(days => p_retention_days);

  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));
  -- Rows first: what dropping locks stays locked to the end of this transaction. Of each, one partition.
  FOR old, stranger IN
    SELECT format('FROM email_sends_default WHERE created_at < %L', cutoff), NULL
    UNION ALL
    SELECT format('FROM email_sends_partitioned WHERE created_at >= %L AND created_at < %L',
                  coalesce(lower(part.range), '-infinity'), least(upper(part.range), cutoff)),
           CASE WHEN upper(part.range) <= cutoff THEN part.partition_name END
    FROM monthly_partitions AS part
    WHERE part.table_name = 'email_sends_partitioned' AND part.range && tstzrange(NULL, cutoff)
      AND NOT (part.is_ours AND part.range << tstzrange(cutoff, NULL))
  LOOP
    IF stranger IS NOT NULL THEN
      RAISE WARNING '% belongs to another role, so it is emptied and not dropped', stranger
        USING HINT = format('Its owner hands it over: ALTER TABLE %I OWNER TO mailgenius_owner.', stranger);
    END IF;
    LOOP
      -- For this function only, since it has the setting in its head. Others queue behind a lock that waits: not for long.
      PERFORM set_config('lock_timeout', CASE WHEN is_waited_for() THEN '1ms' ELSE '200ms' END, true);
      BEGIN
        -- By their places: a join would read every partition for each batch.
        EXECUTE format('DELETE %1$s AND ctid = ANY (ARRAY(SELECT ctid %1$s LIMIT %2$s FOR UPDATE SKIP LOCKED))',
                       old, batch_rows);
        GET DIAGNOSTICS counted = ROW_COUNT;
      EXCEPTION
        WHEN lock_not_available OR deadlock_detected THEN
          RAISE WARNING 'old rows are in use and stay until the next call: %', old;
          EXIT;
      END;
      removed := removed + counted;
      -- Fewer than a batch may be left of it by who changed a row meanwhile: its new version is not this statement's.
      EXIT WHEN counted = 0;
    END LOOP;
  END LOOP;

  FOR month IN
    SELECT part.partition_name FROM monthly_partitions AS part
    WHERE part.table_name = 'email_sends_partitioned' AND part.range << tstzrange(cutoff, NULL) AND part.is_ours
    ORDER BY part.month
  LOOP
    -- The parent first, as every reader and writer does: the other way round they wait for each other.
    IF NOT try_lock_tables(1, 'ONLY email_sends_partitioned IN ACCESS EXCLUSIVE MODE',
                           'ONLY email_sends_default IN ACCESS EXCLUSIVE MODE',
                           format('ONLY %I IN ACCESS EXCLUSIVE MODE', month)) THEN
      RAISE WARNING '% is in use and stays until the next call', month;
      CONTINUE;
    END IF;
    EXECUTE format('SELECT count(*) FROM %I', month) INTO counted;
    -- Not detached before: that would lock campaigns and leads too.
    EXECUTE format('DROP TABLE %I', month);
    removed := removed + counted;
  END LOOP;

  PERFORM set_config('lock_timeout', '0', true);
  -- Also over months that stay: they are not to be missed when they go.
  UPDATE partition_ranges
  SET first_month = greatest(first_month, date_trunc('month', cutoff)::date),
      removed_before = greatest(removed_before, cutoff)
  WHERE table_name = 'email_sends_partitioned';

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
