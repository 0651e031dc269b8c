--! title: partition_range
-- Contract: the moments that a partition is for, without the upper one; unbounded where it begins or ends with none. Its
--   bounds are printed and read again: both in ISO and UTC, whatever the session has set.
-- Errors: none.
-- Cost: a few microseconds.
CREATE OR REPLACE FUNCTION partition_range(p_partition oid)
RETURNS tstzrange
LANGUAGE sql STABLE
SET search_path = public, pg_temp
SET datestyle = 'ISO'
SET timezone = 'UTC'
AS $$
  -- No backslash: the session's standard_conforming_strings has no say.
  SELECT tstzrange(substring(bounds FROM 'FROM [(]''([^'']+)')::timestamptz, substring(bounds FROM 'TO [(]''([^'']+)')::timestamptz)
  FROM (SELECT pg_get_expr(relpartbound, oid) AS bounds FROM pg_class WHERE oid = p_partition) AS partition
$$;

COMMENT ON FUNCTION partition_range(oid) IS 'The moments that a partition is for.';
ALTER FUNCTION partition_range(oid) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION partition_range(oid) FROM PUBLIC;
-- A view calls its functions as whoever reads it.
GRANT EXECUTE ON FUNCTION partition_range(oid) TO mailgenius_readonly;
