--! title: partman_schema
-- Contract: the schema that pg_partman is installed in, quoted; NULL where it is not in this database, or where the owner
--   of our tables may not use it.
-- Errors: none.
-- Cost: a few look-ups.
CREATE OR REPLACE FUNCTION partman_schema()
RETURNS text
LANGUAGE sql STABLE
SET search_path = public, pg_temp
AS $$
  SELECT quote_ident(nspname)
  FROM pg_extension
  JOIN pg_namespace ON pg_namespace.oid = extnamespace
  JOIN pg_class AS config ON relnamespace = pg_namespace.oid AND relname = 'part_config'
  WHERE extname = 'pg_partman'
    AND has_schema_privilege('mailgenius_owner', pg_namespace.oid, 'USAGE')
    AND has_table_privilege('mailgenius_owner', config.oid, 'SELECT, UPDATE')
$$;

COMMENT ON FUNCTION partman_schema() IS 'The schema of pg_partman, where our owner may use it.';
ALTER FUNCTION partman_schema() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION partman_schema() FROM PUBLIC;
