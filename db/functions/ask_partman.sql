--! title: ask_partman
-- Contract: has pg_partman make the table's partitions up to so many months ahead; returns the names of those it made.
-- Errors: those of pg_partman, such as rows of such a month in the default partition.
-- Cost: a few milliseconds per partition made.
CREATE OR REPLACE FUNCTION ask_partman(p_table text, p_months_ahead integer)
RETURNS SETOF text
LANGUAGE plpgsql
SET search_path = public, pg_temp
SET timezone = 'UTC'
AS $$
DECLARE
  known constant text[] := ARRAY(SELECT partition_name FROM monthly_partitions WHERE table_name = p_table);
BEGIN
  EXECUTE 'UPDATE partman.part_config SET premake = $2 WHERE parent_table = $1'
  USING 'public.' || p_table, greatest(p_months_ahead, 1);
  EXECUTE 'SELECT partman.run_maintenance($1)' USING 'public.' || p_table;
  RETURN QUERY
  SELECT partition_name FROM monthly_partitions WHERE table_name = p_table AND partition_name <> ALL (known);
END
$$;

COMMENT ON FUNCTION ask_partman(text, integer) IS 'Has pg_partman make partitions ahead; returns their names.';
ALTER FUNCTION ask_partman(text, integer) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION ask_partman(text, integer) FROM PUBLIC;
