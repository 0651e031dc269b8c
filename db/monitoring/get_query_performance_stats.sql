--! title: get_query_performance_stats
-- Contract: the 100 lines of statement_times() that took most time.
-- Errors: those of statement_times().
-- Cost: that of statement_times().
CREATE OR REPLACE FUNCTION get_query_performance_stats()
RETURNS TABLE (query_text text, calls bigint, total_time_ms numeric, mean_time_ms numeric, hit_percent numeric)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT * FROM statement_times() AS stats ORDER BY stats.total_time_ms DESC LIMIT 100
$$;

COMMENT ON FUNCTION get_query_performance_stats() IS 'Statements of this database that took most time.';
ALTER FUNCTION get_query_performance_stats() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION get_query_performance_stats() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION get_query_performance_stats() TO mailgenius_readonly;
