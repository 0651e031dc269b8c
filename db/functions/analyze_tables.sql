--! title: analyze_tables
-- Contract: refreshes the planner's statistics of the tables whose rows decide plans; returns how many. Autovacuum
--   analyzes partitions but never a partitioned table itself. A table that somebody vacuums, alters or builds an index
--   on is left to the next call, with a warning: it waits for nobody who waits for it (lock_wait).
-- Errors: none of its own.
-- Cost: reads a sample of each table.
CREATE OR REPLACE FUNCTION analyze_tables()
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
-- To be back as it was at the end.
SET lock_timeout = 0
AS $$
DECLARE
  table_name text;
  analyzed   integer := 0;
BEGIN
  FOREACH table_name IN ARRAY ARRAY['leads', 'campaigns', 'email_sends_partitioned', 'lead_activities_partitioned'] LOOP
    PERFORM set_config('lock_timeout', lock_wait(), true);
    BEGIN
      EXECUTE format('ANALYZE %I', table_name);
      analyzed := analyzed + 1;
    EXCEPTION
      WHEN lock_not_available OR deadlock_detected THEN
        RAISE WARNING '% is in use: its statistics are left to the next call', table_name;
    END;
  END LOOP;
  RETURN analyzed;
END
$$;

COMMENT ON FUNCTION analyze_tables() IS 'Refreshes the statistics of the large tables.';
ALTER FUNCTION analyze_tables() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION analyze_tables() FROM PUBLIC;
