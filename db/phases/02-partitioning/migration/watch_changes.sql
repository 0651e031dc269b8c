--! title: watch_changes
-- Contract: from now on changes of the table are noted in migration_changes, and TRUNCATE is refused. Again: nothing.
--   Refuses a table that others depend on, before anything is copied.
-- Errors: those of refuse_dependents, migration_step and lock_in_order.
-- Cost: waits for a moment without writers.
CREATE OR REPLACE FUNCTION watch_changes(p_source regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
  IF NOT migration_step(p_source) THEN
    RETURN;
  END IF;
  PERFORM refuse_dependents(p_source);
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = p_source AND tgname = 'log_migration_change') THEN
    RETURN;
  END IF;
  PERFORM lock_in_order(ARRAY[p_source], 'SHARE ROW EXCLUSIVE');
  EXECUTE format('CREATE TRIGGER log_migration_change AFTER INSERT OR UPDATE OR DELETE ON %s
                  FOR EACH ROW EXECUTE FUNCTION log_migration_change()', p_source);
  EXECUTE format('CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %s
                  FOR EACH STATEMENT EXECUTE FUNCTION log_migration_change()', p_source);
END
$$;

REVOKE EXECUTE ON FUNCTION watch_changes(regclass) FROM PUBLIC;
