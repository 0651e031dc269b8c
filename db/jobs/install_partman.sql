--! title: install_partman
-- Contract: installs pg_partman where the server has it and this role may, in a schema of its own, and gives the owner of
--   our tables what it needs of it, wherever it was installed before. Returns why not, or NULL.
-- Errors: none of its own.
-- Cost: some grants.
CREATE OR REPLACE FUNCTION install_partman()
RETURNS text
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
  grants text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_partman') THEN
    IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_partman') THEN
      RETURN 'this server has no pg_partman';
    END IF;
    CREATE SCHEMA IF NOT EXISTS partman;
    CREATE EXTENSION pg_partman SCHEMA partman;
  END IF;

  -- Of what belongs to it and nothing else: the schema may be anybody's.
  SELECT string_agg(format('GRANT %s TO mailgenius_owner', what), '; ') INTO grants
  FROM pg_extension
  CROSS JOIN LATERAL (
    SELECT 'USAGE ON SCHEMA ' || extnamespace::regnamespace
    UNION ALL
    SELECT CASE classid WHEN 'pg_class'::regclass THEN 'ALL ON ' || objid::regclass
                        ELSE 'EXECUTE ON ROUTINE ' || objid::regprocedure END
    FROM pg_depend
    LEFT JOIN pg_class ON classid = 'pg_class'::regclass AND pg_class.oid = objid
    WHERE refclassid = 'pg_extension'::regclass AND refobjid = pg_extension.oid AND deptype = 'e'
      AND (relkind IN ('r', 'p', 'v', 'S') OR classid = 'pg_proc'::regclass)
  ) AS needed (what)
  WHERE extname = 'pg_partman';
  EXECUTE grants;
  -- A grant of what one has not oneself is a warning only.
  RETURN CASE WHEN partman_schema() IS NULL THEN 'mailgenius_owner may not use pg_partman' END;
EXCEPTION
  WHEN insufficient_privilege THEN
    RETURN SQLERRM;
END
$$;

COMMENT ON FUNCTION install_partman() IS 'Installs pg_partman where it may, for the owner of our tables; why not, or NULL.';
ALTER FUNCTION install_partman() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION install_partman() FROM PUBLIC;
