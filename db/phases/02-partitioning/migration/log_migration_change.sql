--! title: log_migration_change
-- Contract: trigger; notes the id of a row that was inserted, changed or deleted, in the transaction that did it; both ids,
--   where it got another. TRUNCATE, which names no row, is refused.
-- Errors: 55006 at TRUNCATE.
-- Cost: one insert per row, without an index.
CREATE OR REPLACE FUNCTION log_migration_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION '% is being migrated and cannot be truncated', TG_TABLE_NAME
      USING ERRCODE = 'object_in_use', HINT = 'DELETE its rows, or wait until db/phases/02-partitioning/up.sql has ended.';
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO migration_changes (source_table, row_id) VALUES (TG_TABLE_NAME, OLD.id);
  END IF;
  IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.id <> OLD.id THEN
    INSERT INTO migration_changes (source_table, row_id) VALUES (TG_TABLE_NAME, NEW.id);
  END IF;
  RETURN NULL;
END
$$;

ALTER FUNCTION log_migration_change() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION log_migration_change() FROM PUBLIC;
