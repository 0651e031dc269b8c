--! title: is_partman_managed
-- Contract: whether pg_partman makes the partitions of this table of ours.
-- Errors: none.
-- Cost: a few look-ups.
\ir partman_schema.sql

CREATE OR REPLACE FUNCTION is_partman_managed(p_table text)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
DECLARE
  managed boolean := false;
BEGIN
  IF partman_schema() IS NOT NULL THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s.part_config WHERE parent_table = $1)', partman_schema())
    INTO managed USING 'public.' || p_table;
  END IF;
  RETURN managed;
END
$$;

COMMENT ON FUNCTION is_partman_managed(text) IS 'Whether pg_partman makes the partitions of a table.';
ALTER FUNCTION is_partman_managed(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION is_partman_managed(text) FROM PUBLIC;
