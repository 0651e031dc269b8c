--! title: create_monthly_partitions
-- Contract: makes sure that both partitioned tables have a partition for each month from partition_ranges.first_month to
--   p_months_ahead from now; returns the names of those it made. Months are UTC. Of a table that pg_partman has, months
--   ahead get its names, so that its own jobs go on from there. Callable at any time and by several sessions: a second
--   call waits for the first. Gaps are filled, months that retention has removed stay removed, and rows
--   that waited in the default partition move into the partition made for them. A month that some partition of others
--   covers, or a part of it, is left as it is, and with a warning so is one that make_partition() cannot make, or of whose
--   name there is a table, as of a month that was detached. A table that others keep busy is left to the next call, with a
--   warning; check_alerts() tells of months that are missing. Those who go from leads to sends do not keep it busy,
--   several that always go the other way may (lock_for_partitions).
-- Errors: 22023 when p_months_ahead is NULL, negative or more than 120: all that one call makes is locked to its end;
--   55P03 while somebody has a partition for himself. Not for REPEATABLE READ: a call that
--   waited for another's knows nothing of what that made, warns of it, and may end in 40001.
-- Cost: a few milliseconds per partition made, and what moving its rows takes. Readers and writers wait from the first
--   one made to the end of the transaction, for which the other table is given up if it is in use; before that a fifth
--   of a second for each of four locks at most (try_lock_tables), behind the lock that waits for those who were there first.
\ir partman_partition_name.sql
\ir try_lock_tables.sql
\ir lock_for_partitions.sql
\ir is_open_partition.sql
\ir close_partitions.sql
\ir is_referred_to.sql
\ir make_partition.sql

CREATE OR REPLACE FUNCTION create_monthly_partitions(p_months_ahead integer DEFAULT 3)
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
-- Other maintenance may take as long as it likes; the tables are locked with waits of their own.
SET lock_timeout = 0
AS $$
DECLARE
  prefix         text;
  parent         text;
  default_part   text;
  partition_name text;
  obstacle       text;
  month          timestamp;
  first_month    timestamp;
  newest_month   timestamp;
  goal           timestamp;
BEGIN
  IF p_months_ahead IS NULL OR p_months_ahead NOT BETWEEN 0 AND 120 THEN
    RAISE EXCEPTION 'p_months_ahead must be within 0 and 120' USING ERRCODE = '22023';
  END IF;
  goal := date_trunc('month', now()::timestamp) + make_interval(months => p_months_ahead);
  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));
  -- Asking for a partition's bounds waits for who has it for himself.
  PERFORM set_config('lock_timeout', lock_wait(), true);

  FOREACH prefix IN ARRAY ARRAY['email_sends', 'lead_activities'] LOOP
    parent := prefix || '_partitioned';
    default_part := prefix || '_default';
    SELECT range.first_month, max(part.month)
    INTO first_month, newest_month
    FROM partition_ranges AS range
    LEFT JOIN monthly_partitions AS part USING (table_name)
    WHERE range.table_name = parent
    GROUP BY range.first_month;

    FOR month IN
      SELECT expected FROM generate_series(first_month, greatest(newest_month, goal), '1 month') AS expected
      WHERE NOT EXISTS (SELECT FROM monthly_partitions AS part
                        WHERE part.table_name = parent
                          AND part.range && tstzrange(expected::timestamptz, (expected + interval '1 month')::timestamptz))
    LOOP
      partition_name := coalesce(CASE WHEN month > newest_month THEN partman_partition_name(parent, month) END,
                                 prefix || to_char(month, '"_y"YYYY"m"MM'));
      IF to_regclass(format('public.%I', partition_name)) IS NOT NULL THEN
        RAISE WARNING '% has no partition for %: something named % is there, as of a month that was detached; rename it, or move into it what waits in % of that month, and attach it',
                      parent, to_char(month, 'YYYY-MM'), partition_name, default_part;
        CONTINUE;
      END IF;
      IF NOT lock_for_partitions(parent) THEN
        RAISE WARNING '% is in use: its partitions from % on are left to the next call', parent, to_char(month, 'YYYY-MM');
        EXIT;
      END IF;
      obstacle := make_partition(parent, partition_name, month::timestamptz);
      IF obstacle IS NULL THEN
        RETURN NEXT partition_name;
      ELSE
        RAISE WARNING '% has no partition for %: %', parent, to_char(month, 'YYYY-MM'), obstacle;
      END IF;
    END LOOP;

    PERFORM close_partitions(parent);
  END LOOP;
END
$$;

COMMENT ON FUNCTION create_monthly_partitions(integer) IS
  'Makes the missing monthly partitions up to p_months_ahead from now; returns their names.';

ALTER FUNCTION create_monthly_partitions(integer) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION create_monthly_partitions(integer) FROM PUBLIC;
