--! title: cleanup_old_email_sends
-- Contract: removes sends created more than p_retention_days ago, returns how many there were, and notes in
--   partition_ranges how far it came. A partition that is past altogether is dropped; older rows elsewhere (the one that
--   the day falls in, the default one, one that belongs to another role or that something else depends on) are deleted, a
--   batch at a time, the latter two with a warning. What others have in use is left for the next call and is not in the
--   count, with a warning: a month that somebody reads or writes, every month while somebody has the default partition in
--   use, all sends while somebody changes partition_ranges, a batch with a row that a foreign key of others names. So are,
--   without one, rows that somebody has locked. It waits for nobody who waits for it. Callable at any time: waits for
--   other maintenance.
-- Errors: 22023 p_retention_days is NULL, less than 1 or more than 36500, a hundred years; 55P03 while
--   somebody has a partition for himself.
-- Cost: counting a dropped month reads its smallest index; dropping it writes almost nothing. Readers and writers of
--   sends wait from the first month dropped to the end of the transaction, also while a later one that something depends
--   on is emptied; and a fifth of a second at a time for those in use (lock_wait).
\ir try_lock_tables.sql
\ir delete_in_batches.sql

CREATE OR REPLACE FUNCTION cleanup_old_email_sends(p_retention_days integer DEFAULT 365)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
-- Other maintenance may take as long as it likes.
SET lock_timeout = 0
AS $$
DECLARE
  cutoff     timestamptz;
  old_part   oid;
  old        text;
  month      text;
  stranger   text;
  dependents text;
  counted    bigint;
  removed    bigint := 0;
BEGIN
  IF p_retention_days IS NULL OR p_retention_days NOT BETWEEN 1 AND 36500 THEN
    RAISE EXCEPTION 'p_retention_days must be within 1 and 36500' USING ERRCODE = '22023';
  END IF;
  cutoff := now() - make_interval(days => p_retention_days);

  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));
  -- Asking for a partition's bounds waits for who has it for himself.
  PERFORM set_config('lock_timeout', lock_wait(), true);
  -- How far it came is noted last, when nobody can be waited for: months that are gone keep readers and writers waiting.
  PERFORM FROM partition_ranges WHERE table_name = 'email_sends_partitioned' FOR NO KEY UPDATE SKIP LOCKED;
  IF NOT FOUND AND EXISTS (SELECT FROM partition_ranges WHERE table_name = 'email_sends_partitioned') THEN
    RAISE WARNING 'the row of email_sends_partitioned in partition_ranges is in use: all sends stay until the next call';
    RETURN 0;
  END IF;
  -- Rows first: what dropping locks stays locked to the end of this transaction. Of each, one partition.
  FOR old_part, old, stranger IN
    SELECT 'email_sends_default'::regclass, format('FROM email_sends_default WHERE created_at < %L', cutoff), NULL
    UNION ALL
    SELECT part.partition_oid,
           format('FROM email_sends_partitioned WHERE created_at >= %L AND created_at < %L',
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
    removed := removed + delete_in_batches(old_part, old);
  END LOOP;

  FOR old_part, month IN
    SELECT part.partition_oid, part.partition_name FROM monthly_partitions AS part
    WHERE part.table_name = 'email_sends_partitioned' AND part.range << tstzrange(cutoff, NULL) AND part.is_ours
    ORDER BY part.month
  LOOP
    BEGIN
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
    EXCEPTION
      -- A view of the month, or a foreign key to the table: no reason for the others to stay.
      WHEN dependent_objects_still_exist THEN
        GET STACKED DIAGNOSTICS dependents = PG_EXCEPTION_DETAIL;
        RAISE WARNING '% is emptied and not dropped: %', month, dependents;
        counted := delete_in_batches(old_part, format('FROM %I WHERE true', month));
    END;
    removed := removed + counted;
  END LOOP;

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
