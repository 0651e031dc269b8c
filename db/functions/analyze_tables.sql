--! title: analyze_tables
-- Contract: refreshes the planner's statistics of the tables whose rows decide plans; returns how many. Autovacuum
--   analyzes partitions but never a partitioned table itself. A table, or a partition alone, that somebody vacuums,
--   alters or builds an index on is left to the next call, with a warning.
-- Errors: none of its own.
-- Cost: reads a sample of each table.
CREATE OR REPLACE FUNCTION analyze_tables()
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  table_name text;
  analyzed   integer := 0;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['leads', 'campaigns', 'email_sends_partitioned', 'lead_activities_partitioned'] LOOP
    IF try_lock_tables(1, format('ONLY %I IN SHARE UPDATE EXCLUSIVE MODE', table_name)) THEN
      EXECUTE format('ANALYZE (SKIP_LOCKED) %I', table_name);
      analyzed := analyzed + 1;
    ELSE
      RAISE WARNING '% is in use: its statistics are left to the next call', table_name;
    END IF;
  END LOOP;
  RETURN analyzed;
END
$$;

COMMENT ON FUNCTION analyze_tables() IS 'Refreshes the statistics of the large tables.';
ALTER FUNCTION analyze_tables() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION analyze_tables() FROM PUBLIC;
