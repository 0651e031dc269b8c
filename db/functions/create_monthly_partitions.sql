--! title: create_monthly_partitions
-- Contract: makes sure that both partitioned tables have a partition for each month up to this one and
--   p_months_ahead further, from the first there is, or from January 2024 when there is none; returns the names of
--   those it made. Months are UTC. Callable at any time and by several sessions; gaps are filled, and rows that
--   waited in the default partition move into the partition made for them.
-- Errors: 22023 when p_months_ahead is negative or NULL; 55P03 when writers keep a table locked for ten seconds.
-- Cost: a few milliseconds per partition made; writers wait meanwhile, readers do not.
CREATE OR REPLACE FUNCTION create_monthly_partitions(p_months_ahead integer DEFAULT 3)
RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
SET timezone = 'UTC'
SET lock_timeout = '10s'
AS $$
DECLARE
  prefix         text;
  parent         text;
  default_part   text;
  partition_name text;
  month          timestamp;
  first_month    timestamp;
  last_month     timestamp;
  goal           constant timestamp := date_trunc('month', now()::timestamp) + make_interval(months => p_months_ahead);
BEGIN
  IF p_months_ahead IS NULL OR p_months_ahead < 0 THEN
    RAISE EXCEPTION 'p_months_ahead must be 0 or more' USING ERRCODE = '22023';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('maintenance'));

  FOREACH prefix IN ARRAY ARRAY['email_sends', 'lead_activities'] LOOP
    parent := prefix || '_partitioned';
    default_part := prefix || '_default';
    -- Months that retention has removed stay removed; those beyond the last are pg_partman's where it is at work.
    SELECT coalesce(min(part.month), '2024-01-01'),
           CASE WHEN is_partman_managed(parent) THEN max(part.month) ELSE goal END
    INTO first_month, last_month
    FROM monthly_partitions AS part
    WHERE part.table_name = parent;

    FOR month IN
      SELECT expected FROM generate_series(first_month, last_month, '1 month') AS expected
      WHERE NOT EXISTS (SELECT FROM monthly_partitions AS part WHERE part.table_name = parent AND part.month = expected)
    LOOP
      partition_name := prefix || to_char(month, '"_y"YYYY"m"MM');
      -- Made apart and attached: unlike CREATE … PARTITION OF, that does not lock out the parent's readers,
      -- and it leaves room to fetch the month's rows out of the default partition, which would forbid it.
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', partition_name, parent);
      -- The parent, not the default partition: a writer that has chosen the default and waits for it would find
      -- that its row does not belong there any more, and fail.
      EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', parent);
      EXECUTE format('WITH moved AS (DELETE FROM %I WHERE created_at >= $1 AND created_at < $2 RETURNING *)
                      INSERT INTO %I SELECT * FROM moved', default_part, partition_name)
        USING month::timestamptz, (month + interval '1 month')::timestamptz;
      EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                     parent, partition_name, month::timestamptz, (month + interval '1 month')::timestamptz);
      RETURN NEXT partition_name;
    END LOOP;

    IF is_partman_managed(parent) THEN
      RETURN QUERY SELECT * FROM ask_partman(parent, p_months_ahead);
    END IF;
  END LOOP;
END
$$;

COMMENT ON FUNCTION create_monthly_partitions(integer) IS
  'Makes the missing monthly partitions up to p_months_ahead from now; returns their names.';

ALTER FUNCTION create_monthly_partitions(integer) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION create_monthly_partitions(integer) FROM PUBLIC;
