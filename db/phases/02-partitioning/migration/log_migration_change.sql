--! title: log_migration_change
-- Contract: trigger; notes the id of a row that was inserted, changed or deleted, in the transaction that did it.
-- Errors: none.
-- Cost: one insert per row, without an index.
CREATE OR REPLACE FUNCTION log_migration_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  INSERT INTO migration_changes (source_table, row_id)
  VALUES (TG_TABLE_NAME, CASE TG_OP WHEN 'INSERT' THEN NEW.id ELSE OLD.id END);
  RETURN NULL;
END
$$;

ALTER FUNCTION log_migration_change() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION log_migration_change() FROM PUBLIC;
