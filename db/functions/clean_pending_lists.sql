--! title: clean_pending_lists
-- Contract: moves what recent writes left in the pending lists of the table's GIN indexes into the indexes
--   themselves, and returns the pages moved. Until then every look-up reads the list from end to end.
-- Errors: 42P01 no such table.
-- Cost: proportional to what is pending; other writers wait only when their own list is full.
CREATE OR REPLACE FUNCTION clean_pending_lists(p_table regclass)
RETURNS bigint
LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp
SET maintenance_work_mem = '256MB'
AS $$
  SELECT coalesce(sum(gin_clean_pending_list(index.oid)), 0)::bigint
  FROM pg_index AS definition
  JOIN pg_class AS index ON index.oid = definition.indexrelid
  JOIN pg_am AS method ON method.oid = index.relam
  WHERE definition.indrelid = p_table AND method.amname = 'gin'
$$;

COMMENT ON FUNCTION clean_pending_lists(regclass) IS 'Empties the pending lists of a table''s GIN indexes.';
ALTER FUNCTION clean_pending_lists(regclass) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION clean_pending_lists(regclass) FROM PUBLIC;
