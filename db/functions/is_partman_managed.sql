--! title: is_partman_managed
-- Contract: whether pg_partman makes the partitions of this table of ours.
-- Errors: none.
-- Cost: one look-up.
CREATE OR REPLACE FUNCTION is_partman_managed(p_table text)
RETURNS boolean
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
DECLARE
  managed boolean := false;
BEGIN
  IF to_regclass('partman.part_config') IS NOT NULL THEN
    EXECUTE 'SELECT EXISTS (SELECT FROM partman.part_config WHERE parent_table = $1)'
    INTO managed USING 'public.' || p_table;
  END IF;
  RETURN managed;
END
$$;

COMMENT ON FUNCTION is_partman_managed(text) IS 'Whether pg_partman makes the partitions of a table.';
ALTER FUNCTION is_partman_managed(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION is_partman_managed(text) FROM PUBLIC;
