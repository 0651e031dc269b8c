--! title: ask_partman
-- Contract: has pg_partman make the table's partitions up to so many months ahead; returns the names of those it made.
--   They belong to the owner of this function, as their parent does. A table that others keep busy is left to the next
--   call, with a warning. Rows of such months must have left the default partition before.
-- Errors: those of pg_partman, which all come as P0001.
-- Cost: a few milliseconds per partition made; nothing where all are there.
CREATE OR REPLACE FUNCTION ask_partman(p_table text, p_months_ahead integer)
RETURNS SETOF text
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  known constant text[] := ARRAY(SELECT partition_name FROM monthly_partitions WHERE table_name = p_table);
  goal  constant date := date_trunc('month', now()::timestamp) + make_interval(months => p_months_ahead);
BEGIN
  EXECUTE format('UPDATE %s.part_config SET premake = $2 WHERE parent_table = $1', partman_schema())
  USING 'public.' || p_table, greatest(p_months_ahead, 1);
  IF EXISTS (SELECT FROM monthly_partitions WHERE table_name = p_table AND month >= goal) THEN
    RETURN;
  END IF;
  -- Beforehand: an error of pg_partman does not tell that it was a lock.
  IF NOT lock_for_partitions(p_table) THEN
    RAISE WARNING '% is in use: its months ahead are left to the next call', p_table;
    RETURN;
  END IF;
  EXECUTE format('SELECT %s.run_maintenance($1)', partman_schema()) USING 'public.' || p_table;
  RETURN QUERY
  SELECT partition_name FROM monthly_partitions WHERE table_name = p_table AND partition_name <> ALL (known);
END
$$;

COMMENT ON FUNCTION ask_partman(text, integer) IS 'Has pg_partman make partitions ahead; returns their names.';
ALTER FUNCTION ask_partman(text, integer) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION ask_partman(text, integer) FROM PUBLIC;
