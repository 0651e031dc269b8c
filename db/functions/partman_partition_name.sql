--! title: partman_partition_name
-- Contract: the name that pg_partman gives the partition of a month: of a table of its own it goes on from the newest
--   that it can read the name of. NULL where the table is not its own.
-- Errors: none.
-- Cost: a few look-ups.
\ir is_partman_managed.sql

CREATE OR REPLACE FUNCTION partman_partition_name(p_table text, p_month timestamp)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
DECLARE
  suffix text;
BEGIN
  IF is_partman_managed(p_table) THEN
    EXECUTE format('SELECT to_char($2, datetime_string) FROM %s.part_config WHERE parent_table = $1', partman_schema())
    INTO suffix USING 'public.' || p_table, p_month;
  END IF;
  RETURN p_table || '_p' || suffix;
END
$$;

COMMENT ON FUNCTION partman_partition_name(text, timestamp) IS 'The name that pg_partman gives the partition of a month.';
ALTER FUNCTION partman_partition_name(text, timestamp) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION partman_partition_name(text, timestamp) FROM PUBLIC;
