--! title: own_partman_row
-- Contract: makes the owner of our tables the one whose table this is to pg_partman, where it knows such a role (5.5): its
--   policies on part_config go by that.
-- Errors: none.
-- Cost: a look-up.
CREATE OR REPLACE FUNCTION own_partman_row(p_table text)
RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = (partman_schema() || '.part_config')::regclass AND attname = 'maintenance_role') THEN
    EXECUTE format('UPDATE %s.part_config SET maintenance_role = ''mailgenius_owner''
                    WHERE parent_table = $1 AND maintenance_role IS DISTINCT FROM ''mailgenius_owner''', partman_schema())
    USING 'public.' || p_table;
  END IF;
END
$$;

COMMENT ON FUNCTION own_partman_row(text) IS 'Makes the owner of our tables the one whose table this is to pg_partman.';
ALTER FUNCTION own_partman_row(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION own_partman_row(text) FROM PUBLIC;
