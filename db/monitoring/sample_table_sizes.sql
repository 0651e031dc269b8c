--! title: sample_table_sizes
-- Contract: notes the size of every table in table_sizes, and forgets samples older than 90 days; returns how many
--   tables.
-- Errors: none of its own.
-- Cost: asks the file system for the size of each file.
CREATE OR REPLACE FUNCTION sample_table_sizes()
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  sampled integer;
BEGIN
  DELETE FROM table_sizes WHERE sampled_at < now() - interval '90 days';
  INSERT INTO table_sizes (table_name, bytes) SELECT table_name, bytes FROM current_table_sizes
  ON CONFLICT (table_name, sampled_at) DO NOTHING;
  GET DIAGNOSTICS sampled = ROW_COUNT;
  RETURN sampled;
END
$$;

COMMENT ON FUNCTION sample_table_sizes() IS 'Notes the size of every table.';
ALTER FUNCTION sample_table_sizes() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION sample_table_sizes() FROM PUBLIC;
