--! title: partition_month
-- Contract: the month, in UTC, at whose beginning this partition begins; NULL for one that begins with no moment. Its
--   bound is printed and read again: both in ISO and UTC, whatever the session has set.
-- Errors: none.
-- Cost: a few microseconds.
CREATE OR REPLACE FUNCTION partition_month(p_partition oid)
RETURNS date
LANGUAGE sql STABLE
SET search_path = public, pg_temp
SET datestyle = 'ISO'
SET timezone = 'UTC'
AS $$
  SELECT (substring(pg_get_expr(relpartbound, oid) FROM 'FROM \(''([^'']+)')::timestamptz)::date
  FROM pg_class WHERE oid = p_partition
$$;

COMMENT ON FUNCTION partition_month(oid) IS 'The month that a partition begins with.';
ALTER FUNCTION partition_month(oid) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION partition_month(oid) FROM PUBLIC;
-- A view calls its functions as whoever reads it.
GRANT EXECUTE ON FUNCTION partition_month(oid) TO mailgenius_readonly;
