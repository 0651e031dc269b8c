--! title: analyze_tables
-- Contract: refreshes the planner's statistics of the tables whose rows decide plans; returns how many. Autovacuum
--   analyzes partitions but never a partitioned table itself.
-- Errors: none of its own.
-- Cost: reads a sample of each table.
CREATE OR REPLACE FUNCTION analyze_tables()
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
DECLARE
  names      constant text[] := ARRAY['leads', 'campaigns', 'email_sends_partitioned', 'lead_activities_partitioned'];
  table_name text;
BEGIN
  FOREACH table_name IN ARRAY names LOOP
    EXECUTE format('ANALYZE %I', table_name);
  END LOOP;
  RETURN cardinality(names);
END
$$;

COMMENT ON FUNCTION analyze_tables() IS 'Refreshes the statistics of the large tables.';
ALTER FUNCTION analyze_tables() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION analyze_tables() FROM PUBLIC;
