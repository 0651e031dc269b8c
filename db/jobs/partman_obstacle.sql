--! title: partman_obstacle
-- Contract: why pg_partman, which is installed, cannot be given a table of ours by this role; NULL where it can.
-- Errors: none.
-- Cost: a few look-ups.
CREATE OR REPLACE FUNCTION partman_obstacle(p_table text)
RETURNS text
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp
AS $$
DECLARE
  default_part constant text := replace(p_table, '_partitioned', '_default');
  has_rows     boolean;
BEGIN
  -- It makes a table there for each that it gets.
  IF NOT (SELECT has_schema_privilege(extnamespace, 'CREATE') FROM pg_extension WHERE extname = 'pg_partman') THEN
    RETURN format('permission denied: GRANT CREATE ON SCHEMA %s TO %I', partman_schema(), current_user);
  END IF;
  IF EXISTS (SELECT FROM monthly_partitions WHERE table_name = p_table AND month IS NULL) THEN
    RETURN format('%s has a partition from MINVALUE on, which pg_partman 5 cannot read', p_table);
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM %I)', default_part) INTO has_rows;
  IF has_rows AND (is_referred_to(p_table) OR is_referred_to(default_part)) THEN
    RETURN format('rows wait in %s, and a foreign key that refers to %s would take them for deleted', default_part, p_table);
  END IF;
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION partman_obstacle(text) IS 'Why pg_partman cannot be given a table of ours, or NULL.';
ALTER FUNCTION partman_obstacle(text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION partman_obstacle(text) FROM PUBLIC;
