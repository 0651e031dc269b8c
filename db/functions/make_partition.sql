--! title: make_partition
-- Contract: makes the partition of a month, with the rows that waited for it in the default partition; it is still to
--   be closed (close_partitions). Returns NULL, or why it does not: a foreign key of others refers to the table, and rows
--   would have to move, which it would take for deleted; who has it is in use; a type has the name. Needs the locks of lock_for_partitions.
-- Errors: none of its own.
-- Cost: a few milliseconds, and what moving the rows takes.
CREATE OR REPLACE FUNCTION make_partition(p_table text, p_partition text, p_month timestamptz)
RETURNS text
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
-- To be back as it was at the end.
SET lock_timeout = 0
AS $$
DECLARE
  next_month   constant timestamptz := p_month + interval '1 month';
  default_part constant text := replace(p_table, '_partitioned', '_default');
  has_rows     boolean;
BEGIN
  -- The partition gets the foreign keys to its parent, for which it needs the tables that have them.
  PERFORM set_config('lock_timeout', lock_wait(), true);
  EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE created_at >= $1 AND created_at < $2)', default_part)
  INTO has_rows USING p_month, next_month;
  IF has_rows AND (is_referred_to(p_table) OR is_referred_to(default_part)) THEN
    RETURN format('its rows wait in %s, and a foreign key that refers to %s would take them for deleted', default_part, p_table);
  END IF;

  -- Made apart and attached: that leaves room to fetch the month's rows out of the default partition.
  EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', p_partition, p_table);
  IF has_rows THEN
    EXECUTE format('WITH moved AS (DELETE FROM %I WHERE created_at >= $1 AND created_at < $2 RETURNING *)
                    INSERT INTO %I SELECT * FROM moved', default_part, p_partition)
      USING p_month, next_month;
  END IF;
  EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', p_table, p_partition, p_month, next_month);
  RETURN NULL;
EXCEPTION
  WHEN lock_not_available THEN
    RETURN format('a table with a foreign key that refers to %s is in use', p_table);
  WHEN duplicate_object THEN
    RETURN SQLERRM;
END
$$;

COMMENT ON FUNCTION make_partition(text, text, timestamptz) IS 'Makes the partition of a month; returns why not, or NULL.';
ALTER FUNCTION make_partition(text, text, timestamptz) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION make_partition(text, text, timestamptz) FROM PUBLIC;
